"""Finding data on this computer, in every published form."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import made_up_datasets
import numpy as np
import pytest
from made_up_datasets import cifar_records, idx_family, idx_files, moved, tar_gz, zipped

import hts
from hts import data
from hts.data.reading.arrays import read_npz, write_npz
from hts.data.reading.obtain import obtain
from hts.data.sources import DataUnavailable, cifar, ecg5000
from hts.data.sources.family import Raw
from hts.data.sources.mnist import MNIST, idx

ECG_TRAIN, ECG_TEST = (292, 177, 10, 19, 2), (2627, 1590, 86, 175, 22)


def made_up_ecg() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Series with the class counts of ECG5000: values k / 64, exact in any text."""
    rng = np.random.default_rng(3)
    parts = {}
    for part, counts in (("TRAIN", ECG_TRAIN), ("TEST", ECG_TEST)):
        labels = rng.permutation(np.repeat(np.arange(1, 6), counts))
        parts[part] = rng.integers(-300, 300, (len(labels), 140)) / 64, labels
    return parts


def ecg_text(values: np.ndarray, labels: np.ndarray, ending: str) -> bytes:
    cells = [[f"{v:.6f}" for v in row] for row in values.tolist()]
    pairs = list(zip(cells, labels.tolist(), strict=True))
    if ending == "tsv":
        lines = ["\t".join([f"{label}", *row]) for row, label in pairs]
    elif ending == "":  # the archive of 2015
        lines = [",".join([f"{label}", *row]) for row, label in pairs]
    elif ending == "txt":
        lines = [f"  {label:.7e}  " + "  ".join(row) for row, label in pairs]
    elif ending == "ts":
        lines = ["# comment", "@problemName ECG5000", "@data"]
        lines += [",".join(row) + f":{label}" for row, label in pairs]
    else:
        lines = ["% comment", "@relation ECG5000", "@attribute target {1,2,3,4,5}", "@data"]
        lines += [",".join(row) + f",'{label}'" for row, label in pairs]
    return "\n".join(lines).encode()


FORMS = ("txt", "tsv", "ts", "arff", "")
PLACES = (".", "ECG5000", "ecg5000", "UCRArchive_2018/ECG5000", "Univariate_arff/Ecg5000")


def put(folder: Path, parts: dict, ending: str, bom: bytes = b"", newline: bytes = b"\n") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part, (values, labels) in parts.items():
        name = f"ECG5000_{part}" + (f".{ending}" if ending else "")
        text = bom + ecg_text(values, labels, ending).replace(b"\n", newline)
        (folder / name).write_bytes(text)


@pytest.mark.parametrize(
    ("ending", "place", "marks"),
    [
        *((ending, "ECG5000", ()) for ending in FORMS),
        *(("tsv", place, ()) for place in PLACES),
        *((ending, ".", (b"\xef\xbb\xbf", b"\r\n")) for ending in ("tsv", "arff")),
    ],
)
def test_ecg5000_is_read_from_each_of_its_text_forms(ending, place, marks, empty_computer):
    parts = made_up_ecg()
    put(empty_computer / "data" / place, parts, ending, *marks)
    loaded = data.load("ecg5000")
    for part, x, y in (
        ("TRAIN", loaded.x_train, loaded.y_train),
        ("TEST", loaded.x_test, loaded.y_test),
    ):
        np.testing.assert_array_equal(x, parts[part][0].astype(np.float32))
        np.testing.assert_array_equal(y, parts[part][1] - 1)
    assert f"ECG5000_TRAIN.{ending}".rstrip(".") in loaded.source


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["ECG5000/ECG5000_TRAIN.tsv"], "in ECG5000/ ECG5000_TEST.tsv is missing beside"),
        (["ECG5000_TRAIN.csv", "ECG5000_TEST.csv"], "ECG5000_TEST.csv, ECG5000_TRAIN.csv in data/"),
        (["ECG500_TRAIN.tsv"], "ECG500_TRAIN.tsv in data/ is none of these names"),
    ],
)
def test_what_is_nearly_right_is_named(names, said, site, empty_computer):
    for name in names:
        path = empty_computer / "data" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1,2,3\n")
    with pytest.raises(DataUnavailable, match=re.escape(said)):
        obtain(moved(ecg5000.FAMILY, site.address))


@pytest.mark.parametrize("place", ["MNIST/raw", "mnist", "."])
def test_mnist_is_found_where_torchvision_puts_it(place, empty_computer):
    folder = empty_computer / "data" / place
    folder.mkdir(parents=True, exist_ok=True)
    for file in MNIST.releases[1].files:
        (folder / file.name.upper()).touch()
    assert "train-images-idx3-ubyte" in data.available("mnist")


def test_ecg5000_comes_from_its_zip_or_from_the_mirror(site, empty_computer, monkeypatch):
    parts = made_up_ecg()
    family = moved(ecg5000.FAMILY, site.address)
    for part, (values, labels) in parts.items():
        site.files[f"/ECG5000_{part}.arff"] = ecg_text(values, labels, "arff")
    site.files["/ECG5000.zip"] = b"no zip at all"
    mirrored = obtain(family)
    assert np.array_equal(mirrored.y_test, parts["TEST"][1] - 1)
    assert "ECG5000_TRAIN.arff" in mirrored.source

    monkeypatch.setenv("HTS_CACHE", str(empty_computer / "second"))
    members = {f"ECG5000_{p}.ts": ecg_text(*parts[p], "ts") for p in parts}
    members |= {f"ECG5000_{p}.txt": ecg_text(*parts[p], "txt") for p in parts}
    site.files["/ECG5000.zip"] = zipped(members)
    unzipped = obtain(family)
    assert np.array_equal(unzipped.x_train, mirrored.x_train)
    assert "ECG5000.zip" in unzipped.source


def test_a_binary_variant_of_ecg5000_is_refused(empty_computer):
    values = np.zeros((10, 140), np.float32)
    labels = np.zeros(10, np.uint8)
    raw = Raw(x_train=values, y_train=labels, x_test=values, y_test=labels, source="")
    write_npz(empty_computer / "data" / "ecg5000.npz", raw)
    with pytest.raises(DataUnavailable, match=r"does not hold ECG5000: .*\(500, 140\)"):
        data.load("ecg5000")


def test_original_files_are_found_loose_or_in_a_subfolder_packed_or_not(empty_computer):
    files = idx_files()
    folder = empty_computer / "data"
    expected = idx(files["train-images-idx3-ubyte.gz"])
    for place in (folder, folder / "tiny"):
        place.mkdir(exist_ok=True)
        for name, content in files.items():
            (place / name).write_bytes(content)
        raw = obtain(idx_family(files=files))
        assert np.array_equal(raw.x_train, expected)
        assert "HTS_DATA_DIR" in raw.source
        (empty_computer / "cache" / "tiny.npz").unlink()
        for name in files:
            (place / name).unlink()
    assert np.array_equal(idx(gzip.decompress(files["train-images-idx3-ubyte.gz"])), expected)


def test_fashion_mnist_is_not_taken_from_loose_files_that_are_mnist(empty_computer):
    for name, content in idx_files().items():
        (empty_computer / "data" / name).write_bytes(content)
    assert data.available("fashion-mnist") is None
    assert data.available("mnist") is not None
    with pytest.raises(DataUnavailable, match="does not hold MNIST"):
        data.load("mnist")


def test_debian_package_of_fashion_mnist_is_found(empty_computer):
    folder = empty_computer / "debian" / "fashion-mnist"
    folder.mkdir(parents=True)
    for name, content in idx_files().items():
        (folder / name).write_bytes(content)
    assert "Debian" in str(data.available("fashion-mnist"))
    with pytest.raises(DataUnavailable, match="does not hold Fashion-MNIST"):
        data.load("fashion-mnist")


def test_the_cache_that_got_damaged_is_made_anew(empty_computer):
    files = idx_files()
    for name, content in files.items():
        (empty_computer / "data" / name).write_bytes(content)
    family = idx_family(files=files)
    first = obtain(family)
    cached = empty_computer / "cache" / "tiny.npz"
    cached.write_bytes(cached.read_bytes()[:500])
    again = obtain(family)
    assert np.array_equal(first.x_train, again.x_train)
    assert np.array_equal(read_npz(cached).x_train, first.x_train)


def test_an_archive_with_pickles_is_refused(empty_computer):
    arrays = {name: np.array([{}], dtype=object) for name in ("x_train", "y_train", "x_test")}
    np.savez(empty_computer / "data" / "mnist.npz", y_test=np.zeros(1), **arrays)
    with pytest.raises(DataUnavailable, match="cannot be read"):
        data.load("mnist")


def test_a_missing_array_is_named(empty_computer):
    np.savez(empty_computer / "data" / "mnist.npz", X_train=np.zeros(1), Y_train=np.zeros(1))
    with pytest.raises(DataUnavailable, match="lacks x_test, y_test"):
        data.load("mnist")


def test_cifar_records_keep_rows_columns_and_the_fine_label():
    records = cifar_records((3, 2), labels=2)
    images, labels = cifar.cifar(records.tobytes(), labels=2)
    assert np.array_equal(labels, records[:, 1])
    # channel 1, row 5, column 9 of record 4
    assert images[4, 5, 9, 1] == records[4, 2 + 1024 + 5 * 32 + 9]
    with pytest.raises(ValueError, match="no whole records"):
        cifar.cifar(records.tobytes()[:-1], labels=2)


def test_cifar10_reads_alike_from_its_archive_and_from_loose_batches(tmp_path):
    batches = {
        f"{name}.bin": cifar_records((4, 4), labels=1, seed=k).tobytes()
        for k, name in enumerate(["test_batch", "data_batch_2", "data_batch_1"])
    }
    members = dict.fromkeys(batches)
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(tar_gz({f"cifar-10-batches-bin/{n}": c for n, c in batches.items()}))
    for name, content in batches.items():
        (tmp_path / name).write_bytes(content)
    packed = cifar.read_cifar_archive(1, members)({"a.tar.gz": archive})
    loose = cifar.read_cifar(1, members)({name: tmp_path / name for name in batches})
    for one, other in zip(packed, loose, strict=True):
        assert np.array_equal(one, other)
    first = cifar.cifar(batches["data_batch_1.bin"], 1)[0]
    assert np.array_equal(packed[0][:8], first)  # batches in the order of their numbers
    archive.write_bytes(archive.read_bytes()[:-2000])
    with pytest.raises(ValueError, match=r"tar\.gz"):
        cifar.read_cifar_archive(1, members)({"a.tar.gz": archive})
    with pytest.raises(ValueError, match="damaged: its MD5"):
        cifar.read_cifar(1, {**members, "test_batch.bin": "0" * 32})(
            {name: tmp_path / name for name in batches}
        )


def test_whole_cifar10_is_preferred_to_the_subset(empty_computer):
    folder = empty_computer / "data"
    (folder / "cifar10_4k.npz").write_bytes(b"")
    assert data.info("cifar10").train == 4000
    (folder / "cifar10.npz").write_bytes(b"")
    assert data.info("cifar10").train == 50000
    assert data.available("cifar10") == "cifar10.npz in HTS_DATA_DIR"


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x08", b"\x00\x00\x0d\x01\x00\x00\x00\x00"])
def test_what_is_no_idx_file_is_refused(content):
    with pytest.raises(ValueError, match="IDX"):
        idx(content)


@pytest.mark.process
def test_two_processes_that_load_at_once_download_once(site, empty_computer):
    files = idx_files()
    site.files.update({f"/{name}": content for name, content in files.items()})
    here = Path(made_up_datasets.__file__).parent
    code = (
        f"import sys; sys.path.insert(0, {str(here)!r})\n"
        "from made_up_datasets import idx_family\nfrom hts.data.reading.obtain import obtain\n"
        f"print(int(obtain(idx_family({site.address!r})).x_train.sum()))"
    )
    root = Path(hts.__file__).parent.parent
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root, env=dict(os.environ)
        )
        for _ in range(3)
    ]
    said = {process.communicate()[0] for process in running}
    assert said == {f"{int(idx(files['train-images-idx3-ubyte.gz']).sum())}\n".encode()}
    assert len(site.asked) == 4  # each file once
    assert not list((empty_computer / "cache").rglob("*.part"))
