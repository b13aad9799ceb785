"""Files that lie: each is refused with words, and nothing big is allocated for it."""

from __future__ import annotations

import os
import struct
from io import BytesIO

import numpy as np
import pytest
from allocation_bounds import bounded
from weight_files import archive, bomb, explodes, npy, npz, safetensors

from hts.inspection.network import inspect
from hts.studio.cli.main import main
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
    assert "NumPy header of array net of net.npy cannot be read" in refusal(
        "net.npy", npy(GOOD["a"])[:20]
    )


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
        (about(dtype=["F32"]), "dtype, shape and data_offsets are needed"),
        (about() | {"shape": {}}, "whole numbers from 0 up"),
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
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": 1, "a": 2}', "a name occurs twice"),
        (b"\xff\xfe", "cannot be read"),
        (b'{"\\ud800": 1}', "surrogates not allowed"),
        (b'{"a": ' + b"9" * 5000 + b"}", "cannot be read"),
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


@pytest.mark.parametrize(
    ("code", "entries", "says"),
    [
        ("F4", 64, "float4_e2m1: a float of 8 bits or fewer"),
        ("F6_E2M3", 64, "float6_e2m3: a float of 8 bits or fewer"),
        ("F6_E3M2", 64, "float6_e3m2: a float of 8 bits or fewer"),
        ("F31", 10**6, "unknown type 'F31': this version cannot read"),
    ],
)
def test_a_tensor_of_an_unusual_type_is_named_and_the_others_are_read(
    tmp_path, code, entries, says
):
    bits = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}.get(code, 8)
    width = min(entries * bits // 8, 48)
    arrays = {"a": np.ones((20, 30), np.float32), "x": np.zeros(width, np.int8)}
    odd = {"dtype": code, "shape": [entries], "data_offsets": [2400, 2400 + width]}
    (tmp_path / "n.safetensors").write_bytes(safetensors(arrays, x=odd))
    a, x = read_weights(tmp_path / "n.safetensors").weights
    assert says in x.refused
    np.testing.assert_array_equal(a.load(), np.ones((20, 30)))


def test_a_packed_tensor_whose_shape_does_not_fit_its_bits_is_refused(refusal):
    odd = {"dtype": "F6_E2M3", "shape": [8], "data_offsets": [0, 7]}
    content = safetensors({"x": np.zeros(7, np.int8)}, x=odd)
    assert "takes 6 bytes, the file gives it 7" in refusal("n.safetensors", content)


def test_one_unreadable_member_of_an_archive_is_named_and_the_others_are_read(tmp_path):
    objects = npy(np.array([1, None], object))
    good = npy(np.arange(6.0).reshape(2, 3))
    path = tmp_path / "n.npz"
    path.write_bytes(
        archive(**{
            "good.npy": good, "objects.npy": objects, "cut.npy": good[:-8],
            "head.npy": b"\x93NUMPY", "readme.txt": b"hello",
            "old.npy": good.replace(b"(2, 3)", b"(-2,3)"),
        })
    )  # fmt: skip
    found = {weight.name: weight for weight in read_weights(path).weights}
    assert {name for name, weight in found.items() if not weight.refused} == {"good"}
    np.testing.assert_array_equal(found["good"].load(), np.arange(6.0).reshape(2, 3))
    assert "Python objects" in found["objects"].refused
    assert "there are 40" in found["cut"].refused
    assert "no .npy array" in found["readme.txt"].refused
    assert "cannot be read" in found["head"].refused
    assert "cannot be read" in found["old"].refused


def test_a_damaged_header_is_told_and_a_type_that_is_left_out_is_no_damage(tmp_path, capsys):
    good = npy(np.random.default_rng(1).standard_normal((60, 50)))
    (tmp_path / "n.npz").write_bytes(archive(**{"w.npy": good, "cut.npy": good[:90]}))
    assert main(["inspect", str(tmp_path / "n.npz")]) == 2
    out, err = capsys.readouterr()
    assert "w " in out
    assert err.startswith("error: the NumPy header of array cut of n.npz cannot be read")
    objects = npy(np.array([1, None], object))
    (tmp_path / "n.npz").write_bytes(archive(**{"w.npy": good, "objects.npy": objects}))
    assert main(["inspect", str(tmp_path / "n.npz")]) == 0
    out, err = capsys.readouterr()
    assert "Python objects" in " ".join(out.split())
    assert err == ""


def test_a_layer_with_damaged_numbers_is_left_out_and_the_others_are_measured(tmp_path, capsys):
    stored = BytesIO()
    rng = np.random.default_rng(1)
    np.savez(stored, a=rng.standard_normal((60, 50)), b=rng.standard_normal((60, 50)))
    content = bytearray(stored.getvalue())
    content[2000] ^= 1
    (tmp_path / "n.npz").write_bytes(content)
    found = inspect(tmp_path / "n.npz")
    assert main(["inspect", str(tmp_path / "n.npz")]) == 2
    out, err = capsys.readouterr()
    assert "b " in out
    assert err.startswith("error: array a of n.npz is damaged: Bad CRC-32")
    assert [layer.name for layer in found.layers] == ["b"]
    assert [(left.name, "Bad CRC-32" in left.why) for left in found.left_out] == [("a", True)]


@pytest.mark.parametrize("write", [safetensors, npz])
def test_names_that_cannot_be_shown_are_shown_with_escapes_and_stay_apart(tmp_path, write):
    long = "layer." * 100
    names = ["plain", "red\x1b[31m", "two\nlines", long + "a", long + "b"]
    ending = "npz" if write is npz else "safetensors"
    path = tmp_path / f"n.{ending}"
    path.write_bytes(write({name: np.full((2, 2), k, float) for k, name in enumerate(names)}))
    found = read_weights(path)
    shown = [weight.name for weight in found.weights]
    assert shown[:3] == ["plain", "red\\x1b[31m", "two\\nlines"]
    assert len(set(shown)) == 5
    assert max(map(len, shown)) <= 304
    assert [weight.load()[0, 0] for weight in found.weights] == [0, 1, 2, 3, 4]
    assert "4 of 5 names" in found.notes[0]


def test_a_header_that_python_cannot_tokenise(refusal):
    real = npy(np.ones((2, 3)))
    assert "cannot be read" in refusal("n.npy", real.replace(b"(2, 3)", b"(2, 3("))
