"""Look at a file of weights: tails and compressibility of every layer.

Example: python -m hts inspect net.safetensors --layers 'layer1.*'
"""

from __future__ import annotations

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help=".safetensors (or its index.json or folder), .npz, .npy, .pt")
    parser.add_argument(
        "--layers", action="append", metavar="PATTERN", help="only these, such as 'layer1.*'"
    )
    parser.add_argument("--noise", help="noise type it was trained with, if known: I, II, III")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--csv", action="store_true", help="print one line a layer")


def run(options: argparse.Namespace) -> int:
    """Print the report; exit code 2 where numbers of some arrays could not be read."""
    from hts.inspection.network import inspect

    found = inspect(options.file, layers=options.layers, noise=options.noise)
    if options.json:
        print(found.to_json())
    elif options.csv:
        print(found.to_csv(), end="")
    else:
        print(found)
    damaged = [left for left in found.left_out if left.damaged]
    for left in damaged:
        print(f"error: {left.why}.", file=sys.stderr)
    return 2 if damaged else 0
