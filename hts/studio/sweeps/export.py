"""A sweep as a table to take away, one row per run: CSV, or Parquet."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hts.config import RunConfig
from hts.studio.store.paths import replacing
from hts.studio.store.sweep_row import Member
from hts.validate import BadInput

FORMATS = (".csv", ".parquet")

_SETTINGS = {
    f.name: "float" if f.default is None else type(f.default).__name__
    for f in dataclasses.fields(RunConfig)
}
_ACCURACIES = (
    "train_accuracy",
    "test_accuracy",
    "pruning_ratio",
    "train_accuracy_pruned",
    "test_accuracy_pruned",
)
COLUMNS: dict[str, str] = {
    "position": "int",
    **_SETTINGS,
    "schedules": "str",
    "state": "str",
    "run": "str",
    "reused": "bool",
    "stop_reason": "str",
    "steps": "int",  # "iterations" is the budget, a setting
    **dict.fromkeys((*_ACCURACIES, "tail_index", "tail_index_low", "tail_index_high"), "float"),
    "tail_index_fits": "bool",
    "seconds": "float",
    "message": "str",
}
"""Name and kind of every column.  Accuracies and ratios are in percent, ``alpha`` and ``sigma``
are settings, ``tail_index`` is estimated.  The column of a setting that changes has the value at
the beginning, ``schedules`` all of them.  What a run does not have is empty."""


def export(members: Sequence[Member], path: Path) -> None:
    """Write the file, CSV or Parquet by its ending; `BadInput` for another ending."""
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise BadInput(
            f"the file must end with {' or '.join(FORMATS)}, got {path.name}: the ending says "
            "which format is written."
        )
    content = csv_text(members).encode() if ending == ".csv" else parquet_bytes(members)
    with replacing(path) as file:
        file.write(content)


def csv_text(members: Sequence[Member]) -> str:
    """One line per member under the names of `COLUMNS`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in map(_row, members))
    return text.getvalue()


def parquet_bytes(members: Sequence[Member]) -> bytes:
    """The same as a Parquet file, with the kinds of `COLUMNS`; loads pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"int": pa.int64(), "float": pa.float64(), "str": pa.string(), "bool": pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([_row(member) for member in members], schema), file)
    return file.getvalue()


def _row(member: Member) -> dict[str, Any]:
    result = member.result
    config = member.config
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | {k: getattr(config, k) for k in _SETTINGS}
    row["schedules"] = (
        "; ".join(f"{name}={text}" for name, text in config.schedules.items()) or None
    )
    row |= {name: getattr(member, name) for name in ("position", "state", "run", "reused")}
    row["message"] = member.message or (result.message if result else "")
    if result is not None:
        named = (*_ACCURACIES, "stop_reason", "seconds")
        row |= {name: getattr(result, name) for name in named}
        row["steps"] = result.iterations
        if (tail := result.tail_index) is not None:
            row |= {"tail_index": tail.alpha, "tail_index_low": tail.low}
            row |= {"tail_index_high": tail.high, "tail_index_fits": tail.fits}
    return row
