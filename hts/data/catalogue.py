"""Where each downloaded dataset is published, its checksums, and what correct arrays look like."""

from __future__ import annotations

from dataclasses import dataclass

from hts.data import formats
from hts.data.formats import Reader
from hts.data.raw import Expected


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """One published file.  ``addresses`` are tried in order; none: it is only found on disk."""

    name: str
    addresses: tuple[str, ...] = ()
    checksum: str | None = None  # "md5:..." of the file
    size: int | None = None  # bytes, for the progress bar


@dataclass(frozen=True, kw_only=True)
class Release:
    """A set of files that together hold the whole dataset, and how to read them."""

    files: tuple[RemoteFile, ...]
    read: Reader
    subfolder: str = ""  # where an unpacked archive would have put them

    @property
    def downloadable(self) -> bool:
        """Whether every file has an address."""
        return all(file.addresses for file in self.files)


@dataclass(frozen=True, kw_only=True)
class Family:
    """One dataset as published; two entries of the registry may read the same family."""

    name: str
    title: str
    expected: Expected
    releases: tuple[Release, ...]
    loose: bool = True  # False: its file names are another dataset's too, so only in a subfolder


_ECG_MIRROR = "https://storage.googleapis.com/seldon-datasets/ecg/"


def _pair(ending: str, address: str | None = None) -> Release:
    names = [f"ECG5000_{part}.{ending}" for part in ("TRAIN", "TEST")]
    files = [RemoteFile(name=n, addresses=(address + n,) if address else ()) for n in names]
    return Release(files=tuple(files), read=formats.read_series)


ECG5000 = Family(
    name="ecg5000",
    title="ECG5000",
    expected=Expected(
        shape=(140,),
        dtype="float32",
        train_counts=(292, 177, 10, 19, 2),
        test_counts=(2627, 1590, 86, 175, 22),
    ),
    releases=(
        Release(
            files=(
                RemoteFile(
                    name="ECG5000.zip",
                    addresses=("https://timeseriesclassification.com/aeon-toolkit/ECG5000.zip",),
                ),
            ),
            read=formats.read_series_archive,
        ),
        _pair("arff", _ECG_MIRROR),
        _pair("txt"),
        _pair("ts"),
    ),
)


def _idx(addresses: tuple[str, ...], files: dict[str, tuple[str, int]]) -> tuple[Release, ...]:
    packed = tuple(
        RemoteFile(
            name=f"{stem}-ubyte.gz",
            addresses=tuple(f"{address}{stem}-ubyte.gz" for address in addresses),
            checksum=f"md5:{md5}",
            size=size,
        )
        for stem, (md5, size) in files.items()
    )
    plain = tuple(RemoteFile(name=f"{stem}-ubyte") for stem in files)
    return tuple(Release(files=files, read=formats.read_idx) for files in (packed, plain))


MNIST = Family(
    name="mnist",
    title="MNIST",
    expected=Expected(
        shape=(28, 28),
        dtype="uint8",
        train_counts=(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
        test_counts=(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
        sha256="06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16",
    ),
    releases=_idx(
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        {
            "train-images-idx3": ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9912422),
            "train-labels-idx1": ("d53e105ee54ea40749a09fcbcd1e9432", 28881),
            "t10k-images-idx3": ("9fb629c4189551a2d022fa330f9573f3", 1648877),
            "t10k-labels-idx1": ("ec29112dd5afa0611ce80d1b7f02629c", 4542),
        },
    ),
)

FASHION = Family(
    name="fashion-mnist",
    title="Fashion-MNIST",
    expected=Expected(
        shape=(28, 28),
        dtype="uint8",
        train_counts=(6000,) * 10,
        test_counts=(1000,) * 10,
        sha256="ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f",
    ),
    releases=_idx(
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
        {
            "train-images-idx3": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26421880),
            "train-labels-idx1": ("25c81989df183df01b3e8a0aad5dffbe", 29515),
            "t10k-images-idx3": ("bef4ecab320f06d8554ea6380940ec79", 4422102),
            "t10k-labels-idx1": ("bb300cfdad3c16e7a12a480ee83cd310", 5148),
        },
    ),
    loose=False,
)


def _cifar(
    archive: str, md5: str, size: int, folder: str, members: formats.Members, labels: int
) -> tuple[Release, ...]:
    remote = RemoteFile(
        name=archive,
        addresses=(f"https://www.cs.toronto.edu/~kriz/{archive}",),
        checksum=f"md5:{md5}",
        size=size,
    )
    return (
        Release(files=(remote,), read=formats.read_cifar_archive(labels, members)),
        Release(
            files=tuple(RemoteFile(name=name) for name in members),
            read=formats.read_cifar(labels, members),
            subfolder=folder,
        ),
    )


CIFAR10 = Family(
    name="cifar10",
    title="CIFAR-10",
    expected=Expected(
        shape=(32, 32, 3), dtype="uint8", train_counts=(5000,) * 10, test_counts=(1000,) * 10
    ),
    releases=_cifar(
        "cifar-10-binary.tar.gz",
        "c32a1d4ab5d03f1284b67883e8d87530",
        170052171,
        "cifar-10-batches-bin",
        {
            "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
            "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
            "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
            "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
            "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
            "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
        },
        labels=1,
    ),
)

CIFAR100 = Family(
    name="cifar100",
    title="CIFAR-100",
    expected=Expected(
        shape=(32, 32, 3), dtype="uint8", train_counts=(500,) * 100, test_counts=(100,) * 100
    ),
    releases=_cifar(
        "cifar-100-binary.tar.gz",
        "03b5dce01913d631647c71ecec9e9cb8",
        168513733,
        "cifar-100-binary",
        {"train.bin": None, "test.bin": None},
        labels=2,
    ),
)

# A stated subset of CIFAR-10 that stands in for it where only this file is there.
CIFAR10_SUBSET_FILE = "cifar10_4k.npz"
CIFAR10_SUBSET = Expected(
    shape=(32, 32, 3), dtype="uint8", train_counts=(400,) * 10, test_counts=(100,) * 10
)

FAMILIES: dict[str, Family] = {
    "ecg5000": ECG5000,
    "ecg5000-binary": ECG5000,
    "mnist": MNIST,
    "fashion-mnist": FASHION,
    "cifar10": CIFAR10,
    "cifar100": CIFAR100,
}
