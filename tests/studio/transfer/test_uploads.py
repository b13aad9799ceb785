"""Uploads: checked, kept once by their content, listed, bounded."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import torch
from allocation_bounds import bounded
from weight_files import Bomb, npz, safetensors

from hts.studio.store.paths import Home
from hts.studio.transfer.uploads import Uploads
from hts.validate import BadInput

pytestmark = pytest.mark.process

CONTENT = safetensors({"w": np.arange(12, dtype=np.float32).reshape(3, 4)})


@pytest.fixture
def uploads(home):
    return Uploads(Home(home))


def files(home):
    folder = home / "weights"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def test_an_upload_is_kept_once_listed_and_opened(home, uploads, tmp_path):
    (tmp_path / "mine.safetensors").write_bytes(CONTENT)
    id_ = uploads.add(tmp_path / "mine.safetensors")
    assert uploads.add(CONTENT, "other.safetensors") == id_
    assert uploads.add(BytesIO(CONTENT), "other.safetensors") == id_
    (known,) = uploads.list()
    assert (known.id, known.filename) == (id_, "mine.safetensors")
    assert (known.format, known.arrays, known.bytes) == ("safetensors", 1, len(CONTENT))
    found = uploads.get(id_)
    assert found.source == "mine.safetensors"
    np.testing.assert_array_equal(found.weights[0].load().ravel(), np.arange(12))
    digits = id_.removeprefix("weights:")
    assert files(home) == [f"{digits}.json", f"{digits}.safetensors"]
    with pytest.raises(BadInput, match="is not among your uploads"):
        uploads.get("weights:0123456789ab")


def test_of_a_checkpoint_the_tensors_are_kept(home, uploads, tmp_path):
    path = tmp_path / "net.pt"
    tied = torch.ones(4, 4)
    torch.save({"state_dict": {"a": torch.eye(3), "b": tied, "c": tied}}, path)
    id_ = uploads.add(path.read_bytes(), "net.pt")
    found = uploads.get(id_)
    assert {w.name: w.refused for w in found.weights} == {
        "a": "",
        "b": "",
        "c": "tied: the same numbers as b, counted once",
    }
    assert found.notes == ("net.pt: taken from the entry 'state_dict'",)
    assert [name.split(".")[1] for name in files(home)] == ["json", "safetensors"]


def test_what_is_refused_leaves_nothing(home, uploads, tmp_path):
    mark = tmp_path / "mark"
    torch.save({"x": Bomb(mark)}, tmp_path / "bomb.pt")
    whole = npz({"n": np.arange(3)})
    for content, name, says in [
        (CONTENT[:-1], "n.safetensors", "truncated"),
        (b"", "n.npz", "is empty"),
        (whole, "n.npz", "none can be measured"),
        ((tmp_path / "bomb.pt").read_bytes(), "n.pt", "would run code"),
        (CONTENT, "n.exe", "weights must be in"),
        (CONTENT, "", "weights must be in"),
    ]:
        with pytest.raises(BadInput, match=says):
            uploads.add(content, name)
        assert files(home) == []
    assert not mark.exists()


def test_bounds_on_one_file_and_on_all(home, uploads):
    def within(most: int) -> Uploads:
        return Uploads(Home(home), total_limit=most)

    with pytest.raises(BadInput, match="an upload has to fit"):
        uploads.add(CONTENT, "n.safetensors", limit=len(CONTENT) - 1)
    within(len(CONTENT)).add(CONTENT, "n.safetensors")
    other = CONTENT[:-1] + b"\0"
    with pytest.raises(BadInput, match="delete one that is not needed"):
        within(2 * len(CONTENT) - 1).add(other, "n.safetensors")
    within(2 * len(CONTENT)).add(other, "n.safetensors")


def test_names_are_shown_and_never_used_as_paths(home, uploads):
    uploads.add(CONTENT, "../../etc/\x1bpasswd.safetensors")
    assert [known.filename for known in uploads.list()] == ["passwd.safetensors"]
    assert not (home.parent / "etc").exists()
    for id_ in ("weights:../../etc", "table:0123456789ab", "weights:0123", ""):
        with pytest.raises(BadInput, match="12 hex digits"):
            uploads.get(id_)


def test_a_damaged_note_is_left_out_of_the_list(home, uploads):
    id_ = uploads.add(CONTENT, "n.safetensors")
    (Uploads(Home(home)).folder / f"{id_.removeprefix('weights:')}.json").write_text("{")
    assert uploads.list() == []
    with pytest.raises(BadInput, match="damaged"):
        uploads.get(id_)


def test_an_archive_is_kept_as_safetensors_in_its_own_types_without_what_is_damaged(uploads):
    half = np.arange(12, dtype=np.float16).reshape(3, 4)
    stored = BytesIO()
    turned, codes, text = np.asfortranarray(half.T), half.astype(">i4"), np.array(["a"])
    np.savez(stored, half=half, codes=codes, turned=turned, bad=half, text=text)
    content = bytearray(stored.getvalue())
    content[content.index(half.tobytes(), content.index(b"bad.npy")) + 5] ^= 1
    id_ = uploads.add(bytes(content), "n.npz")
    (known,) = uploads.list()
    assert known.format == "safetensors"
    assert [note.partition(":")[0] for note in known.notes] == ["bad", "text"]
    found = {weight.name: weight for weight in uploads.get(id_).weights}
    assert {name: weight.dtype for name, weight in found.items()} == {
        "half": "float16",
        "codes": "int32",
        "turned": "float16",
    }
    np.testing.assert_array_equal(found["half"].load(), half)
    np.testing.assert_array_equal(found["turned"].load(), half.T)


def test_a_small_file_of_many_zeros_takes_memory_neither_here_nor_there(home, uploads):
    zeros = npz({"w": np.zeros((1000, 100_000))})  # 800 MB in less than 1 MB
    assert len(zeros) < 2**20
    with bounded(20), pytest.raises(BadInput, match="takes 763 MB in memory, at most 259 MB"):
        uploads.add(zeros, "n.npz")
    assert files(home) == []
