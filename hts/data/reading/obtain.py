"""Bringing the arrays of a published family: read where a copy lies, else downloaded."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hts.data.reading.arrays import NAMES, check, read_npz, write_npz
from hts.data.reading.download import Progress, fetch_all
from hts.data.reading.files import locked
from hts.data.sources.dataset import DataUnavailable
from hts.data.sources.family import Family, Raw, Release
from hts.data.sources.published import Found, cache_folder, data_folder, find, near_misses
from hts.foreign import guarded


def parse(family: Family, release: Release, paths: dict[str, Path], source: str) -> Raw:
    with guarded(source, says=f"cannot be read as {family.title}", kind=DataUnavailable):
        raw = Raw(**dict(zip(NAMES, release.read(paths), strict=True)), source=source)
    check(raw, family.expected, family.title)
    # The cache only saves time: where it cannot be written, the files are parsed again.
    with suppress(OSError):
        write_npz(cache_folder() / f"{family.name}.npz", raw)
    return raw


def _read(family: Family, found: Found) -> Raw:
    if found.release is not None:
        return parse(family, found.release, found.paths, found.where)
    (path,) = found.paths.values()
    if found.kind == "cache":
        return read_npz(path)  # checked before it was written
    raw, expected, what = read_npz(path, found.where), family.expected, family.title
    if found.kind == "subset" and family.subset is not None:
        expected, what = family.subset.expected, f"the subset of {family.title}"
    check(raw, expected, what)
    return raw


def _download(family: Family, progress: Progress | None) -> Raw:
    folder = cache_folder()
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
            return parse(family, release, paths, f"downloaded, published at {host}")
        except DataUnavailable as error:
            failures.append(str(error))
        finally:
            _drop(paths)  # the parsed copy is kept, the originals would only take room
    raise DataUnavailable(_help(family, failures))


def _drop(paths: dict[str, Path]) -> None:
    for path in paths.values():
        with suppress(OSError):
            path.unlink()


def _help(family: Family, failures: list[str]) -> str:
    within = "" if family.loose else f"{family.name}/ with "
    choices = [
        f"{family.name}.npz with {', '.join(NAMES)}",
        *(within + ", ".join(file.name for file in each.files) for each in family.releases),
    ]
    folder = data_folder()
    missed = near_misses(family)
    near = f"Nearly right: {'; '.join(missed)}. " if missed else ""
    looked = f"{folder} (HTS_DATA_DIR)" if folder is not None else "no HTS_DATA_DIR is set"
    return (
        f"{family.title} is not on this computer and could not be downloaded. Tried: "
        f"{'; '.join(failures)}. Looked in: {looked}; the cache {cache_folder()}. Without "
        "internet, set HTS_DATA_DIR to a folder that holds one of these: "
        f"{' | '.join(choices)}. {near}The dataset digits needs no download."
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
        with locked(cache_folder() / f"{family.name}.lock"):
            return _obtain_alone(family, progress)
    except OSError as error:
        if found is not None:
            return _read(family, found)
        raise DataUnavailable(
            f"the cache folder {cache_folder()} cannot be written: {error}. Set HTS_CACHE "
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
