"""How much memory there is: this machine's, or its container's, where that has less."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil

SHORT = 2 * 2**30  # bytes of a machine that is to save memory where it can

_GROUPS, _OURS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
_NAMES = {  # by the version of control groups: a group's limit and its use
    2: ("memory.max", "memory.current", "inactive_file"),
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


def total_memory() -> int:
    """Bytes in all."""
    return min(psutil.virtual_memory().total, *(limit for limit, _ in _limits()), 2**63)


def free_memory() -> int:
    """Bytes that can still be taken."""
    return min(psutil.virtual_memory().available, *(free for _, free in _limits()), 2**63)


def short_of_memory() -> bool:
    """Whether this machine has so little that less goes on at a time."""
    return total_memory() < SHORT


def _limits() -> Iterator[tuple[int, int]]:
    """Limit of every control group that we are in, and what is free of it."""
    for folder, version in _folders():
        limit_name, used_name, idle_name = _NAMES[version]
        with contextlib.suppress(OSError, ValueError):  # no such file; "max"
            limit = int((folder / limit_name).read_text())
            used = int((folder / used_name).read_text())
            said = (line.split() for line in (folder / "memory.stat").read_text().splitlines())
            idle = next((int(count) for name, count in said if name == idle_name), 0)
            yield limit, max(0, limit - used + idle)  # files that were read can go


def _folders() -> Iterator[tuple[Path, int]]:
    """Folders of our control groups, each with the version of its kind."""
    with contextlib.suppress(OSError):
        for line in _OURS.read_text().splitlines():
            _, kinds, path = line.split(":", 2)
            if kinds and "memory" not in kinds.split(","):
                continue
            root = _GROUPS / "memory" if kinds else _GROUPS
            inside = root / path.lstrip("/")  # from within a container, only the root may be there
            for folder in (inside, *inside.parents):
                yield folder, 1 if kinds else 2
                if folder == root:
                    break
