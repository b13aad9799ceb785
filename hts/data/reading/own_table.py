"""Taking in a user's own table: looked at first, then stored for `hts.data.sources.tables`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from hts.data.reading.dialect import Dialect
from hts.data.reading.files import written_whole
from hts.data.reading.table_checks import Table
from hts.data.reading.table_file import TableFile, opened
from hts.data.reading.table_inputs import Inputs, inputs_of
from hts.data.sources.tables import tables_folder
from hts.foreign import guarded
from hts.validate import BadInput, printable

LARGEST_FILE = 512 * 2**20  # bytes
_SHOWN = 10  # rows of a preview
_WIDEST = 40  # columns of a preview, classes, and columns left out that are named
_TOLD = ("label", "dropped", "left_out", "inputs", "train", "test", "split")

Source = Path | str | bytes | BinaryIO


def register_table(
    source: Source,
    *,
    filename: str | None = None,
    label: str | int | None = None,
    dialect: Dialect | None = None,
    folder: Path | None = None,
    limit: int = LARGEST_FILE,
) -> str:
    """Check a table, store it and return the dataset name ``table:<12 hex digits>``.

    ``source``: a path, the bytes, or a file open for reading bytes, which holds text (CSV and its
    kin), NPZ, Parquet, Arrow, Feather or Excel; ``filename``: what it is called.  ``label``: name
    of the label column, or its position counted from 0 (from the end if negative); without it a
    column named label, class, target or y, else the last one.  ``dialect``: how text is written, as
    far as that is not to be found.  Features are standardised by mean and standard deviation of the
    training part; the split is a fixed stratified 80/20 one unless the NPZ brings its own.
    ``limit``: largest size in bytes, judged before reading.  Raises `BadInput` that says what is
    wrong with the table, and where.
    """
    with _handle(source, filename, limit) as (handle, name), guarded(name):
        file = opened(handle, dialect or Dialect())
        taken = _taken(handle, file, name, label)
    folder, inputs = folder or tables_folder(), taken.inputs
    with written_whole(folder / f"{taken.digits}.npz") as target:
        np.savez(target, x_train=inputs.x_train, y_train=inputs.y_train, x_test=inputs.x_test,
                 y_test=inputs.y_test, mean=inputs.mean, sd=inputs.sd)  # fmt: skip
    with written_whole(folder / f"{taken.digits}.json") as target:
        target.write(json.dumps(taken.about, ensure_ascii=False, indent=1).encode())
    return f"table:{taken.digits}"


def preview_table(
    source: Source,
    *,
    filename: str | None = None,
    label: str | int | None = None,
    dialect: Dialect | None = None,
    limit: int = LARGEST_FILE,
) -> dict[str, Any]:
    """What `register_table` would take in, ready for JSON, or why it would not.

    ``names`` and ``rows`` (lists of text): the first few columns and rows; ``dialect``, and
    ``read``, the same in words; ``problem``: what has to be answered or is wrong, else "".  Where
    nothing is, also ``label, dropped, left_out, inputs, train, test, split`` as they are stored,
    ``kinds`` of the columns in ``names``, and of the first classes ``classes``, their number
    ``of_classes``, and ``counts``, their examples.  Raises `BadInput` where there is nothing to
    show.
    """
    with _handle(source, filename, limit) as (handle, name):
        with guarded(name):
            file = opened(handle, dialect or Dialect())
        layout = file.layout
        shown: dict[str, Any] = {
            "names": [printable(layout.name(k), 200) for k in range(len(layout.names))][:_WIDEST],
            "rows": [[printable(c, 80) for c in row[:_WIDEST]] for row in layout.rows[:_SHOWN]],
            **(layout.kept() if file.text else {}),
            "problem": "",
        }
        try:
            with guarded(name):
                taken = _taken(handle, file, name, label)
        except BadInput as error:
            return {**shown, "problem": str(error)}
    about, inputs = taken.about, taken.inputs
    counts = np.bincount(np.concatenate([inputs.y_train, inputs.y_test]))
    kinds = dict.fromkeys(about["columns"], "number") | {about["label"]: "label"}
    return {
        **shown,
        **{name: about[name] for name in _TOLD},
        "kinds": [kinds.get(name, "left out") for name in shown["names"] if file.text],
        "classes": about["classes"][:_WIDEST],
        "of_classes": len(counts),
        "counts": counts[:_WIDEST].tolist(),
    }


def in_worker(request: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What `hts.data.reading.table_apart` asks a limited process to do."""
    told = request["dialect"]
    dialect = Dialect(**{**told, "missing": told["missing"] and tuple(told["missing"])})
    given = {"filename": request["filename"], "label": request["label"], "dialect": dialect}
    if request["keep"]:
        return {"name": register_table(Path(request["path"]), folder=folder, **given)}
    return preview_table(Path(request["path"]), **given)


@dataclass(frozen=True, kw_only=True)
class _Taken:
    digits: str
    inputs: Inputs
    about: dict[str, Any]


def _taken(handle: BinaryIO, file: TableFile, filename: str, label: str | int | None) -> _Taken:
    table = file.read(label)
    handle.seek(0)
    content = hashlib.file_digest(handle, "sha256")  # type: ignore[arg-type]
    if not table.default_label:
        content.update(f"\0label={table.label}".encode())
    if unusual := _unusual(handle, file, table):
        content.update(f"\0dialect={json.dumps(unusual, sort_keys=True)}".encode())
    digits = content.hexdigest()[:12]
    inputs = inputs_of(table, f"table:{digits}")
    title = printable(Path(filename).stem, 80) or "table"
    names = dict(zip(table.columns, _short(table.columns), strict=True))
    columns = [names[column] for column in inputs.columns]
    dropped = [*_short(table.dropped), *(names[column] for column in inputs.constant)]
    about = {
        "title": title if table.default_label else f"{title} ({printable(table.label, 80)})",
        "filename": printable(Path(filename).name, 200),
        "label": printable(table.label, 200),
        "classes": _short(inputs.classes),
        "columns": columns,
        "dropped": dropped[:_WIDEST],
        "left_out": len(dropped),
        "rows": len(table.labels),
        "inputs": len(columns),
        "train": len(inputs.y_train),
        "test": len(inputs.y_test),
        "split": "fixed stratified 80/20" if table.test_from is None else "the file's own",
        **(file.layout.kept() if file.text else {}),
    }
    if dropped:
        about["features"] = list(names.values())
    return _Taken(digits=digits, inputs=inputs, about=about)


def _unusual(handle: BinaryIO, file: TableFile, table: Table) -> dict[str, Any]:
    """What the name of a table has to tell beside its content.

    It is what somebody chose, and what was read otherwise before there were dialects.
    """
    unusual: dict[str, Any] = {}
    with suppress(ValueError):  # labels that were one class as numbers, and are not as texts
        values = {text: float(text) for text in set(table.labels)}
        if len(set(values.values())) < len(values) and all(map(float.is_integer, values.values())):
            unusual["labels"] = "text"
    if not file.text:
        return unusual
    dialect, found = asdict(file.layout.dialect), asdict(Dialect())
    if file.told != Dialect():
        with suppress(BadInput):
            found = asdict(opened(handle, Dialect()).layout.dialect)
    else:
        found = dialect
    unusual |= {name: value for name, value in dialect.items() if value != found[name]}
    if dialect["thousands"]:
        unusual["thousands"] = dialect["thousands"]
    numbers = map(file.layout.dialect.number, file.layout.names)
    if dialect["header"] and None not in numbers:
        unusual["header"] = True
    if "row index" in table.dropped:
        unusual["index_column"] = ""
    return unusual


def _short(names: Sequence[str]) -> list[str]:
    """Names that can be shown, still all different."""
    short = [printable(name, 200) for name in names]
    if len(set(short)) < len(set(names)):
        short = [f"{name} ({k + 1})" for k, name in enumerate(short)]
    return short


@contextmanager
def _handle(source: Source, filename: str | None, limit: int) -> Iterator[tuple[BinaryIO, str]]:
    """The open file and its name, its size checked."""
    name = filename or (Path(source).name if isinstance(source, (str, Path)) else "the table")
    if isinstance(source, (str, Path)):
        if not Path(source).is_file():
            raise BadInput(f"there is no file {str(source)!r}.")
        with guarded(name), Path(source).open("rb") as handle:
            yield _sized(handle, name, limit), name
    else:
        yield _sized(BytesIO(source) if isinstance(source, bytes) else source, name, limit), name


def _sized(handle: BinaryIO, name: str, limit: int) -> BinaryIO:
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
    return handle
