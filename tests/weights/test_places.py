"""Which files may be read where many people use one app, and networks split over files."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from weight_files import safetensors

from hts.validate import BadInput
from hts.weights import read_weights

W = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def shelf(tmp_path):
    """A folder that may be read, beside a private file."""
    (tmp_path / "private.safetensors").write_bytes(safetensors({"secret": W}))
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def test_only_the_named_folders_are_read(shelf):
    (shelf / "n.safetensors").write_bytes(safetensors({"w": W}))
    within = (shelf,)
    assert len(read_weights(shelf / "n.safetensors", within=within).weights) == 1
    (shelf / "link.safetensors").symlink_to(shelf / "n.safetensors")
    assert len(read_weights(shelf / "link.safetensors", within=within).weights) == 1
    (shelf / "out.safetensors").symlink_to(shelf.parent / "private.safetensors")
    (shelf / "up").symlink_to(shelf.parent)
    for path in (
        shelf.parent / "private.safetensors",
        shelf / ".." / "private.safetensors",
        shelf / "out.safetensors",
        shelf / "up" / "private.safetensors",
        shelf.parent / "does not exist.safetensors",
        "/etc/passwd",
        "private.safetensors",
    ):
        with pytest.raises(BadInput, match="lies outside the folders that may be read"):
            read_weights(path, within=within)
    assert len(read_weights(shelf / "out.safetensors").weights) == 1  # one's own computer


def test_what_is_no_plain_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    with pytest.raises(BadInput, match="not a plain file"):
        read_weights(tmp_path / "pipe.npz")
    with pytest.raises(BadInput, match="there is no file"):
        read_weights(tmp_path / "none.npz")
    with pytest.raises(BadInput, match="no path that can be opened"):
        read_weights("a\0b.npz")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(BadInput, match=r"no path that can be opened|there is no file"):
        read_weights(tmp_path / "round")


def split(folder, where, **files):
    for name, arrays in files.items():
        (folder / f"{name}.safetensors").write_bytes(safetensors(arrays))
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": where}))
    return index


def test_a_split_network_is_one_network(shelf):
    where = {"b": "two.safetensors", "a": "one.safetensors"}
    index = split(shelf, where, one={"a": W}, two={"b": W + 1})
    for path in (index, shelf):
        found = read_weights(path, within=(shelf,))
        assert [w.name for w in found.weights] == ["b", "a"]
        np.testing.assert_array_equal(found.weights[0].load(), W + 1)
        assert found.notes == ("split over 2 files",)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../private.safetensors", "only .safetensors files in the same folder"),
        ("/etc/passwd", "only .safetensors files in the same folder"),
        ("..\\private.safetensors", "only .safetensors files in the same folder"),
        (7, "only .safetensors files in the same folder"),
        ("three.safetensors", "there is no file"),
        ("out.safetensors", "lies outside the folders"),
        ("one.safetensors", "1 tensors that are not in the files"),
    ],
)
def test_an_index_points_nowhere_else(shelf, name, says):
    (shelf / "out.safetensors").symlink_to(shelf.parent / "private.safetensors")
    index = split(shelf, {"a": "one.safetensors", "secret": name}, one={"a": W})
    with pytest.raises(BadInput, match=says):
        read_weights(index, within=(shelf,))


def test_an_index_that_is_none_and_a_folder_without(tmp_path):
    index = tmp_path / "model.safetensors.index.json"
    for text in ("[]", "{", '{"weight_map": 3}', "[" * 10**5):
        index.write_text(text)
        with pytest.raises(BadInput, match="is no index of a split network"):
            read_weights(index)
    index.unlink()
    with pytest.raises(BadInput, match="is a folder with 0 files"):
        read_weights(tmp_path)
