"""Taking in a user's own table: checked once, stored as arrays for `hts.data.sources.tables`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from hts.data.reading.files import written_whole
from hts.data.reading.table_checks import Table, encode, finite, standardise
from hts.data.reading.table_csv import read_csv
from hts.data.reading.table_npz import read_npz_table
from hts.data.sources import stratified
from hts.data.sources.tables import tables_folder
from hts.validate import BadInput

LARGEST_FILE = 512 * 2**20  # bytes


def register_table(
    source: Path | str | bytes | BinaryIO,
    *,
    filename: str | None = None,
    label: str | int | None = None,
    folder: Path | None = None,
    limit: int = LARGEST_FILE,
) -> str:
    """Check a CSV or NPZ file, store it and return the dataset name ``table:<12 hex digits>``.

    ``source``: a path, the bytes, or a file open for reading bytes; ``filename`` says what it is
    called where ``source`` does not.  ``label``: see `read_csv`.  Features are standardised by
    mean and standard deviation of the training part; the split is a fixed stratified 80/20 one
    unless the NPZ brings its own.  ``limit``: largest size in bytes, judged before reading.
    Raises `BadInput` that says what is wrong with the table, and where.
    """
    name = filename or (Path(source).name if isinstance(source, (str, Path)) else "")
    ending = Path(name).suffix.lower()
    if ending not in (".csv", ".tsv", ".txt", ".npz"):
        raise BadInput(
            "a table must be a .csv, .tsv, .txt or .npz file, got "
            f"{repr(name) if name else 'a file without a name'}: export it as one of these."
        )
    with _opened(source) as handle:
        _check_size(handle, name, limit)
        content = hashlib.sha256()
        while block := handle.read(2**20):
            content.update(block)
        if ending == ".npz":
            table = read_npz_table(handle, label, limit=4 * limit)
        else:
            table = read_csv(handle, label)
    if not table.default_label:
        content.update(f"\0label={table.label}".encode())
    digits = content.hexdigest()[:12]
    _store(folder or tables_folder(), digits, name, table)
    return f"table:{digits}"


@contextmanager
def _opened(source: Path | str | bytes | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield BytesIO(source)
    elif isinstance(source, (str, Path)):
        if not Path(source).is_file():
            raise BadInput(f"there is no file {str(source)!r}.")
        with Path(source).open("rb") as handle:
            yield handle
    else:
        yield source


def _check_size(handle: BinaryIO, name: str, limit: int) -> None:
    size = handle.seek(0, 2)
    handle.seek(0)
    if size > limit:
        raise BadInput(
            f"{name} has {size / 2**20:,.0f} MB, at most {limit / 2**20:,.0f} MB are accepted: "
            "the table has to fit into memory beside the network. Take fewer rows, or keep the "
            "numbers in an .npz file, which is smaller."
        )
    if size == 0:
        raise BadInput(f"{name} is empty: a table with rows of numbers and a label is needed.")


def _store(folder: Path, digits: str, filename: str, table: Table) -> None:
    y, classes = encode(table)
    finite(table)
    if table.test_from is None:
        train, test = stratified(y, f"table:{digits}")
    else:
        train, test = np.split(np.arange(len(y)), [table.test_from])
    inputs = standardise(table, train, test)
    title = "".join(c for c in Path(filename).stem if c.isprintable())[:80] or "table"
    about = {
        "title": title if table.default_label else f"{title} ({table.label[:80]})",
        "filename": Path(filename).name[:200],
        "label": table.label,
        "classes": classes,
        "columns": inputs.columns,
        "features": list(table.columns),
        "dropped": [*table.dropped, *inputs.constant],
        "rows": len(y),
        "train": len(train),
        "test": len(test),
        "split": "fixed stratified 80/20" if table.test_from is None else "the file's own",
    }
    with written_whole(folder / f"{digits}.npz") as handle:
        np.savez(handle, x_train=inputs.x_train, y_train=y[train], x_test=inputs.x_test,
                 y_test=y[test], mean=inputs.mean, sd=inputs.sd)  # fmt: skip
    with written_whole(folder / f"{digits}.json") as handle:
        handle.write(json.dumps(about, ensure_ascii=False, indent=1).encode())
