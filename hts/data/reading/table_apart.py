"""Somebody else's table, read in a limited process of its own: what servers do."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from hts.data.reading.dialect import Dialect
from hts.data.sources.tables import tables_folder
from hts.foreign import guarded
from hts.sandbox import Bounds, run_limited

BOUNDS = Bounds(memory=2 * 2**30)
_HOW = "Give a CSV, NPZ, Parquet, Arrow or Excel file."


def preview_apart(
    source: Path | BinaryIO, filename: str, label: str | None, dialect: Dialect
) -> dict[str, Any]:
    """As `hts.data.reading.own_table.preview_table`."""
    return _apart(source, filename, label, dialect, keep=False)


def register_apart(
    source: Path | BinaryIO,
    filename: str,
    label: str | None,
    dialect: Dialect,
    *,
    folder: Path | None = None,
) -> str:
    """As `hts.data.reading.own_table.register_table`."""
    return str(_apart(source, filename, label, dialect, keep=True, kept=folder)["name"])


def ends_its_reader(path: Path) -> bool:
    """Whether a damaged file of this kind can end the process that reads it: Parquet and Arrow.

    Their library reads them without looking at every offset, so even on one's own computer they
    are read apart.  Raises `BadInput` where the file cannot be opened.
    """
    with guarded(path.name), path.open("rb") as handle:
        return handle.read(4) in (b"PAR1", b"ARRO", b"FEA1")


def _apart(
    source: Path | BinaryIO,
    filename: str,
    label: str | None,
    dialect: Dialect,
    *,
    keep: bool,
    kept: Path | None = None,
) -> dict[str, Any]:
    kept = kept or tables_folder()
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".given-", dir=kept) as place:
        folder = Path(place)
        path = source if isinstance(source, Path) else folder / "given"
        if not isinstance(source, Path):
            source.seek(0)
            with path.open("wb") as copy:
                shutil.copyfileobj(source, copy, 2**20)
        request = {"path": str(path), "filename": filename, "label": label, "keep": keep,
                   "dialect": asdict(dialect)}  # fmt: skip
        task = "hts.data.reading.own_table:in_worker"
        answer = run_limited(task, request, folder, BOUNDS, what=filename, hint=_HOW)
        if keep:
            digits = answer["name"].removeprefix("table:")
            for ending in (".npz", ".json"):  # in this order: no json, no table
                (folder / f"{digits}{ending}").replace(kept / f"{digits}{ending}")
        return answer
