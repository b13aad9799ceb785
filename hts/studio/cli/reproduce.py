"""Try the paper's claims: train networks beside their controls, give verdicts by regime.

--quick takes minutes and tries every claim on digits and ECG5000; --full is the whole protocol,
hours.  Networks are kept in the store's folder: what is there is not trained again, and the same
command after Ctrl+C goes on where it stopped.  --out writes a file of every network, which --with
takes in again, here or on another computer, and --from shows without training anything; --table
writes a table for a paper.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from hts.reproduce.checked import checked
from hts.reproduce.protocols import Asked, datasets, left_out, protocol
from hts.reproduce.result import Reproduction, joined, load, to_json
from hts.reproduce.tables import TABLES
from hts.reproduce.words import in_full
from hts.studio.launch.here import chosen_slots
from hts.studio.store.paths import Home, default_home, replacing
from hts.studio.sweeps.values import parse_values
from hts.table_file import FORMATS, table_bytes
from hts.validate import BadInput, choice, whole

MOST_SEEDS, MOST_NETWORKS = 10_000, 10**6
INTERRUPTED = 130  # exit code after Ctrl+C
_BAR = "{desc} {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]"


def arguments(parser: argparse.ArgumentParser) -> None:
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="minutes, every claim (default)")
    mode.add_argument("--full", action="store_true", help="all widths, alphas, levels and datasets")
    parser.add_argument("--data", help=f"one of {', '.join(datasets())} (default: all)")
    parser.add_argument("--setup", metavar="NAMES", help="some of the protocol's setups, by name")
    parser.add_argument("--seeds", metavar="N", help="seeds 1 to N (default: 20 in most setups)")
    parser.add_argument("--widths", metavar="V", help="some of the protocol's widths")
    parser.add_argument("--alphas", metavar="V", help="some of the protocol's alphas")
    parser.add_argument("--with", dest="others", metavar="FILE", action="append", default=[],
                        help="also take networks of a file that --out wrote")  # fmt: skip
    parser.add_argument("--from", dest="given", metavar="FILE", help="show such a file instead")
    parser.add_argument("--parts", action="store_true", help="tell every part of every verdict")
    parser.add_argument("--out", metavar="FILE", help="write a JSON file of every network")
    parser.add_argument(
        "--table", metavar="FILE", help=f"write a table, a file that ends with {', '.join(FORMATS)}"
    )
    parser.add_argument(
        "--rows", default="comparisons", help=f"which: {', '.join(TABLES)} (default: comparisons)"
    )
    parser.add_argument("--json", action="store_true", help="print what --out writes")
    parser.add_argument("--slots", metavar="N", help="networks at a time (default: cores)")


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 0, or 130 when interrupted."""
    asked = _asked(options)
    protocol(asked)  # what is wrong is said before anything is trained
    out, table = _writable("out", options.out), _writable("table", options.table)
    rows = TABLES[choice("rows", options.rows, TABLES, why="there are no other tables")]
    slots = None if options.slots is None else chosen_slots(options.slots)
    if table is not None:
        choice("a table's ending", table.suffix, FORMATS, why="it says how the table is written")
    others = [(Path(name).name, _given(name)) for name in options.others]
    if options.given is None:
        result = _trained(asked, slots, options.json)
        code = 0 if result.complete else INTERRUPTED
    else:
        shown_only(
            options, ("quick", "full", "data", "setup", "seeds", "widths", "alphas", "slots")
        )
        result, code = _given(options.given), 0
    for name, other in others:
        result = joined(result, other, name)
        result = replace(result, left_out=left_out(result.setups))
    if out is not None:
        with replacing(out) as file:
            file.write(to_json(result).encode())
    if table is not None:
        with replacing(table) as file:
            file.write(table_bytes(list(rows(result)), table.suffix))
    print(to_json(result) if options.json else in_full(result, parts=options.parts))
    return code


def _trained(asked: Asked, slots: int | None, quiet: bool) -> Reproduction:
    from hts.reproduce.run import reproduced

    with tqdm(total=100, bar_format=_BAR, file=sys.stderr, disable=quiet or None) as bar:

        def tell(says: str, share: float) -> None:
            bar.set_description(says, refresh=False)
            bar.update(100 * share - bar.n)

        kept = Home(default_home()).computed("networks.jsonl")
        return reproduced(asked, kept, slots=slots, tell=tell)


def shown_only(options: argparse.Namespace, trains: Sequence[str]) -> None:
    """`BadInput` if one of the options in ``trains`` stands beside ``--from``."""
    for name in trains:
        if getattr(options, name):
            raise BadInput(f"--from shows what a file holds and trains nothing, got --{name} too.")


def _asked(options: argparse.Namespace) -> Asked:
    return Asked(
        mode="full" if options.full else "quick",
        data=options.data,
        setups=None if options.setup is None else options.setup.split(","),
        seeds=None
        if options.seeds is None
        else whole("seeds", options.seeds, low=1, high=MOST_SEEDS, why="they are 1 to this number"),
        widths=None if options.widths is None else parse_values("width", options.widths),
        alphas=None if options.alphas is None else parse_values("alpha", options.alphas),
    )


def _given(name: str) -> Reproduction:
    """What a file holds, if that is a result."""
    path = Path(name)
    return checked(load(path), path.name, networks=MOST_NETWORKS, seeds=MOST_SEEDS)


def _writable(option: str, name: str | None) -> Path | None:
    """``name`` as a path, if a file can be written there: better said before hours of training."""
    if name is None:
        return None
    path = Path(name)
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BadInput(f"{option} must name a file in a folder that can be written to, got {path}.")
    return path
