"""CIFAR-10 and CIFAR-100: colour images of 32 x 32 pixels in binary batches."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hts.data.sources import DATASETS
from hts.data.sources.family import Arrays, Expected, Family, Reader, Release, RemoteFile, Subset
from hts.data.sources.published import PublishedImages, find
from hts.foreign import guarded

Members = Mapping[str, "str | None"]  # names of batches, with their MD5 where it is published

LARGEST = 2**28  # bytes of one batch


def cifar(content: bytes, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 32, 32, 3) and labels (n,) of a CIFAR binary batch.

    A record is ``labels`` label bytes, of which the last is the class, then 3072 bytes of
    channels, rows, columns.
    """
    size = labels + 3072
    if len(content) % size:
        raise ValueError(f"not a CIFAR binary batch: {len(content)} bytes are no whole records")
    records = np.frombuffer(content, np.uint8).reshape(-1, size)
    images = records[:, labels:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), records[:, labels - 1].copy()


def _cifar_batches(batches: Mapping[str, bytes], labels: int, members: Members) -> Arrays:
    for name, md5 in members.items():
        if md5 is not None and hashlib.md5(batches[name], usedforsecurity=False).hexdigest() != md5:
            raise ValueError(f"{name} is damaged: its MD5 is not {md5}")
    test_name = "test_batch.bin" if "test_batch.bin" in batches else "test.bin"
    train = [cifar(batches[name], labels) for name in sorted(batches) if name != test_name]
    x_test, y_test = cifar(batches[test_name], labels)
    x_train = np.concatenate([images for images, _ in train])
    return x_train, np.concatenate([named for _, named in train]), x_test, y_test


def read_cifar(labels: int, members: Members) -> Reader:
    """Reader of loose CIFAR binary batches with ``labels`` label bytes per record."""
    return lambda paths: _cifar_batches(
        {name: path.read_bytes() for name, path in paths.items()}, labels, members
    )


def read_cifar_archive(labels: int, members: Members) -> Reader:
    """Reader of the published tar archive; ``members`` are the batches to take from it."""

    def read(paths: Mapping[str, Path]) -> Arrays:
        (path,) = paths.values()
        batches: dict[str, bytes] = {}
        says = "is no whole tar.gz archive"
        with guarded(path.name, says=says), tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = Path(member.name).name
                if name in members and (opened := archive.extractfile(member)):
                    batches[name] = opened.read(LARGEST)
        if missing := [name for name in members if name not in batches]:
            raise ValueError(f"the archive lacks {', '.join(missing)}")
        return _cifar_batches(batches, labels, members)

    return read


def _cifar(
    archive: str, md5: str, size: int, folder: str, members: Members, labels: int
) -> tuple[Release, ...]:
    remote = RemoteFile(
        name=archive,
        addresses=(f"https://www.cs.toronto.edu/~kriz/{archive}",),
        checksum=f"md5:{md5}",
        size=size,
    )
    return (
        Release(files=(remote,), read=read_cifar_archive(labels, members)),
        Release(
            files=tuple(RemoteFile(name=name) for name in members),
            read=read_cifar(labels, members),
            subfolder=folder,
        ),
    )


def _expected(classes: int, train: int, test: int) -> Expected:
    """Arrays with so many training and test images of every class."""
    return Expected(shape=(32, 32, 3), dtype="uint8", train_counts=(train,) * classes,
                    test_counts=(test,) * classes)  # fmt: skip


CIFAR10 = Family(
    name="cifar10",
    title="CIFAR-10",
    expected=_expected(10, 5000, 1000),
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
    subset=Subset(
        file="cifar10_4k.npz",
        words="subset of 4000+1000",
        expected=_expected(10, 400, 100),
    ),
)

CIFAR100 = Family(
    name="cifar100",
    title="CIFAR-100",
    expected=_expected(100, 500, 100),
    releases=_cifar(
        "cifar-100-binary.tar.gz",
        "03b5dce01913d631647c71ecec9e9cb8",
        168513733,
        "cifar-100-binary",
        {"train.bin": None, "test.bin": None},
        labels=2,
    ),
)

_HUNDRED = """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus
    butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab
    crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
    lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom
    oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
    possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake
    spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
    train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""


class Images32(PublishedImages):
    """What both have in common."""

    origin = "Krizhevsky, University of Toronto"
    inputs, train, test = 3072, 50000, 10000
    image_shape = (3, 32, 32)


@DATASETS.register
class Cifar10(Images32):
    """Ten classes; a subset stands in where only that is here."""

    name, title, place = "cifar10", "CIFAR-10", 40
    sentence = "Colour photographs of 32 x 32 pixels in ten classes."
    family = CIFAR10
    class_names = (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    )  # fmt: skip
    mean, std = (0.491, 0.482, 0.447), (0.247, 0.243, 0.262)

    def here(self) -> Cifar10:
        """The subset where it is all there is."""
        found = find(self.family)
        return Cifar10Subset() if found is not None and found.kind == "subset" else self


class Cifar10Subset(Cifar10):
    """400 and 100 images of each class."""

    title = "CIFAR-10 (subset of 4000+1000)"
    sentence = f"{Cifar10.sentence} Only a subset of 4000+1000 is on this computer."
    train, test = 4000, 1000


@DATASETS.register
class Cifar100(Images32):
    """A hundred classes."""

    name, title, place = "cifar100", "CIFAR-100", 41
    sentence = "Colour photographs of 32 x 32 pixels in a hundred classes."
    family = CIFAR100
    class_names = tuple(_HUNDRED.split())
    mean, std = (0.5071, 0.4867, 0.4408), (0.2675, 0.2565, 0.2761)
