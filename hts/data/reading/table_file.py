"""A table's file, whatever it is: its content decides, not its ending."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from typing import BinaryIO

from hts.extras import missing

try:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.feather
    import pyarrow.parquet
except ImportError:
    raise missing("reading a table", "pyarrow", extra="tables") from None

from hts.data.reading.dialect import Dialect
from hts.data.reading.table_checks import fits
from hts.data.reading.table_npz import NpzTable
from hts.data.reading.table_text import TextTable
from hts.foreign import guarded
from hts.validate import BadInput

_TEXT_OF_A_VALUE = 20  # bytes
_OTHERS = {
    b"PK": "a zip file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x93NUMPY": "a single NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<?xml": "XML",
    b'{"': "JSON",
    b"[{": "JSON",
    b"[[": "JSON",
}

TableFile = TextTable | NpzTable


def opened(handle: BinaryIO, told: Dialect) -> TableFile:
    """The table in ``handle``, its layout known, not yet read; raises `BadInput` for no table."""
    handle.seek(0)
    start = handle.read(16)
    handle.seek(0)
    if start[:4] in (b"PAR1", b"ARRO", b"FEA1"):
        return _text(_columns(handle, start[:4]), told)
    if start[:2] == b"PK":
        with guarded("the file", "It is a damaged NumPy archive (.npz) or Excel file."):
            names = zipfile.ZipFile(handle).namelist()
        if "xl/workbook.xml" in names:
            return _text(_sheet(handle), told)
        if any(name.endswith(".npy") for name in names):
            return NpzTable(handle, told)
    for magic, kind in _OTHERS.items():
        if start.lstrip(b" \t\r\n\xef\xbb\xbf").lower().startswith(magic.lower()):
            raise BadInput(
                f"the file is no table, it looks like {kind}: export the table as CSV (UTF-8)."
            )
    return TextTable(handle.read(), told)


def _text(raw: bytes, told: Dialect) -> TextTable:
    own = replace(told, encoding="utf-8", separator=",", quote='"', decimal=".", thousands="")
    return TextTable(raw, own)


def _columns(handle: BinaryIO, magic: bytes) -> bytes:
    """A Parquet, Arrow or Feather file as text."""
    with guarded("the file", "It is a damaged Parquet, Arrow or Feather file."):
        if magic == b"PAR1":
            file = pyarrow.parquet.ParquetFile(handle)
            rows, width = file.metadata.num_rows, file.metadata.num_columns
            fits(rows, width, rows * width * _TEXT_OF_A_VALUE)
            table = file.read()
        else:
            table = pyarrow.feather.read_table(handle, memory_map=False)
        table.validate(full=True)  # damaged offsets crash what reads on
        rows, width = table.num_rows, table.num_columns
        fits(rows, width, rows * width * _TEXT_OF_A_VALUE)
        for k, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                table = table.set_column(k, field.name, table.column(k).cast(field.type.value_type))
            elif pa.types.is_boolean(field.type):
                table = table.set_column(k, field.name, table.column(k).cast(pa.int8()))
        text = io.BytesIO()
        pyarrow.csv.write_csv(table, text)
        return text.getvalue()


def _sheet(handle: BinaryIO) -> bytes:
    """The first sheet of an Excel file as text."""
    try:
        import openpyxl  # type: ignore[import-untyped]
    except ImportError:
        raise BadInput(
            "reading an Excel file needs openpyxl: pip install openpyxl, or save it as CSV."
        ) from None
    with guarded("the Excel file", "Save the sheet as CSV."):
        fits(0, 0, sum(entry.file_size for entry in zipfile.ZipFile(handle).infolist()))
        text = io.StringIO()
        rows = openpyxl.load_workbook(handle, read_only=True, data_only=True).worksheets[0].values
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()
