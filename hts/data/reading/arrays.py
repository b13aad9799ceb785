"""The four arrays of a published dataset: their check, and NumPy archives of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from hts.data.reading.files import written_whole
from hts.data.sources.dataset import DataUnavailable
from hts.data.sources.family import Expected, Raw
from hts.foreign import guarded

LARGEST = 4 * 2**30  # bytes that an archive may unpack to
NAMES = ("x_train", "y_train", "x_test", "y_test")


def digest(raw: Raw) -> str:
    """SHA-256 over the bytes of the four arrays, in the order of ``NAMES``."""
    total = hashlib.sha256()
    for name in NAMES:
        total.update(np.ascontiguousarray(getattr(raw, name)).view(np.uint8).data)
    return total.hexdigest()


def check(raw: Raw, expected: Expected, what: str) -> None:
    """Raise `DataUnavailable` unless ``raw`` is what was expected; ``what`` names the data."""
    for part, counts in (("train", expected.train_counts), ("test", expected.test_counts)):
        x, y = getattr(raw, f"x_{part}"), getattr(raw, f"y_{part}")
        wanted = (sum(counts), *expected.shape)
        if x.shape != wanted or y.shape != wanted[:1] or str(x.dtype) != expected.dtype:
            raise DataUnavailable(
                f"{raw.source} does not hold {what}: its {part} part is {x.dtype} {x.shape} with "
                f"{len(y)} labels, {what} has {expected.dtype} {wanted}."
            )
        got = tuple(np.bincount(y, minlength=len(counts)).tolist())
        if got != counts:
            raise DataUnavailable(
                f"{raw.source} does not hold {what}: its {part} labels count {list(got)}, "
                f"{what} has {list(counts)}."
            )
    if expected.sha256 is not None and digest(raw) != expected.sha256:
        raise DataUnavailable(
            f"{raw.source} does not hold {what}: sizes agree but the values do not, so the files "
            "are damaged or another version."
        )


def read_npz(path: Path, source: str | None = None) -> Raw:
    """Arrays from a NumPy archive (names in any case); never unpickles.

    Raises `DataUnavailable` for a file that is damaged or lacks an array.  Without ``source``
    the line stored in the file is taken.
    """
    hint = "Delete it, or put a whole copy there."
    says = "cannot be read as a NumPy archive"
    with (
        guarded(str(path), hint, says=says, kind=DataUnavailable),
        path.open("rb") as handle,
        np.load(handle, allow_pickle=False) as archive,
    ):
        unpacked = sum(entry.file_size for entry in archive.zip.infolist())
        if unpacked > LARGEST:
            raise ValueError(f"it unpacks to {unpacked:,} bytes, at most {LARGEST:,} are accepted")
        named = {key.lower(): key for key in archive.files}
        missing = [name for name in NAMES if name not in named]
        if missing:
            raise DataUnavailable(
                f"{path} lacks {', '.join(missing)}: it holds {', '.join(archive.files)}."
            )
        arrays = {name: archive[named[name]] for name in NAMES}
        if source is None:
            source = str(archive["source"]) if "source" in archive.files else str(path)
        for name in ("y_train", "y_test"):
            arrays[name] = arrays[name].reshape(-1).astype(np.uint8)
    return Raw(**arrays, source=source)


def write_npz(path: Path, raw: Raw) -> None:
    """Store ``raw`` so that `read_npz` gives it back; readers never see half a file."""
    with written_whole(path) as handle:
        arrays = {name: getattr(raw, name) for name in NAMES}
        np.savez(handle, source=np.array(raw.source), **arrays)
