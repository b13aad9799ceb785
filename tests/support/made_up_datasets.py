"""Small made-up datasets in the published file formats."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import struct
import tarfile
import zipfile

import numpy as np

from hts.data.sources.family import Expected, Family, Release, RemoteFile
from hts.data.sources.mnist import read_idx

COUNTS_TRAIN, COUNTS_TEST = (6, 5, 4), (2, 3, 1)


def idx_bytes(array: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def idx_files(seed: int = 0) -> dict[str, bytes]:
    """The four compressed files of a tiny relative of MNIST, images 4 x 4."""
    rng = np.random.default_rng(seed)
    files = {}
    for stem, counts in (("train", COUNTS_TRAIN), ("t10k", COUNTS_TEST)):
        labels = rng.permutation(np.repeat(np.arange(3), counts))
        images = rng.integers(0, 256, (len(labels), 4, 4))
        files[f"{stem}-images-idx3-ubyte.gz"] = gzip.compress(idx_bytes(images), mtime=0)
        files[f"{stem}-labels-idx1-ubyte.gz"] = gzip.compress(idx_bytes(labels), mtime=0)
    return files


def idx_family(*addresses: str, files: dict[str, bytes] | None = None) -> Family:
    """The family of `idx_files`, published at ``addresses``."""
    files = files or idx_files()
    remote = tuple(
        RemoteFile(
            name=name,
            addresses=tuple(f"{address}/{name}" for address in addresses),
            checksum=f"md5:{hashlib.md5(content).hexdigest()}",
            size=len(content),
        )
        for name, content in files.items()
    )
    return Family(
        name="tiny",
        title="Tiny",
        expected=Expected(
            shape=(4, 4), dtype="uint8", train_counts=COUNTS_TRAIN, test_counts=COUNTS_TEST
        ),
        releases=(Release(files=remote, read=read_idx),),
    )


def moved(family: Family, address: str) -> Family:
    """``family`` with every published file at ``address`` instead, without checksums."""
    releases = tuple(
        dataclasses.replace(
            release,
            files=tuple(
                dataclasses.replace(
                    file,
                    addresses=(f"{address}/{file.name}",) if file.addresses else (),
                    checksum=None,
                )
                for file in release.files
            ),
        )
        for release in family.releases
    )
    return dataclasses.replace(family, releases=releases)


def cifar_records(counts: tuple[int, ...], labels: int, seed: int = 0) -> np.ndarray:
    """Records (n, labels + 3072) of the CIFAR binary format, classes shuffled."""
    rng = np.random.default_rng(seed)
    named = rng.permutation(np.repeat(np.arange(len(counts)), counts)).astype(np.uint8)
    records = rng.integers(0, 256, (len(named), labels + 3072)).astype(np.uint8)
    records[:, labels - 1] = named
    return records


def tar_gz(members: dict[str, bytes]) -> bytes:
    """A compressed tar archive."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()
