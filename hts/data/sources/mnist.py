"""MNIST and Fashion-MNIST: images of 28 x 28 pixels in IDX files."""

from __future__ import annotations

import gzip
import io
import math
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hts.data.sources import DATASETS
from hts.data.sources.family import Arrays, Expected, Family, Release, RemoteFile
from hts.data.sources.published import PublishedImages

LARGEST = 2**28  # bytes of one unpacked file


def idx(content: bytes) -> np.ndarray:
    """Array from an IDX file of unsigned bytes (LeCun's format), compressed by gzip or not."""
    if content[:2] == b"\x1f\x8b":
        with gzip.open(io.BytesIO(content)) as packed:
            content = packed.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError(f"it unpacks to more than {LARGEST:,} bytes")
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise ValueError("not an IDX file of unsigned bytes")
    axes = content[3]
    shape = struct.unpack_from(f">{axes}I", content, 4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if values.size != math.prod(shape):
        raise ValueError(f"IDX header says {shape}, the file holds {values.size} values")
    return values.reshape(shape)


def read_idx(paths: Mapping[str, Path]) -> Arrays:
    """The four IDX files of MNIST and its relatives."""
    parts = {name.split("-idx")[0]: idx(path.read_bytes()) for name, path in paths.items()}
    x_train, y_train = parts["train-images"], parts["train-labels"]
    return x_train, y_train, parts["t10k-images"], parts["t10k-labels"]


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
    return tuple(Release(files=files, read=read_idx, subfolder="raw") for files in (packed, plain))


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
    folders=("FashionMNIST",),
)


class Images28(PublishedImages):
    """What both have in common."""

    inputs, train, test = 784, 60000, 10000
    image_shape = (1, 28, 28)


@DATASETS.register
class Mnist(Images28):
    """Handwritten digits."""

    name, title, place = "mnist", "MNIST", 30
    sentence = "Handwritten digits of 28 x 28 pixels."
    origin = "LeCun, Cortes and Burges, from NIST's Special Databases"
    family = MNIST
    class_names = tuple("0123456789")
    mean, std = (0.1307,), (0.3081,)


@DATASETS.register
class FashionMnist(Images28):
    """Clothes."""

    name, title, place = "fashion-mnist", "Fashion-MNIST", 31
    sentence = "Articles of clothing, 28 x 28 pixels, harder than MNIST."
    origin = "Xiao, Rasul and Vollgraf, Zalando Research (MIT licence)"
    family = FASHION
    class_names = (
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
        "ankle boot",
    )  # fmt: skip
    mean, std = (0.2860,), (0.3530,)
