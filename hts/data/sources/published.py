"""Published datasets: where a copy may lie on this computer, and how it becomes network inputs.

``HTS_DATA_DIR``: a folder of data that someone put there, read only.  ``HTS_CACHE``: what the
program fetched or parsed, may be deleted at any time.

A copy is looked for in this order: ``<family>.npz`` in ``HTS_DATA_DIR``; the parsed copy in the
cache; the original files in ``HTS_DATA_DIR``, whatever the case of their names (in a folder of the
family's name, there or in an archive's folder, or loose); Debian's package; a stated subset in
``HTS_DATA_DIR``.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from hts.data.sources.base import DatasetSource, Obtain
from hts.data.sources.dataset import Dataset
from hts.data.sources.family import Family, Release
from hts.data.sources.scaling import Scaling

DEBIAN_FOLDER = Path("/usr/share/datasets")  # Debian's dataset-* packages
_BLOCK = 1024  # images at a time, so that no second large array is made


def data_folder() -> Path | None:
    """The folder named by ``HTS_DATA_DIR``, or None."""
    named = os.environ.get("HTS_DATA_DIR")
    return Path(named).expanduser() if named else None


def cache_folder() -> Path:
    """``HTS_CACHE``, or this system's usual cache folder."""
    named = os.environ.get("HTS_CACHE")
    if named:
        return Path(named).expanduser()
    import pooch

    return Path(pooch.os_cache("hts"))


@dataclass(frozen=True, kw_only=True)
class Found:
    """A copy on this computer: an npz file, or the files of a release."""

    kind: Literal["npz", "cache", "files", "subset"]
    where: str  # in words
    paths: dict[str, Path]
    release: Release | None = None


def find(family: Family) -> Found | None:
    """The copy that would be read, by the look of the file names; reads nothing."""
    return next(_candidates(family), None)


def _candidates(family: Family) -> Iterator[Found]:
    folder = data_folder()
    name = f"{family.name}.npz"
    if folder is not None and (folder / name).is_file():
        yield Found(kind="npz", where=f"{name} in HTS_DATA_DIR", paths={name: folder / name})
    cached = cache_folder() / name
    if cached.is_file():
        yield Found(kind="cache", where="cache", paths={name: cached})
    if folder is not None:
        yield from _files(family, folder, "HTS_DATA_DIR", loose=family.loose)
    yield from _files(family, DEBIAN_FOLDER, "Debian's package", loose=False)
    subset = family.subset
    if folder is not None and subset is not None and (folder / subset.file).is_file():
        where = f"{subset.file} in HTS_DATA_DIR ({subset.words})"
        yield Found(kind="subset", where=where, paths={subset.file: folder / subset.file})


def _files(family: Family, folder: Path, where: str, *, loose: bool) -> Iterator[Found]:
    places = [_listing(root) for root in _roots(family, folder, loose=loose)]
    for release in family.releases:
        for there in places:
            paths = {file.name: there.get(file.name.casefold()) for file in release.files}
            whole = {name: path for name, path in paths.items() if path is not None}
            if len(whole) == len(paths):
                said = f"{', '.join(whole)} in {where}"
                yield Found(kind="files", where=said, paths=whole, release=release)


def _roots(family: Family, folder: Path, *, loose: bool) -> Iterator[Path]:
    """The folders in which files of ``family`` may lie, those of its own name first."""
    names = [name.casefold() for name in (family.name, *family.folders)]
    subfolders = {**{release.subfolder: None for release in family.releases}, "": None}
    for archive in (folder, *_listing(folder, folders=True).values()):
        inside = _listing(archive, folders=True)
        for root in (inside[name] for name in names if name in inside):
            yield from (root / subfolder for subfolder in subfolders)
    if loose:
        yield from (folder / subfolder for subfolder in subfolders)


def _listing(folder: Path, *, folders: bool = False) -> dict[str, Path]:
    """The files of a folder by their names without case, or its subfolders; {} if there is none."""
    try:
        with os.scandir(folder) as entries:
            return {
                entry.name.casefold(): Path(entry.path)
                for entry in entries
                if (entry.is_dir() if folders else entry.is_file())
            }
    except OSError:
        return {}


def near_misses(family: Family) -> list[str]:
    """What in ``HTS_DATA_DIR`` looks like a copy of ``family`` and is none, a phrase each."""
    folder = data_folder()
    if folder is None:
        return []
    wanted = {file.name.casefold(): file.name for each in family.releases for file in each.files}
    alike = {name.casefold() for name in (family.name, *family.folders)}
    said = []
    for root in dict.fromkeys([folder, *_roots(family, folder, loose=True)]):
        there = _listing(root)
        for release in family.releases:
            lacks = [file.name for file in release.files if file.name.casefold() not in there]
            if 0 < len(lacks) < len(release.files):
                said.append(f"in {root.name}/ {', '.join(lacks)} is missing beside the others")
        odd = [
            path.name
            for name, path in there.items()
            if name not in wanted
            and (
                any(word in name for word in alike)
                or difflib.get_close_matches(name, wanted, n=1, cutoff=0.85)
            )
        ]
        if odd:
            said.append(f"{', '.join(sorted(odd)[:5])} in {root.name}/ is none of these names")
    return said


class Published(DatasetSource):
    """A dataset that is downloaded once unless somebody put it there."""

    family: Family
    needs_download = True

    def where(self) -> str | None:
        found = find(self.family)
        return None if found is None else found.where

    def load(self, obtain: Obtain) -> Dataset:
        raw = obtain(self.family)
        return self.dataset(
            self.as_inputs(raw.x_train),
            self.as_labels(raw.y_train),
            self.as_inputs(raw.x_test),
            self.as_labels(raw.y_test),
            source=f"{self.title}: {raw.source}; {self.origin}",
        )

    def as_inputs(self, x: np.ndarray) -> np.ndarray:
        """Inputs (examples, inputs) float32 of the published examples."""
        return x.astype(np.float32)

    def as_labels(self, y: np.ndarray) -> np.ndarray:
        """Labels (examples,) int64 of the published ones."""
        return y.astype(np.int64)


class PublishedImages(Published):
    """Pixels to [0, 1], then per channel ``(v - mean) / std`` with those of the training set."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def scaling(self) -> Scaling:
        assert self.image_shape is not None
        channels, height, width = self.image_shape
        places = f"{height} x {width}" + (f" x {channels}" if channels > 1 else "")
        said = f"{places} pixels, bytes from 0 to 255 or fractions from 0 to 1"
        return Scaling(said=said, mean=self.mean, sd=self.std, pixels=True)

    def as_inputs(self, x: np.ndarray) -> np.ndarray:
        """Inputs (n, channels * rows * columns) of uint8 (n, rows, columns[, channels])."""
        if x.ndim == 3:
            x = x[..., None]
        n, rows, columns, channels = x.shape
        levels = np.arange(256) / 255
        inputs = np.empty((n, channels, rows, columns), np.float32)
        for channel, (mean, std) in enumerate(zip(self.mean, self.std, strict=True)):
            value = ((levels - mean) / std).astype(np.float32)  # of each of the 256 grey levels
            for start in range(0, n, _BLOCK):
                block = slice(start, start + _BLOCK)
                inputs[block, channel] = value[x[block, :, :, channel]]
        return inputs.reshape(n, -1)
