"""Which files may be opened, and opening them so that nothing but a plain file is read.

On their own computer people open any file of theirs.  Who opens files for others passes ``within``,
the folders that may be read, symbolic links resolved first.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from hts.validate import BadInput
from hts.weights.limits import check_file_bytes


def resolved(path: Path, within: Sequence[Path] | None) -> Path:
    """``path`` without links or ``..``, or `BadInput`: not there, or outside ``within``.

    Whether a file outside exists is not told.
    """
    try:
        real = Path(path).expanduser().resolve()
        if within is not None and not any(real.is_relative_to(f.resolve()) for f in within):
            raise BadInput(
                f"{str(path)!r} lies outside the folders that may be read, "
                f"{', '.join(str(f) for f in within)}, once links are followed."
            )
        there = real.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise BadInput(f"{str(path)!r} is no path that can be opened: {error}.") from None
    if not there:
        raise BadInput(f"there is no file {str(path)!r}.")
    return real


def opened(real: Path) -> BufferedReader:
    """The resolved ``real`` open for reading; `BadInput` if it is not a plain file.

    Neither links put there meanwhile are followed nor does a pipe keep us waiting.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(real, flags)
    except OSError as error:
        raise BadInput(f"{real.name} cannot be opened: {error.strerror}.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadInput(
            f"{real.name} is not a plain file: a device, a pipe or a folder has no size to check."
        )
    return os.fdopen(descriptor, "rb")


@contextmanager
def opened_whole(
    real: Path, source: str, most: int, *, why: str = "reading it would take very long"
) -> Iterator[tuple[BufferedReader, int]]:
    """As `opened`, with the size; `BadInput` if that is 0 or more than ``most`` bytes."""
    with opened(real) as handle:
        size = handle.seek(0, 2)
        check_file_bytes(source, size, most, why=why)
        handle.seek(0)
        yield handle, size
