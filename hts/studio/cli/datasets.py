"""List the datasets, their sizes, and where they are or that they would be downloaded."""

from __future__ import annotations

import argparse
import json

from hts.data import overview


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(options: argparse.Namespace) -> None:
    rows = overview()
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{'name':22} {'inputs':>7} {'classes':>8} {'train':>7} {'test':>7}  available")
    for row in rows:
        sizes = f"{row['inputs']:>7} {row['classes']:>8} {row['train']:>7} {row['test']:>7}"
        print(f"{row['name']:22} {sizes}  {row['available']}")
