"""Check the paper's claims: train the protocol, print its table and a verdict on each claim.

--quick takes minutes and answers every claim; --full is the whole protocol.  Runs go through the
store: what is there is not trained again, and the same command after Ctrl+C, or --resume, goes on
where it stopped.  --out writes a file of every run with the verdicts; after Ctrl+C of those that
had ended, and it says what was not run.
"""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path

from hts.config import REFERENCE_SCALINGS
from hts.studio.reproduce.datasets import datasets, protocol
from hts.studio.reproduce.protocol import Protocol
from hts.studio.store.store import Store
from hts.studio.sweeps.values import parse_values
from hts.validate import BadInput, choice

WITH_FAILURES, INTERRUPTED = 3, 130  # exit codes


def arguments(parser: argparse.ArgumentParser) -> None:
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="minutes, every claim (default)")
    mode.add_argument("--full", action="store_true", help="all sigmas, alphas, widths and seeds")
    parser.add_argument("--data", default="ecg5000", help=f"one of {', '.join(datasets())}")
    parser.add_argument("--seeds", metavar="V", help="other seeds than 1..5")
    parser.add_argument("--widths", metavar="V", help="some of the protocol's widths")
    parser.add_argument("--alphas", metavar="V", help="some of the protocol's alphas")
    parser.add_argument(
        "--headline", action="store_true",
        help="one sigma per type, no deeper networks, no other scales",
    )  # fmt: skip
    parser.add_argument(
        "--reference-scaling", default="off", metavar="WHERE",
        help="gpu or cpu: all noise at the scale of the authors' released code (default: off)",
    )  # fmt: skip
    parser.add_argument("--out", metavar="FILE", help="write a JSON file of every run")
    parser.add_argument("--json", action="store_true", help="print that file")
    parser.add_argument("--resume", action="store_true", help="only go on with what was begun")
    parser.add_argument("--slots", metavar="N", help="groups at a time (default: cores)")


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 0, 3 when a run failed, 130 when interrupted."""
    from hts.studio.launch.reproduce import reproduce_here
    from hts.studio.reproduce.result import save, to_json
    from hts.studio.reproduce.words import in_full

    asked = chosen(options)
    out = None if options.out is None else _writable(Path(options.out))
    with Store() as store:
        result, interrupted = reproduce_here(
            store, asked, command=command_words(options), slots=options.slots,
            only_resume=options.resume, quiet=options.json,
        )  # fmt: skip
    if out is not None:
        save(result, out)
    print(to_json(result) if options.json else in_full(result))
    if interrupted:
        return INTERRUPTED
    return 0 if result.complete else WITH_FAILURES


def chosen(options: argparse.Namespace) -> Protocol:
    scale = options.reference_scaling
    choice("reference-scaling", scale, REFERENCE_SCALINGS, why="it says whose noise is imitated")
    return protocol(
        options.data,
        "full" if options.full else "quick",
        seeds=None if options.seeds is None else parse_values("seed", options.seeds),
        widths=None if options.widths is None else parse_values("width", options.widths),
        alphas=None if options.alphas is None else parse_values("alpha", options.alphas),
        headline=options.headline,
        reference_scaling=scale,
    ).where_data_are()


def command_words(options: argparse.Namespace) -> str:
    """The command that makes the same result, without what changes no number."""
    words = ["python", "-m", "hts", "reproduce", "--full" if options.full else "--quick"]
    for name in ("data", "seeds", "widths", "alphas"):
        if (given := getattr(options, name)) is not None:
            words += [f"--{name}", str(given)]
    if options.headline:
        words.append("--headline")
    if options.reference_scaling != "off":
        words += ["--reference-scaling", options.reference_scaling]
    return shlex.join(words)


def _writable(path: Path) -> Path:
    """``path``, if a file can be written there: better said before minutes of training."""
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BadInput(
            f"out must name a file in a folder that can be written to, got {path}: the result is "
            "written there at the end."
        )
    return path
