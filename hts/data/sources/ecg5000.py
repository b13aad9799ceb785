"""ECG5000: heartbeats in five classes, or normal against the others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePath

import numpy as np

from hts.data.sources import DATASETS
from hts.data.sources.family import Arrays, Expected, Family, Release, RemoteFile
from hts.data.sources.published import Published

# Of the forms in which the archive publishes series: is the label the first number of a line, or
# the last?  "" is the 2015 archive, whose files have no ending.
LABEL_FIRST = {".txt": True, ".tsv": True, "": True, ".ts": False, ".arff": False}


def series(content: bytes, ending: str) -> tuple[np.ndarray, np.ndarray]:
    """Series (n, length) float32 and labels (n,) uint8 from 0, of a text file of the archive.

    Numbers stand between commas, tabs, blanks or (.ts, before the label) a colon; the label is a
    whole number from 1.  Raises ValueError.
    """
    lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    rows = [line for line in lines if line and line[0] not in "@#%"]
    if not rows:
        raise ValueError("holds no series")
    joined = "\n".join(rows).translate(_BETWEEN)
    table = np.loadtxt(io.StringIO(joined), dtype=np.float64, ndmin=2)
    column = 0 if LABEL_FIRST[ending] else -1
    labels, values = table[:, column], np.delete(table, column, axis=1)
    if not np.isin(labels, np.arange(1, 257)).all():
        raise ValueError(f"labels must be whole numbers from 1, got {labels.min()} and others")
    return values.astype(np.float32), (labels - 1).astype(np.uint8)


_BETWEEN = str.maketrans({",": " ", ":": " ", "'": " ", '"': " "})


def _both(parts: Mapping[str, bytes]) -> Arrays:
    """The arrays of a training and a test file, by their names."""
    found: list[np.ndarray] = []
    for part in ("TRAIN", "TEST"):
        (name,) = (name for name in parts if PurePath(name).stem.endswith(f"_{part}"))
        found += series(parts[name], PurePath(name).suffix)
    x_train, y_train, x_test, y_test = found
    return x_train, y_train, x_test, y_test


def read_series(paths: Mapping[str, Path]) -> Arrays:
    """Two text files whose names end with _TRAIN and _TEST, before their ending."""
    return _both({name: path.read_bytes() for name, path in paths.items()})


def read_series_archive(paths: Mapping[str, Path]) -> Arrays:
    """The archive's zip file: its members in the first of the forms of which both are there."""
    (path,) = paths.values()
    try:
        with zipfile.ZipFile(path) as archive:
            for ending in LABEL_FIRST:
                ends = tuple(f"_{part}{ending}" for part in ("TRAIN", "TEST"))
                members = [name for name in archive.namelist() if name.endswith(ends)]
                if len(members) == 2:
                    return _both({name: archive.read(name) for name in members})
    except zipfile.BadZipFile as error:
        raise ValueError(f"not a whole zip archive: {error}") from error
    raise ValueError("the archive holds no pair of _TRAIN and _TEST text files")


_MIRROR = "https://storage.googleapis.com/seldon-datasets/ecg/"


def _pair(ending: str, address: str | None = None) -> Release:
    names = [f"ECG5000_{part}{ending}" for part in ("TRAIN", "TEST")]
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
        _pair(".arff", _MIRROR),
        *(_pair(ending) for ending in (".txt", ".tsv", ".ts", "")),
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
