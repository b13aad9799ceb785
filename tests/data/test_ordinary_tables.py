"""A hundred ordinary files, made by pandas and numpy, are read right and become datasets."""

from __future__ import annotations

import io
import itertools
import sys
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pytest

from hts import data
from hts.data.reading.own_table import preview_table, register_table
from hts.validate import BadInput

X = np.random.default_rng(3).normal(size=(30, 4)) * [1, 10, 1000, 1e-3]
LABELS = {
    "text": ["cat", "dog", "eel"],
    "whole": [0, 1, 2],
    "float": [0.0, 1.0, 2.0],
    "ids": [10000000000000001, 10000000000000002, 10000000000000003],
}
CLASSES = {**{kind: tuple(map(str, v)) for kind, v in LABELS.items()}, "float": ("0", "1", "2")}


def frame(kind: str) -> pd.DataFrame:
    made = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    made["kind"] = LABELS[kind] * 10
    return made


def csvs() -> dict[str, tuple[bytes, str]]:
    found = {}
    ways = itertools.product(
        LABELS, [",", ";", "\t"], [".", ","], [True, False], ["utf-8", "utf-16"]
    )
    for kind, separator, decimal, index, encoding in ways:
        text = frame(kind).to_csv(sep=separator, decimal=decimal, index=index)
        found[f"csv {kind} {separator!r} {decimal} {index} {encoding}"] = (
            text.encode(encoding),
            kind,
        )
    return found


def others() -> dict[str, tuple[bytes, str]]:
    found = {}
    for kind in LABELS:
        made, y = frame(kind), np.array(LABELS[kind] * 10)
        parquet, feather, arrow = io.BytesIO(), io.BytesIO(), io.BytesIO()
        made.to_parquet(parquet)
        pyarrow.feather.write_feather(pa.Table.from_pandas(made.sample(frac=1)), feather)
        table = pa.Table.from_pandas(made, preserve_index=False)
        with pa.ipc.new_file(arrow, table.schema) as writer:
            writer.write_table(table)
        found[f"parquet {kind}"] = parquet.getvalue(), kind
        found[f"feather {kind}"] = feather.getvalue(), kind
        found[f"arrow {kind}"] = arrow.getvalue(), kind
        found[f"json-like header {kind}"] = made.to_csv(index=False).encode(), kind
        for save in (np.savez, np.savez_compressed):
            for arrays in (
                {"X": X, "y": y},
                {"x": np.asfortranarray(X), "Y": y[:, None]},
                {"x_train": X[:18], "y_train": y[:18], "x_test": X[18:], "y_test": y[18:]},
            ):
                save(target := io.BytesIO(), **arrays)
                name = f"npz {kind} {save.__name__} {' '.join(arrays)}"
                found[name] = target.getvalue(), kind
    return found


FILES = csvs() | others()


@pytest.mark.parametrize("name", FILES)
def test_an_ordinary_file_is_read_right(name, home):
    content, kind = FILES[name]
    loaded = data.load(chosen := register_table(content, filename="t"))
    assert loaded.classes == CLASSES[kind]
    both = np.concatenate([loaded.x_train, loaded.x_test])
    assert both.shape == X.shape
    assert np.bincount(np.concatenate([loaded.y_train, loaded.y_test])).tolist() == [10, 10, 10]
    scaling = data.info(chosen).scaling
    raw = both * scaling.sd + scaling.mean
    assert np.allclose(raw[np.argsort(raw[:, 0])], X[np.argsort(X[:, 0])], rtol=1e-4, atol=1e-6)
    assert preview_table(content)["problem"] == ""


def test_there_are_a_hundred():
    assert len(FILES) >= 100


def test_an_excel_sheet_is_read_where_openpyxl_is(home):
    pytest.importorskip("openpyxl")
    sheet = io.BytesIO()
    frame("text").to_excel(sheet)
    loaded = data.load(register_table(sheet.getvalue(), filename="t.xlsx"))
    assert loaded.classes == CLASSES["text"]
    assert loaded.inputs == 4


def test_without_openpyxl_an_excel_sheet_says_what_to_install(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(BadInput, match="pip install openpyxl, or save it as CSV"):
        register_table(sheet.getvalue(), filename="t.xlsx")


def test_a_damaged_arrow_file_is_one_sentence_and_never_a_crash(home):
    file = io.BytesIO()
    table = pa.table({"a": X[:, 0], "label": LABELS["text"] * 10})
    pyarrow.feather.write_feather(table, file, compression="uncompressed")
    sound = file.getvalue()
    said = []
    for at in range(8, len(sound), 11):
        damaged = bytearray(sound)
        damaged[at : at + 2] = b"\xff\xff"
        try:
            preview_table(bytes(damaged))
        except BadInput as error:
            said.append(str(error))
    assert len(said) > 20
    assert not any("\n" in text for text in said)
