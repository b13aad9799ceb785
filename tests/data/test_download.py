"""Downloads from a server on this computer: checksums, mirrors, going on after a break."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from made_up_datasets import idx_family, idx_files

from hts.data.reading.download import fetch
from hts.data.reading.obtain import obtain
from hts.data.sources import DataUnavailable
from hts.data.sources.family import RemoteFile
from hts.data.sources.published import find

BODY = np.random.default_rng(7).bytes(700_000)
MD5 = f"md5:{hashlib.md5(BODY).hexdigest()}"


def remote(*addresses: str, checksum: str | None = MD5) -> RemoteFile:
    return RemoteFile(name="body.bin", addresses=addresses, checksum=checksum)


def test_a_file_comes_whole_with_progress_and_only_once(site, tmp_path):
    site.files["/body.bin"] = BODY
    seen: list[tuple[int, int | None]] = []
    file = remote(f"{site.address}/body.bin")
    path = fetch(file, tmp_path, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert fetch(file, tmp_path) == path
    assert len(site.asked) == 1


def test_a_broken_download_goes_on_where_it_broke(site, tmp_path):
    site.files["/body.bin"] = BODY
    site.cut_at["/body.bin"] = 300_000
    path = fetch(remote(f"{site.address}/body.bin"), tmp_path)
    assert path.read_bytes() == BODY
    assert [wanted for _, wanted in site.asked] == [None, "bytes=300000-"]


def test_a_part_kept_from_an_earlier_program_is_continued(site, tmp_path):
    site.files["/body.bin"] = BODY
    (tmp_path / "body.bin.part").write_bytes(BODY[:123_456])
    seen: list[tuple[int, int | None]] = []
    path = fetch(remote(f"{site.address}/body.bin"), tmp_path, lambda *at: seen.append(at))
    assert path.read_bytes() == BODY
    assert site.asked == [("/body.bin", "bytes=123456-")]
    assert seen[0][0] > 123_456
    assert seen[-1] == (len(BODY), len(BODY))
    assert not (tmp_path / "body.bin.part").exists()


def test_a_complete_part_needs_no_more_bytes(site, tmp_path):
    site.files["/body.bin"] = BODY
    (tmp_path / "body.bin.part").write_bytes(BODY)
    assert fetch(remote(f"{site.address}/body.bin"), tmp_path).read_bytes() == BODY


def test_a_server_without_ranges_starts_over(site, tmp_path):
    site.files["/body.bin"] = BODY
    site.ranges = False
    (tmp_path / "body.bin.part").write_bytes(b"x" * 1000)
    assert fetch(remote(f"{site.address}/body.bin"), tmp_path).read_bytes() == BODY


def test_a_part_that_is_too_long_is_thrown_away(site, tmp_path):
    site.files["/body.bin"] = BODY
    (tmp_path / "body.bin.part").write_bytes(b"x" * (len(BODY) + 1))
    mirror = f"{site.address}/body.bin"
    assert fetch(remote(mirror, mirror), tmp_path).read_bytes() == BODY


def test_the_mirror_is_taken_when_the_first_address_fails(site, tmp_path):
    site.files["/mirror/body.bin"] = BODY
    file = remote(f"{site.address}/body.bin", f"{site.address}/mirror/body.bin")
    assert fetch(file, tmp_path).read_bytes() == BODY
    assert [path for path, _ in site.asked] == ["/body.bin", "/mirror/body.bin"]


def test_a_wrong_checksum_at_one_address_leads_to_the_next(site, tmp_path):
    site.files["/body.bin"] = BODY[::-1]
    site.files["/mirror/body.bin"] = BODY
    file = remote(f"{site.address}/body.bin", f"{site.address}/mirror/body.bin")
    assert fetch(file, tmp_path).read_bytes() == BODY


def test_a_wrong_checksum_everywhere_leaves_nothing_behind(site, tmp_path):
    site.files["/body.bin"] = BODY[::-1]
    with pytest.raises(DataUnavailable, match="wrong checksum"):
        fetch(remote(f"{site.address}/body.bin"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["body.bin.lock"]


def test_what_the_progress_raises_ends_the_download_and_keeps_the_part(site, tmp_path):
    site.files["/body.bin"] = BODY

    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(remote(f"{site.address}/body.bin"), tmp_path, stop)
    kept = (tmp_path / "body.bin.part").stat().st_size
    assert 0 < kept < len(BODY)
    assert fetch(remote(f"{site.address}/body.bin"), tmp_path).read_bytes() == BODY
    assert site.asked[-1][1] == f"bytes={kept}-"


def test_a_family_is_fetched_parsed_checked_and_kept(site, empty_computer):
    files = idx_files()
    site.files.update({f"/{name}": content for name, content in files.items()})
    family = idx_family(site.address, files=files)
    assert find(family) is None
    seen: list[tuple[int, int | None]] = []
    first = obtain(family, lambda *at: seen.append(at))
    whole = sum(len(content) for content in files.values())
    assert seen[-1] == (whole, whole)
    assert first.x_train.shape == (15, 4, 4)
    assert "downloaded" in first.source
    site.files.clear()
    again = obtain(family)
    assert np.array_equal(first.x_test, again.x_test)
    assert again.source == first.source
    found = find(family)
    assert found is not None
    assert found.kind == "cache"
    assert not list((empty_computer / "cache" / "tiny").glob("*.gz"))


def test_right_bytes_with_wrong_content_are_refused(site, empty_computer):
    files = idx_files()
    files["t10k-labels-idx1-ubyte.gz"] = files["train-labels-idx1-ubyte.gz"]
    site.files.update({f"/{name}": content for name, content in files.items()})
    with pytest.raises(DataUnavailable, match=r"test part is uint8 \(6, 4, 4\) with 15 labels"):
        obtain(idx_family(site.address, files=files))


def test_nothing_anywhere_says_what_was_tried_and_how_to_get_it(site, empty_computer):
    family = idx_family(f"{site.address}/away", "http://127.0.0.1:9")
    with pytest.raises(DataUnavailable) as told:
        obtain(family)
    text = str(told.value)
    for part in (
        f"{site.address}/away/train-images-idx3-ubyte.gz: the server refused (404",
        "http://127.0.0.1:9/train-images-idx3-ubyte.gz: no connection",
        "HTS_DATA_DIR",
        "tiny.npz with x_train, y_train, x_test, y_test",
        "t10k-labels-idx1-ubyte.gz",
        "digits needs no download",
    ):
        assert part in text
