"""Files that lie: each is refused with words, and nothing big is allocated for it."""

from __future__ import annotations

import os
import struct
from io import BytesIO

import numpy as np
import pytest
from allocation_bounds import bounded
from weight_files import archive, bomb, explodes, npy, npz, safetensors

from hts.validate import BadInput
from hts.weights import Limits, read_weights

GOOD = {"a": np.ones((20, 30), np.float32), "b": np.ones(20, np.float32)}


def test_a_header_of_five_gigabytes_is_not_believed(refusal, tmp_path):
    claim = struct.pack("<Q", 5 * 2**30)
    said = refusal("net.safetensors", claim + b"{}" * 50)
    assert "claims a header of 5,368,709,120 bytes, at most 100 are accepted" in said
    large = tmp_path / "large.safetensors"
    with large.open("wb") as file:
        file.write(claim)
        os.truncate(file.fileno(), 6 * 2**30)  # a hole: it takes no room on disk
    with bounded(), pytest.raises(BadInput, match="at most 16,777,216 are accepted"):
        read_weights(large)


@pytest.mark.parametrize("kept", [0, 5, 60, 300, -1])
@pytest.mark.parametrize(("ending", "write"), [("safetensors", safetensors), ("npz", npz)])
def test_truncated_files(refusal, ending, write, kept):
    said = refusal(f"net.{ending}", write(GOOD)[:kept])
    expected = "empty" if kept == 0 else "truncated"
    assert expected in said


def test_truncated_arrays(refusal):
    assert "claims shape (20, 30)" in refusal("net.npy", npy(GOOD["a"])[:-1])
    assert "no readable NumPy header" in refusal("net.npy", npy(GOOD["a"])[:20])


def about(dtype="F32", shape=(20, 30), first=0, last=2400):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [first, last]}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (about(shape=(20, 31)), "takes 2,480 bytes, the file gives it 2,400"),
        (about(shape=(2**40, 2**40)), "damaged"),
        (about(shape=(-20, -30)), "whole numbers from 0 up"),
        (about(shape=(20.0, 30)), "whole numbers from 0 up"),
        (about(shape=(True, 600)), "whole numbers from 0 up"),
        (about(shape=(1,) * 15 + (20, 30)), "at most 16 axes"),
        (about(dtype="F31"), "known are F64, F32"),
        (about(dtype=["F32"]), "known are F64, F32"),
        (about(first=80, last=2480), "starts at byte 80"),
        (about(last=10**12, shape=(10**12 // 4,)), "truncated: tensor 'a' ends at byte"),
        ("nothing", "only 'nothing'"),
        ({"dtype": "F32"}, "dtype, shape and data_offsets are needed"),
    ],
)
def test_headers_at_odds_with_the_file(refusal, entry, says):
    assert says in refusal("net.safetensors", safetensors(GOOD, a=entry))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"[1, 2]", "must be a dict"),
        (b"[" * 100_000, "not readable"),
        (b'{"a": 1, "a": 2}', "a name occurs twice"),
        (b"\xff\xfe", "not readable"),
        (b"{}", "holds no arrays"),
    ],
)
def test_headers_that_are_no_list_of_tensors(refusal, text, says):
    assert says in refusal("net.safetensors", struct.pack("<Q", len(text)) + text)


def test_bytes_that_belong_to_no_tensor(refusal):
    assert "3 bytes after the last tensor" in refusal("n.safetensors", safetensors(GOOD) + b"abc")


def test_more_tensors_than_any_network_has(refusal):
    said = refusal("net.safetensors", safetensors(GOOD), limits=Limits(tensors=1))
    assert "holds 2 arrays, at most 1 are accepted" in said
    assert "holds 2 arrays" in refusal("net.npz", npz(GOOD), limits=Limits(tensors=1))


def test_a_larger_file_than_allowed(refusal):
    limits = Limits(file_bytes=2**20)
    content = safetensors({"a": np.ones(300_000, np.float32)})
    assert "has 1.1 MB, at most 1.0 MB" in refusal("net.safetensors", content, limits=limits)


def test_a_tensor_too_large_to_load_is_left_out_and_the_others_stay(tmp_path):
    (tmp_path / "net.npz").write_bytes(npz(GOOD))
    found = read_weights(tmp_path / "net.npz", limits=Limits(entries=100)).weights
    assert [bool(weight.refused) for weight in found] == [True, False]
    assert "600 entries, at most 100" in found[0].refused


def test_a_tensor_that_is_read_by_rows_is_left_out_only_where_a_row_is_too_large(tmp_path):
    (tmp_path / "net.safetensors").write_bytes(safetensors(GOOD))
    refused = [
        [bool(w.refused) for w in read_weights(tmp_path / "net.safetensors", limits=most).weights]
        for most in (Limits(entries=30), Limits(entries=29))
    ]
    assert refused == [[False, False], [True, False]]


def test_a_zip_bomb_is_seen_by_its_directory(refusal):
    zeros = npy(np.zeros(2**18))  # 2 MB that pack into 2 kB
    bomb = archive(**{f"a{k}.npy": zeros for k in range(40)})
    assert len(bomb) < 2**18
    said = refusal("net.npz", bomb, limits=Limits(unpacked_bytes=50 * 2**20))
    assert "unpacks to 80 MB, at most 50 MB" in said


def test_a_directory_that_claims_more_than_can_be_packed(refusal):
    real = npy(np.zeros((2, 3)))
    content = bytearray(archive(**{"a.npy": real}))
    place = content.index(b"PK\x01\x02") + 24  # the unpacked size in the central directory
    content[place : place + 4] = struct.pack("<I", 2**32 - 2)
    said = refusal("net.npz", bytes(content))
    assert "deflate cannot do that" in said


def test_a_header_inside_an_archive_that_claims_more_than_there_is(refusal):
    real = npy(np.zeros((2, 3)))
    wide = real.replace(b"(2, 3), }" + b" " * 10, b"(200000, 300000), }")
    assert len(wide) == len(real)
    assert "480,000,000,000 bytes, and there are 48" in refusal("n.npz", archive(**{"a.npy": wide}))
    assert "480,000,000,000 bytes, and there are 48" in refusal("n.npy", wide)


@pytest.mark.parametrize(
    "name",
    ["../../etc/a.npy", "/a.npy", "x/.hidden/a.npy", "__MACOSX/a.npy", "c:\\a.npy", "..\\a.npy"],
)
def test_names_that_climb_out_or_hide(refusal, name):
    assert "hidden, absolute or climb out" in refusal("n.npz", archive(**{name: npy(np.eye(3))}))


def test_plain_folders_in_names_are_fine_and_nothing_is_unpacked(tmp_path):
    (tmp_path / "n.npz").write_bytes(npz({"block/0/w": np.eye(3)}))
    assert [w.name for w in read_weights(tmp_path / "n.npz").weights] == ["block/0/w"]
    assert [p.name for p in tmp_path.iterdir()] == ["n.npz"]


def test_an_archive_without_arrays_or_with_something_else(refusal):
    assert "holds no arrays" in refusal("n.npz", archive())
    assert "is no .npy array" in refusal("n.npz", archive(**{"data.pkl": b"x"}))
    assert "is empty (0 bytes)" in refusal("n.npz", b"")


def test_a_damaged_member_fails_its_checksum(refusal):
    stored = BytesIO()
    np.savez(stored, a=np.ones((50, 50)))
    content = bytearray(stored.getvalue())
    content[2000] ^= 1
    assert "damaged" in refusal("n.npz", bytes(content))


def test_pickles_in_numpy_files_are_refused_unread(refusal, tmp_path):
    mark = tmp_path / "mark"
    pickled = bomb(mark)
    assert explodes(pickled, mark)  # the bomb is real
    objects = npy(np.array([[1, None]], object))
    header = objects[: objects.index(b"\n") + 1]
    assert "run code from the file" in refusal("n.npy", header + pickled)
    assert "run code from the file" in refusal("n.npz", archive(**{"a.npy": header + pickled}))
    assert not mark.exists()


@pytest.mark.parametrize("name", ["net.pkl", "net.bin", "net.h5", "net", "net.ckpt"])
def test_other_endings(refusal, tmp_path, name):
    mark = tmp_path / "mark"
    assert "weights must be in .safetensors, .npz" in refusal(name, bomb(mark))
    assert not mark.exists()
