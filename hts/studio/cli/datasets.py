"""List the datasets, their sizes and where they are; ``add FILE`` takes in a table of your own.

With ``--look`` the file is read and shown, and nothing is stored.  rename NAME TITLE, delete NAME
and share NAME WHO (private, lab or public) are for tables, and for weights given to the app; where
several people keep the same, ``--owner`` says whose.  ``--kept`` lists what anybody keeps.

Example: python -m hts datasets add beats.csv --label kind
"""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hts.data import overview
from hts.studio.cli.options import table_options
from hts.studio.jobs.holdings import delete_holding, rename_holding, show_holding
from hts.studio.lab.people import OPERATOR
from hts.studio.store.holdings import KINDS, Holding
from hts.studio.store.sight import Sight
from hts.studio.store.store import Store
from hts.validate import BadInput

CHANGES = {"rename": "NAME TITLE", "delete": "NAME", "share": "NAME private|lab|public"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("do", nargs="?", choices=("add", *CHANGES), help="what to do")
    parser.add_argument("name", nargs="?", metavar="FILE_OR_NAME",
                        help="CSV, NPZ, Parquet, Arrow, Excel to add; else table:...")  # fmt: skip
    parser.add_argument("to", nargs="?", metavar="TITLE_OR_WHO", help="for rename and share")
    parser.add_argument("--owner", metavar="ID", help="whose it is, as --kept lists it")
    parser.add_argument("--kept", action="store_true", help="list tables and weights by owner")
    parser.add_argument("--look", action="store_true", help="show what would be taken in, only")
    table_options.arguments(parser)


def run(options: argparse.Namespace) -> None:
    if options.do == "add":
        _add(options)
        return
    if options.do is not None or options.kept:
        with Store() as store:
            if options.do is None:
                _list_kept(store, as_json=options.json)
            else:
                _change(store, options)
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

    if options.name is None:
        raise BadInput("datasets add needs a file: python -m hts datasets add FILE.")
    path = Path(options.name).absolute()
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


def _change(store: Store, options: argparse.Namespace) -> None:
    name, to = options.name, options.to
    if name is None or (to is None) != (options.do == "delete"):
        raise BadInput(f"it is: python -m hts datasets {options.do} {CHANGES[options.do]}.")
    owners = [holding.owner for holding in _kept(store) if holding.name == name]
    if options.owner is None and len(owners) > 1:
        raise BadInput(f"{len(owners)} people keep {name}: say whose with --owner ID.")
    owner = options.owner if options.owner is not None else next(iter(owners), None)
    if options.do == "rename":
        rename_holding(store, name, to, owner=owner, by=OPERATOR)
    elif options.do == "share":
        show_holding(store, name, to, owner=owner, by=OPERATOR)
    else:
        delete_holding(store, name, owner=owner, by=OPERATOR)


def _kept(store: Store) -> list[Holding]:
    everything = Sight(person=OPERATOR.id, everything=True)
    return [held for kind in KINDS.values() for held in store.holdings.list(kind, everything)]


def _list_kept(store: Store, *, as_json: bool) -> None:
    rows = []
    for holding in _kept(store):
        with suppress(BadInput):  # what is damaged is for `store check`
            about = store.holdings.told(holding)
            rows.append({"name": holding.name, "title": about.title, "holds": about.says,
                         "bytes": about.bytes, "owner": holding.owner,
                         "visibility": holding.visibility, "classes": holding.classes})  # fmt: skip
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        owner = row["owner"] or "(nobody)"
        print(f"{row['name']:22} {row['visibility']:8} {owner:24} {row['title']}, {row['holds']}")


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
