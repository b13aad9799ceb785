"""A sweep as a table to take away, one row per run: CSV, or Parquet."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hts.config import RunConfig
from hts.spreadsheet import cell
from hts.studio.store.paths import replacing
from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.controls import Controls
from hts.studio.sweeps.measures import PERCENTS, accuracy_at, difference
from hts.studio.sweeps.table import value_of
from hts.validate import BadInput

FORMATS = (".csv", ".parquet")
NONE = Controls()

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
    "prunable": "float",
    **{f"accuracy_at_{percent}": "float" for percent in PERCENTS},
    "seconds": "float",
    "message": "str",
}
"""Name and kind of every column.  Accuracies and ratios are in percent, ``alpha`` and ``sigma``
are settings, ``tail_index`` is estimated.  The column of a setting that changes has the value at
the beginning, ``schedules`` all of them.  ``accuracy_at_80``: test accuracy with 80 % of the units
removed; ``prunable``: percent that can go within 1 point.  What a run does not have is empty."""


def columns_of(controls: Controls) -> dict[str, str]:
    """`COLUMNS`, and for a sweep with controls ``is_control`` and the differences to them.

    ``difference_none_at_80``: points of test accuracy, the run minus the control of its seed.
    """
    if not controls.noises:
        return COLUMNS
    names = [_difference(noise, percent) for noise in controls.noises for percent in PERCENTS]
    return {**COLUMNS, "is_control": "bool", **dict.fromkeys(names, "float")}


def export(members: Sequence[Member], path: Path, controls: Controls = NONE) -> None:
    """Write the file, CSV or Parquet by its ending; `BadInput` for another ending."""
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise BadInput(
            f"the file must end with {' or '.join(FORMATS)}, got {path.name}: the ending says "
            "which format is written."
        )
    as_csv = ending == ".csv"
    content = csv_text(members, controls).encode() if as_csv else parquet_bytes(members, controls)
    with replacing(path) as file:
        file.write(content)


def csv_text(members: Sequence[Member], controls: Controls = NONE) -> str:
    """One line per member under the names of `columns_of`."""
    columns = columns_of(controls)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(name)) for name in columns] for row in _rows(members, controls))
    return text.getvalue()


def parquet_bytes(members: Sequence[Member], controls: Controls = NONE) -> bytes:
    """The same as a Parquet file, with the kinds of `columns_of`; loads pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"int": pa.int64(), "float": pa.float64(), "str": pa.string(), "bool": pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns_of(controls).items()])
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(_rows(members, controls), schema), file)
    return file.getvalue()


def _rows(members: Sequence[Member], controls: Controls) -> list[dict[str, Any]]:
    rows = [_row(member) for member in members]
    cells = controls.in_cells(members)
    for noise in controls.noises:
        besides = controls.among(members, noise)
        for percent in PERCENTS:
            asked, name = difference(noise, percent), _difference(noise, percent)
            for row, member in zip(rows, cells, strict=False):
                row[name] = value_of(member, asked, besides)
    for place, row in enumerate(rows):
        row["is_control"] = place >= len(cells)
    return rows


def _difference(noise: str, percent: int) -> str:
    return f"difference_{noise}_at_{percent}"


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
        row |= {"steps": result.iterations, "prunable": result.prunable}
        row |= {
            f"accuracy_at_{percent}": accuracy_at(percent).value(result) for percent in PERCENTS
        }
        if (tail := result.tail_index) is not None:
            row |= {"tail_index": tail.alpha, "tail_index_low": tail.low}
            row |= {"tail_index_high": tail.high, "tail_index_fits": tail.fits}
    return row
