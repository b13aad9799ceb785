"""Try the paper's claims: train networks beside their controls, give verdicts by regime.

--quick takes minutes and tries every claim on digits and ECG5000; --full is the whole protocol,
hours.  Networks are kept in the store's folder: what is there is not trained again, and the same
command after Ctrl+C goes on where it stopped.  --out writes a file of every network, which --with
takes in again, here or on another computer, and --from shows without training anything; --table
writes a table for a paper.

Example: python -m hts reproduce --quick --out mine.json
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hts.reproduce.checked import checked, checked_setups
from hts.reproduce.full import FULL
from hts.reproduce.join import joined
from hts.reproduce.protocols import Asked, datasets, left_out, protocol
from hts.reproduce.result import Reproduction, load, to_json
from hts.reproduce.tables import TABLES
from hts.reproduce.words import in_full
from hts.studio.cli.options import result_files
from hts.studio.launch.here import chosen_slots
from hts.studio.store.paths import Home, default_home
from hts.studio.sweeps.values import parse_values
from hts.validate import BadInput, whole

MOST_SEEDS, MOST_NETWORKS = 10_000, 10**6
INTERRUPTED = 130  # exit code after Ctrl+C
_FIRST = "seeds 1 to N" + "".join(f", in {s.name} {s.first} on" for s in FULL if s.first != 1)
Others = Sequence[tuple[str, Reproduction]]  # by name
_TRAINS = ("quick", "full", "data", "setup", "seeds", "widths", "alphas", "slots")


def arguments(parser: argparse.ArgumentParser) -> None:
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="minutes, every claim (default)")
    mode.add_argument("--full", action="store_true", help="all widths, alphas, levels and datasets")
    parser.add_argument("--data", help=f"one of {', '.join(datasets())} (default: all)")
    parser.add_argument("--setup", metavar="NAMES", help="some of the protocol's setups, by name")
    parser.add_argument("--seeds", metavar="N", help=f"how many: {_FIRST} (default: 20 in most)")
    parser.add_argument("--widths", metavar="V", help="some of the protocol's widths")
    parser.add_argument("--alphas", metavar="V", help="some of the protocol's alphas")
    parser.add_argument("--with", dest="others", metavar="FILE", action="append", default=[],
                        help="also take networks of a file that --out wrote")  # fmt: skip
    parser.add_argument("--parts", action="store_true", help="tell every part of every verdict")
    result_files.arguments(parser, TABLES, "comparisons")
    parser.add_argument("--slots", metavar="N", help="networks at a time (default: cores)")


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 0, or 130 when interrupted."""
    asked = _asked(options)
    protocol(asked)  # what is wrong is said before anything is trained
    files = result_files.chosen(options, TABLES, _TRAINS)
    slots = None if options.slots is None else chosen_slots(options.slots)
    others = [(Path(name).name, _given(name)) for name in options.others]
    code = 0
    if options.given is not None:
        result = _with(_given(options.given), others)
    elif (trained := _trained(asked, slots, others, quiet=options.json)).complete:
        try:
            result = _with(trained, others)
        except BadInput as error:  # two copies of a network that went different ways
            files.write(to_json(trained).encode(), trained)
            raise BadInput(f"{error} What was trained here is kept without it.") from None
    else:
        result, code = trained, INTERRUPTED
        for name, _ in others:
            print(f"The networks of {name} come in once all of these are trained.", file=sys.stderr)
    text = to_json(result)
    says = text if options.json else in_full(result, parts=options.parts)
    files.write(text.encode(), result, says, whole=code == 0)
    return code


def _trained(asked: Asked, slots: int | None, others: Others, *, quiet: bool) -> Reproduction:
    from hts.reproduce.run import reproduced

    with result_files.progress(quiet=quiet) as tell:
        kept = Home(default_home()).computed("networks.jsonl")
        return reproduced(
            asked, kept, slots=slots, tell=tell, check=functools.partial(_with, others=others)
        )


def _with(result: Reproduction, others: Others) -> Reproduction:
    """``result`` with the networks of ``others``; `BadInput` if --from would refuse it."""
    if not others:
        return result
    both = joined(result, others)
    names = " with ".join(["these runs", *(name for name, _ in others)])
    checked_setups(both, names, networks=MOST_NETWORKS, seeds=MOST_SEEDS)
    return replace(both, left_out=left_out(both.setups))


def _asked(options: argparse.Namespace) -> Asked:
    return Asked(
        mode="full" if options.full else "quick",
        data=options.data,
        setups=None if options.setup is None else options.setup.split(","),
        seeds=None
        if options.seeds is None
        else whole("seeds", options.seeds, low=1, high=MOST_SEEDS, why="it is how many, not which"),
        widths=None if options.widths is None else parse_values("width", options.widths),
        alphas=None if options.alphas is None else parse_values("alpha", options.alphas),
    )


def _given(name: str) -> Reproduction:
    """What a file holds, if that is a result."""
    path = Path(name)
    return checked(load(path), path.name, networks=MOST_NETWORKS, seeds=MOST_SEEDS)
