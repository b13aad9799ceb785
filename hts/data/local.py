"""Finding a published dataset on this computer, and obtaining it where it is not.

Looked at in this order: ``<family>.npz`` in ``HTS_DATA_DIR``; the parsed copy in the cache; the
original files in ``HTS_DATA_DIR`` (in a subfolder of the family's name, or loose); Debian's
package; for CIFAR-10 the stated subset in ``HTS_DATA_DIR``; then the published addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hts.data import places
from hts.data.catalogue import CIFAR10_SUBSET, CIFAR10_SUBSET_FILE, Family, Release
from hts.data.dataset import DataUnavailable, Progress
from hts.data.download import fetch_all
from hts.data.files import locked
from hts.data.raw import NAMES, Raw, check, read_npz, write_npz


@dataclass(frozen=True, kw_only=True)
class Found:
    """A copy on this computer: an npz file, or the files of a release."""

    kind: Literal["npz", "cache", "files", "subset"]
    where: str  # in words
    paths: dict[str, Path]
    release: Release | None = None


def _files(family: Family, folder: Path, where: str, *, loose: bool) -> Iterator[Found]:
    folders = [folder / family.name] + ([folder] if loose else [])
    for release in family.releases:
        for root in folders:
            for place in {root / release.subfolder: None, root: None}:
                paths = {file.name: place / file.name for file in release.files}
                if all(path.is_file() for path in paths.values()):
                    names = ", ".join(paths)
                    yield Found(
                        kind="files", where=f"{names} in {where}", paths=paths, release=release
                    )


def _candidates(family: Family) -> Iterator[Found]:
    folder = places.data_folder()
    name = f"{family.name}.npz"
    if folder is not None and (folder / name).is_file():
        yield Found(kind="npz", where=f"{name} in HTS_DATA_DIR", paths={name: folder / name})
    cached = places.cache_folder() / name
    if cached.is_file():
        yield Found(kind="cache", where="cache", paths={name: cached})
    if folder is not None:
        yield from _files(family, folder, "HTS_DATA_DIR", loose=family.loose)
    yield from _files(family, places.DEBIAN_FOLDER, "Debian's package", loose=False)
    if folder is not None and family.name == "cifar10":
        subset = folder / CIFAR10_SUBSET_FILE
        if subset.is_file():
            where = f"{CIFAR10_SUBSET_FILE} in HTS_DATA_DIR (subset of 4000+1000)"
            yield Found(kind="subset", where=where, paths={subset.name: subset})


def find(family: Family) -> Found | None:
    """The copy that `obtain` would read, by the look of the file names; reads nothing."""
    return next(_candidates(family), None)


def _parse(family: Family, release: Release, paths: dict[str, Path], source: str) -> Raw:
    try:
        raw = Raw(**dict(zip(NAMES, release.read(paths), strict=True)), source=source)
    except (ValueError, OSError, EOFError) as error:
        raise DataUnavailable(f"{source} cannot be read as {family.title}: {error}.") from error
    check(raw, family.expected, family.title)
    # The cache only saves time: where it cannot be written, the files are parsed again.
    with suppress(OSError):
        write_npz(places.cache_folder() / f"{family.name}.npz", raw)
    return raw


def _read(family: Family, found: Found) -> Raw:
    if found.release is not None:
        return _parse(family, found.release, found.paths, found.where)
    (path,) = found.paths.values()
    if found.kind == "cache":
        return read_npz(path)  # checked before it was written
    raw = read_npz(path, found.where)
    if found.kind == "subset":
        check(raw, CIFAR10_SUBSET, f"the subset of {family.title}")
    else:
        check(raw, family.expected, family.title)
    return raw


def _download(family: Family, progress: Progress | None) -> Raw:
    folder = places.cache_folder()
    failures: list[str] = []
    for release in family.releases:
        if not release.downloadable:
            continue
        try:
            paths = fetch_all(release.files, folder / family.name, progress)
        except (DataUnavailable, OSError) as error:
            failures.append(str(error))
            continue
        host = release.files[0].addresses[0]
        try:
            raw = _parse(family, release, paths, f"downloaded, published at {host}")
        except DataUnavailable as error:
            failures.append(str(error))
        else:
            _drop(paths)  # the parsed copy is kept, the originals would only take room
            return raw
        _drop(paths)
    raise DataUnavailable(_help(family, failures))


def _drop(paths: dict[str, Path]) -> None:
    for path in paths.values():
        with suppress(OSError):
            path.unlink()


def _help(family: Family, failures: list[str]) -> str:
    choices = [f"{family.name}.npz with {', '.join(NAMES)}"]
    for release in family.releases:
        names = ", ".join(file.name for file in release.files)
        choices.append(names if family.loose else f"{family.name}/ with {names}")
    folder = places.data_folder()
    looked = f"{folder} (HTS_DATA_DIR)" if folder is not None else "no HTS_DATA_DIR is set"
    return (
        f"{family.title} is not on this computer and could not be downloaded. Tried: "
        f"{'; '.join(failures)}. Looked in: {looked}; the cache {places.cache_folder()}. Without "
        "internet, set HTS_DATA_DIR to a folder that holds one of these: "
        f"{' | '.join(choices)}. The dataset digits needs no download."
    )


def obtain(family: Family, progress: Progress | None = None) -> Raw:
    """The arrays of ``family``, from this computer or downloaded.

    Processes that want the same family at once wait for one another.  Raises `DataUnavailable`
    if it is nowhere to be had, or if a file in ``HTS_DATA_DIR`` is not what its name says.
    """
    found = find(family)
    if found is not None and found.kind in ("npz", "subset"):
        return _read(family, found)
    try:
        with locked(places.cache_folder() / f"{family.name}.lock"):
            return _obtain_alone(family, progress)
    except OSError as error:
        if found is not None:
            return _read(family, found)
        raise DataUnavailable(
            f"the cache folder {places.cache_folder()} cannot be written: {error}. Set HTS_CACHE "
            "to a folder that can."
        ) from error


def _obtain_alone(family: Family, progress: Progress | None) -> Raw:
    found = find(family)  # again: who held the lock before may have brought it
    if found is not None and found.kind == "cache":
        try:
            return _read(family, found)
        except DataUnavailable:
            _drop(found.paths)  # a damaged copy of our own: make a new one
            found = find(family)
    return _read(family, found) if found is not None else _download(family, progress)
