"""A user's own table becomes a dataset: what is accepted, and what is done to it."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

from hts import data
from hts.config import RunConfig
from hts.data.reading.own_table import register_table
from hts.data.sources import DataUnavailable
from hts.validate import BadInput

KEPT_SINCE = ("dialect", "read", "features")  # what tables of before did not keep
FLOWERS = [
    (5.1, 3.5, "setosa"),
    (4.9, 3.0, "setosa"),
    (4.7, 3.2, "setosa"),
    (7.0, 3.2, "versicolor"),
    (6.4, 3.2, "versicolor"),
    (6.9, 3.1, "versicolor"),
]


def csv_text(separator: str = ",", header: str | None = "length,width,species") -> bytes:
    lines = [] if header is None else [header.replace(",", separator)]
    lines += [separator.join(map(str, row)) for row in FLOWERS]
    return ("\n".join(lines) + "\n").encode()


def take(content: bytes, filename: str = "flowers.csv", **more: object) -> data.Dataset:
    return data.load(register_table(io.BytesIO(content), filename=filename, **more))


def unscaled(name: str, home: Path) -> np.ndarray:
    """The features before standardising, training rows first."""
    with np.load(home / "tables" / f"{name[6:]}.npz") as stored:
        both = np.concatenate([stored["x_train"], stored["x_test"]])
        return both * stored["sd"] + stored["mean"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("header", ["length,width,species", None])
def test_separators_and_header_are_found(separator, header, home):
    name = register_table(csv_text(separator, header), filename="flowers.csv")
    loaded = data.load(name)
    assert loaded.classes == ("setosa", "versicolor")
    assert (len(loaded.x_train), len(loaded.x_test)) == (4, 2)
    values = np.sort(unscaled(name, home)[:, 0])
    assert values == pytest.approx(sorted(row[0] for row in FLOWERS), abs=1e-5)


def test_the_name_is_that_of_the_content_and_fits_the_configuration(home):
    first = register_table(csv_text(), filename="a.csv")
    assert first == register_table(io.BytesIO(csv_text()), filename="b.csv")
    assert first == register_table(csv_text(), filename="a.csv", label="species")
    assert RunConfig(data=first).data == first
    other = register_table(
        b"p,q,k\n" + b"1,0,3\n2,1,4\n3,0,5\n4,1,6\n5,0,7\n6,1,8\n" * 2, filename="c.csv", label="q"
    )
    assert other != first
    assert data.load(other).classes == ("0", "1")
    assert other in data.names()


def test_what_is_known_of_a_table(home):
    name = register_table(csv_text(), filename="flowers.csv")
    known = data.info(name)
    assert (known.inputs, known.classes, known.in_the_plane) == (2, 2, False)
    assert (known.train, known.test) == (4, 2)
    assert "'species'" in known.sentence
    assert "standardised" in known.sentence
    assert [table.name for table in data.tables()] == [name]
    assert data.available(name) == "your tables"
    assert data.overview()[-1]["title"] == "flowers"


def test_a_table_may_live_in_another_folder(tmp_path, home):
    register_table(csv_text(), filename="flowers.csv", folder=tmp_path / "elsewhere")
    assert data.tables() == []
    assert len(data.tables(tmp_path / "elsewhere")) == 1


def test_a_table_can_be_forgotten(home):
    name = register_table(csv_text(), filename="flowers.csv")
    data.forget_table(name)
    assert data.tables() == []
    with pytest.raises(DataUnavailable, match="give the file again"):
        data.load(name)
    with pytest.raises(BadInput, match="12 hex digits"):
        data.info("table:../../etc")


def test_inputs_are_standardised_by_the_training_part_and_the_split_is_fixed(home):
    rng = np.random.default_rng(5)
    x = rng.normal([1, -2, 1e6], [0.1, 30, 5], (500, 3))
    rows = [",".join([*map(repr, row), str(k % 3)]) for k, row in enumerate(x.tolist())]
    content = ("a,b,c,class\n" + "\n".join(rows)).encode()
    loaded = take(content)
    assert np.abs(loaded.x_train.mean(axis=0)).max() < 1e-6
    assert np.abs(loaded.x_train.std(axis=0) - 1).max() < 1e-5
    assert np.bincount(loaded.y_train).tolist() == [134, 134, 133]
    assert np.bincount(loaded.y_test).tolist() == [33, 33, 33]
    assert np.array_equal(loaded.x_test, take(content).x_test)


def test_the_label_is_found_by_its_usual_name_wherever_it_stands(home):
    loaded = take(b"y,target,Class,a\n" + b"0,1,u,2\n1,1,v,3\n1,0,w,2\n" * 4)
    assert loaded.classes == ("u", "v", "w")


@pytest.mark.parametrize(
    ("label", "classes"),
    [
        ("kind", ("0", "1")),
        ("KIND", ("0", "1")),
        (0, ("0", "1")),
        (-1, ("5", "6")),
        ("2", ("5", "6")),
    ],
)
def test_the_label_may_be_named_or_counted(label, classes, home):
    content = b"kind,a,b\n" + b"0,1.5,5\n1,2.5,6\n" * 3
    assert take(content, label=label).classes == classes


def test_whole_number_labels_are_ordered_by_value(home):
    rows = b"".join(b"%d,%d.0\n" % (k, k % 12 - 1) for k in range(48))
    assert take(b"a,label\n" + rows).classes == tuple(str(k) for k in range(-1, 11))


def test_decimal_commas_are_read_where_semicolons_separate(home):
    name = register_table(b"a;b;label\n1,5;2;x\n2,5;3;y\n3,5;4;x\n-4,5;5;y\n", filename="t.csv")
    assert sorted(unscaled(name, home)[:, 0]) == pytest.approx([-4.5, 1.5, 2.5, 3.5])


def test_quotes_byte_order_marks_blank_lines_and_spaces_do_no_harm(home):
    content = '\ufeff"a, first", b ,"label"\r\n1, 2 ,"x, y"\r\n\r\n3,4,z\r\n5,6,"x, y"\r\n7,9,z\r\n'
    loaded = take(content.encode())
    assert loaded.classes == ("x, y", "z")
    about = json.loads(next((home / "tables").glob("*.json")).read_text())
    assert about["columns"] == ["a, first", "b"]


def test_row_numbers_written_by_pandas_and_constant_columns_are_left_out(home):
    rows = "".join(f"{k},{k * k},7,1,{'ab'[k % 2]}\n" for k in range(20))
    name = register_table((",v,seven,one,label\n" + rows).encode(), filename="t.csv")
    about = json.loads((home / "tables" / f"{name[6:]}.json").read_text())
    assert about["columns"] == ["v", "one"]
    assert about["dropped"] == ["row numbers", "seven"]
    assert np.array_equal(data.load(name).x_test[:, 1], np.ones(4, np.float32))
    assert "Left out: 2 columns" in data.info(name).sentence


def test_a_path_is_taken_too_and_the_callers_file_stays_open(tmp_path, home):
    path = tmp_path / "flowers.tsv"
    path.write_bytes(csv_text("\t"))
    opened = io.BytesIO(csv_text("\t"))
    assert register_table(path) == register_table(opened, filename="other.tsv")
    assert not opened.closed


def npz(**arrays: object) -> bytes:
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def test_npz_with_x_and_y(home):
    x = np.arange(60, dtype=np.float32).reshape(20, 3) ** 2
    loaded = take(npz(X=x, Y=np.arange(20) % 2), "t.npz")
    assert loaded.x_train.shape == (16, 3)
    assert loaded.classes == ("0", "1")


def test_npz_with_its_own_split_keeps_it(home):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 255, (30, 4, 4)).astype(np.uint8)
    y = np.array(["cat", "dog", "eel"] * 10)
    name = register_table(
        npz(X_train=np.asfortranarray(x[:25]), y_train=y[:25], x_test=x[25:], Y_test=y[25:]),
        filename="t.npz",
    )
    loaded = data.load(name)
    assert loaded.x_train.shape == (25, 16)
    assert loaded.y_test.tolist() == [1, 2, 0, 1, 2]
    assert "the file's own split" in loaded.source
    assert np.abs(unscaled(name, home) - x.reshape(30, 16)).max() < 1e-3


@pytest.mark.parametrize(
    "y",
    [
        np.arange(20) % 2 == 0,
        (np.arange(20) % 2).astype(float)[:, None],
        np.array([b"a", b"b"] * 10),
    ],
)
def test_npz_labels_of_any_plain_type(y, home):
    assert len(take(npz(x=np.random.default_rng(0).random((20, 2)), y=y), "t.npz").classes) == 2


def test_npz_label_array_may_be_named(home):
    content = npz(
        x=np.random.default_rng(0).random((20, 2)), y=np.zeros(20), kind=np.arange(20) % 4
    )
    assert len(take(content, "t.npz", label="kind").classes) == 4


@pytest.mark.parametrize("content", [csv_text(), csv_text(";").replace(b".", b","), csv_text("\t")])
def test_names_and_tables_of_before_stay_valid(content, home):
    name = register_table(content, filename="flowers.csv")
    assert name == f"table:{hashlib.sha256(content).hexdigest()[:12]}"
    path = home / "tables" / f"{name[6:]}.json"
    about = json.loads(path.read_text())
    path.write_text(json.dumps({k: about[k] for k in about if k not in KEPT_SINCE}))
    assert data.load(name).classes == ("setosa", "versicolor")
    assert "Read with" not in data.info(name).sentence
    assert len(data.info(name).scaling.columns) == 2
