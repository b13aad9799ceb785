"""Tables that cannot be used: every message says what, where, and what to do."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from allocation_bounds import bounded

from hts import data
from hts.data.reading.own_table import register_table
from hts.validate import BadInput

GOOD = b"1,2,x\n3,4,y\n5,6,x\n7,9,y\n"


def refused(content: bytes, says: str, filename: str | None = "t.csv", **more: object) -> None:
    with pytest.raises(BadInput, match=says):
        register_table(io.BytesIO(content), filename=filename, **more)
    assert data.tables() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"a,b,label\n", "no rows under its header"),
        (b"a\n1\n2\n", "no comma, semicolon, tab, bar or space"),
        (b"just some words\nin two lines\n", "no table with several columns"),
        (b"PK\x03\x04 and so on", "damaged NumPy archive .* or Excel file"),
        (b"<html><body>", "looks like a web page"),
        (b'{"a": 1}', "looks like JSON"),
        (b"1,2,x\n\x00\x01\x02", "holds binary data"),
        ("größe,label\n1,x\n".encode() + b"2,\xf6\n", "line 3 is not utf-8 text: byte 0xf6"),
        (b"a,b,a,label\n1,2,3,x\n", "names 'a' more than once"),
        (b"a,b,label\n1,2,x\n1,2\n", "line 3 has 2 cells, the table has 3 columns"),
        (b"a,b,label\n1,2,x\n1,2,3,x\n", "line 3 has 4 cells"),
        (b'a,b,label\n1,2,x\n1,"2,x\n3,4,y\n', "A quotation mark may not be closed"),
        (b"a,b,label\n1,2,\n3,4,x\n5,6,NA\n7,8,y\n", r"2 labels are missing .*line 2, line 4"),
        (b"a,b,label\n1,,x\n3,nan,y\n-inf,6,x\n7,8,y\n", "3 feature values.*line 2, column 'b'"),
        (b"a,b,label\n1,2,x\n3,4,x\n5,6,x\n", r"one class only \('x'\)"),
        (b"a,b,label\n1,2,x\n3,4,x\n5,6,z\n", r"fewer than 2 examples \(z\)"),
        (b"a,b,label\n1,2,x\n1,2,y\n1,2,x\n1,2,y\n", "every feature column is constant"),
        (
            b"a,town,label\n1,Rome,x\n2,Bath,y\n3,Bonn,x\n",
            r"1 feature columns are not numeric: 'town' \('Rome' in line 2; 3 of 3 rows\)",
        ),
        (b"a,b,label\n1e308,2,x\n-1e308,2,y\n1e308,3,x\n-1e308,3,y\n", "too large to standardise"),
    ],
)
def test_bad_csv(content, says, home):
    refused(content, says)


def test_a_byte_that_is_no_utf8_is_found_anywhere(home):
    rows = "a,größe\n".encode() + b"1,x\n2,y\n" * 30_000
    refused(rows + b"3,\xe9\n", "line 60002 is not utf-8 text: byte 0xe9")


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("spezies", "'species'"),
        ("nothing at all", "label column must be one of"),
        (7, "label column 7 does not exist: the table has 3 columns"),
        (-4, "counted from 0 to 2"),
    ],
)
def test_a_label_column_that_is_not_there(label, says, home):
    refused(b"a,b,species\n" + GOOD, says, label=label)


def test_labels_that_are_measurements(home):
    rng = np.random.default_rng(0)
    rows = b"".join(b"%f,%f\n" % tuple(pair) for pair in rng.random((200, 2)))
    refused(b"a,target\n" + rows, "looks continuous, not like classes: .* different values")
    rows = b"".join(b"%d,%d\n" % (k % 7, k // 2) for k in range(2002))
    refused(b"a,identifier\n" + rows, "has 1001 different labels, at most 1000")


def test_a_file_that_is_not_there(home):
    with pytest.raises(BadInput, match="there is no file"):
        register_table(Path("/nowhere/t.csv"))


def test_a_file_of_three_gigabytes_is_refused_without_being_read(tmp_path, home):
    path = tmp_path / "large.csv"
    with path.open("wb") as handle:
        handle.truncate(3 * 2**30)  # takes no room on the disk
    with (
        bounded(megabytes=1),
        pytest.raises(BadInput, match=r"large.csv has 3,072 MB, at most 512 MB"),
    ):
        register_table(path)


def test_the_limit_can_be_set(home):
    refused(b"a,b,label\n" + GOOD * 100, "has 0 MB|at most", limit=1000)


def npz(**arrays: object) -> bytes:
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


X, Y = np.random.default_rng(1).random((20, 3)), np.arange(20) % 2


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"X": X}, "needs the arrays X and y.* it holds x"),
        ({"a": X, "b": Y}, "needs the arrays X and y"),
        ({"X": X, "y": Y[:-1]}, r"x has shape \(20, 3\) and y \(19,\)"),
        ({"X": X[:, 0], "y": Y}, r"shape \(20,\) .* \(examples, inputs\)"),
        ({"X": X, "y": np.eye(20)}, "one-hot"),
        ({"X": X[:0], "y": Y[:0]}, r"shape \(0, 3\)"),
        ({"X": np.where(X > 0.9, np.nan, X), "y": Y}, "missing, NaN or infinite.*row "),
        ({"X": X.astype(object), "y": Y}, "Python objects: reading them would run code"),
        ({"X": X, "y": Y.astype(object)}, "array y holds Python objects"),
        ({"X": X.astype(str), "y": Y}, "features must be real numbers"),
        ({"X": X, "y": Y * 1j}, "labels are complex"),
        ({"X": X, "y": Y * 0}, "one class only"),
        ({"X": X, "y": np.where(X[:, 0] > 0.5, np.nan, Y)}, "labels are missing"),
        ({"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y}, "must be the same"),
        ({"x_train": X, "y_train": Y, "x_test": X, "y_test": Y + 1}, "only in the test part"),
        ({"x_train": X, "y_train": Y * 0, "x_test": X, "y_test": Y * 0}, "one class only"),
    ],
)
def test_bad_npz(arrays, says, home):
    refused(npz(**arrays), says, filename="t.npz")


def test_an_npz_that_is_none_or_is_cut(home):
    refused(npz(X=X, y=Y)[:-30], "damaged NumPy archive", filename="t.npz")
    with zipfile.ZipFile(target := io.BytesIO(), "w") as archive:
        archive.writestr("notes.txt", "no array")
    refused(target.getvalue(), "looks like a zip file", filename="t.npz")


def test_an_archive_that_unpacks_to_too_much_is_refused_before_unpacking(home):
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1000, 400000), }\n"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("X.npy", "w") as member:
            member.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
            for _ in range(400):
                member.write(b"\0" * 1_000_000)
        archive.writestr("y.npy", b"\0" * 100)
    assert len(target.getvalue()) < 2_000_000
    with bounded(megabytes=8):
        refused(target.getvalue(), r"400,000 columns would take 1,907 MB", filename="t.npz")


def test_a_header_that_promises_more_than_there_is_makes_no_room_for_it(home):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 8), }\n"
    lying = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\0" * 64
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("X.npy", lying)
        archive.writestr("y.npy", lying)
    refused(target.getvalue(), "header does not fit its size", filename="t.npz")


def test_a_pickle_in_an_archive_is_never_run(home, tmp_path):
    trap = tmp_path / "run"
    pickled = b"cos\nsystem\n(S'touch " + str(trap).encode() + b"'\ntR."
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + pickled
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("X.npy", content)
        archive.writestr("y.npy", content)
    refused(target.getvalue(), "Python objects", filename="t.npz")
    assert not trap.exists()


def test_damaged_compressed_data_are_refused(home):
    content = bytearray(npz(X=X, y=Y))
    content[300] ^= 0xFF  # inside the numbers of X: the checksum of the member is wrong
    with pytest.raises(BadInput):
        register_table(bytes(content), filename="t.npz")
