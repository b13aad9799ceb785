"""How a table given as a file is written, as options of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

_MARKS = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";", "none": ""}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options; what is not given is found in the file."""
    group = parser.add_argument_group(
        "a table given as a file", "what is not given is found, said and kept with the table"
    )
    group.add_argument("--label", metavar="COLUMN", help="label column, by name or counted from 0")
    group.add_argument("--separator", metavar="X", help="between cells: ; or tab, space, ...")
    group.add_argument("--decimal", metavar="X", help="decimal mark: . or ,")
    group.add_argument("--thousands", metavar="X", help="thousands mark, or none")
    group.add_argument("--quote", metavar="X", help="quotation mark")
    group.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="the first row names the columns"
    )
    group.add_argument(
        "--index-column", metavar="NAME", help="column to leave out; none keeps every column"
    )
    group.add_argument("--missing", metavar="A,B", help="what stands for a missing value")
    group.add_argument("--encoding", metavar="NAME", help="encoding of the text, such as cp1252")


def taken(values: Mapping[str, Any]) -> dict[str, Any]:
    """``label`` and ``dialect`` for `register_table` out of parsed options; raises `BadInput`."""
    from hts.data.reading.dialect import Dialect

    told = {f.name: values[f.name] for f in fields(Dialect) if values.get(f.name) is not None}
    for name in ("separator", "decimal", "thousands", "quote"):
        if name in told:
            told[name] = _MARKS.get(told[name], told[name])
    if "missing" in told:
        told["missing"] = tuple(told["missing"].split(","))
    return {"label": values.get("label"), "dialect": Dialect(**told)}
