"""List the datasets, their sizes and where they are; ``add FILE`` takes in a table of your own.

With ``--look`` the file is read and shown, and nothing is stored.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from hts.data import overview
from hts.studio.cli import table_options
from hts.validate import BadInput


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("add", nargs="?", choices=("add",), help="take in the table FILE")
    parser.add_argument("file", nargs="?", metavar="FILE", help="CSV, NPZ, Parquet, Arrow or Excel")
    parser.add_argument("--look", action="store_true", help="show what would be taken in, only")
    table_options.arguments(parser)


def run(options: argparse.Namespace) -> None:
    if options.add:
        _add(options)
        return
    rows = overview()
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{'name':22} {'inputs':>7} {'classes':>8} {'train':>7} {'test':>7}  available")
    for row in rows:
        sizes = f"{row['inputs']:>7} {row['classes']:>8} {row['train']:>7} {row['test']:>7}"
        print(f"{row['name']:22} {sizes}  {row['available']}")


def _add(options: argparse.Namespace) -> None:
    from hts.data.reading import own_table, table_apart

    if options.file is None:
        raise BadInput("datasets add needs a file: python -m hts datasets add FILE.")
    path = Path(options.file).absolute()
    apart = table_apart.ends_its_reader(path)
    preview = table_apart.preview_apart if apart else own_table.preview_table
    register = table_apart.register_apart if apart else own_table.register_table
    chosen = {"filename": path.name, **table_options.taken(vars(options))}
    shown = preview(path, **chosen)
    if not options.look and not shown["problem"]:
        shown["name"] = register(path, **chosen)
    if options.json:
        print(json.dumps(shown))
    else:
        print("\n".join(_lines(shown)))
    if shown["problem"]:
        raise BadInput(shown["problem"])


def _lines(shown: dict[str, Any]) -> list[str]:
    """A preview for a terminal."""
    rows = [shown["names"], *shown["rows"]]
    rows = [[cell[:14] for cell in row[:8]] for row in rows]
    lines = ["  ".join(f"{cell:>14}" for cell in row) for row in rows]
    if "read" in shown:
        lines.append(f"read with {shown['read']}")
    if shown["problem"]:
        return lines
    counts = [f"{c} ({n})" for c, n in zip(shown["classes"], shown["counts"], strict=True)]
    more = [f"and {shown['of_classes'] - 10} more"] if len(counts) > 10 else []
    lines.append(f"{shown['train']} + {shown['test']} examples of {shown['inputs']} inputs")
    lines.append(f"label {shown['label']!r}: {', '.join(counts[:10] + more)}")
    if shown["dropped"]:
        lines.append(f"left out: {', '.join(shown['dropped'])}")
    if "name" in shown:
        lines.append(f"stored as {shown['name']}: python -m hts train --data {shown['name']}")
    return lines
