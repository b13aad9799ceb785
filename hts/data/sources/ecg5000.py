"""ECG5000: heartbeats in five classes, or normal against the others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hts.data.sources import DATASETS
from hts.data.sources.family import Arrays, Expected, Family, Release, RemoteFile
from hts.data.sources.published import Published


def series(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Series (n, length) float32 and labels (n,) uint8 from 0, from the archive's text files.

    Takes .txt (the label first, blanks between), .ts (values, then ``:label``) and .arff (values,
    then the label, commas between); the label is a number from 1.
    """
    lines = [line.strip() for line in text.splitlines()]
    rows = [line for line in lines if line and line[0] not in "@#%"]
    if not rows:
        raise ValueError("holds no series")
    label_first = "," not in rows[0] and ":" not in rows[0]
    joined = "\n".join(rows).replace(":", ",").replace("'", "")
    table = np.loadtxt(
        io.StringIO(joined), delimiter=None if label_first else ",", dtype=np.float64, ndmin=2
    )
    column = 0 if label_first else -1
    values = np.delete(table, column, axis=1)
    return values.astype(np.float32), (table[:, column] - 1).astype(np.uint8)


def read_series(paths: Mapping[str, Path]) -> Arrays:
    """Two text files whose names hold TRAIN and TEST."""
    (train,) = (path for name, path in paths.items() if "TRAIN" in name)
    (test,) = (path for name, path in paths.items() if "TEST" in name)
    return (*series(train.read_text("utf-8")), *series(test.read_text("utf-8")))


def read_series_archive(paths: Mapping[str, Path]) -> Arrays:
    """The archive's zip file: its .txt members, else .ts, else .arff."""
    (path,) = paths.values()
    try:
        with zipfile.ZipFile(path) as archive:
            for ending in (".txt", ".ts", ".arff"):
                members = {
                    part: name
                    for part in ("TRAIN", "TEST")
                    for name in archive.namelist()
                    if name.endswith(f"_{part}{ending}")
                }
                if len(members) == 2:
                    train, test = (archive.read(n).decode("utf-8") for n in members.values())
                    return (*series(train), *series(test))
    except zipfile.BadZipFile as error:
        raise ValueError(f"not a whole zip archive: {error}") from error
    raise ValueError("the archive holds no pair of _TRAIN and _TEST text files")


_MIRROR = "https://storage.googleapis.com/seldon-datasets/ecg/"


def _pair(ending: str, address: str | None = None) -> Release:
    names = [f"ECG5000_{part}.{ending}" for part in ("TRAIN", "TEST")]
    files = [RemoteFile(name=n, addresses=(address + n,) if address else ()) for n in names]
    return Release(files=tuple(files), read=read_series)


_ZIP = RemoteFile(
    name="ECG5000.zip",
    addresses=("https://timeseriesclassification.com/aeon-toolkit/ECG5000.zip",),
)

FAMILY = Family(
    name="ecg5000",
    title="ECG5000",
    expected=Expected(
        shape=(140,),
        dtype="float32",
        train_counts=(292, 177, 10, 19, 2),
        test_counts=(2627, 1590, 86, 175, 22),
    ),
    releases=(
        Release(files=(_ZIP,), read=read_series_archive),
        _pair("arff", _MIRROR),
        _pair("txt"),
        _pair("ts"),
    ),
)


@DATASETS.register
class Ecg5000(Published):
    """The official split, unscaled."""

    name, title, place = "ecg5000", "ECG5000", 20
    sentence = "Heartbeats of 140 samples in five classes, the official split."
    origin = "UCR Time Series Classification Archive, from PhysioNet's BIDMC record chf07"
    family = FAMILY
    inputs, train, test = 140, 500, 4500
    class_names: tuple[str, ...] = (
        "normal",
        "R-on-T premature ventricular contraction",
        "premature ventricular contraction",
        "supraventricular premature or ectopic beat",
        "unclassified beat",
    )


@DATASETS.register
class Ecg5000Binary(Ecg5000):
    """The four classes that are not normal as one."""

    name, title, place = "ecg5000-binary", "ECG5000, normal or not", 21
    sentence = "Heartbeats of 140 samples: the normal class against the other four."
    class_names = ("normal", "abnormal")

    def as_labels(self, y: np.ndarray) -> np.ndarray:
        return (y != 0).astype(np.int64)
