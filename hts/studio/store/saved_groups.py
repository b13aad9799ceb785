"""States of groups that are being computed, so that what ends a worker costs little.

One safetensors file a group, under ``sweeps/<id>.groups``, replaced again and again; it is found by
the members it covers, since groups get new numbers when a sweep is resumed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from numpy.typing import NDArray

from hts.studio.store.array_files import read_arrays, write_arrays
from hts.studio.store.paths import Home, log


class SavedGroup(NamedTuple):
    """A group between two steps."""

    positions: tuple[int, ...]  # of its members that had not ended, in the order of the arrays
    step: int
    words: str  # what its writer needs beside the arrays
    tensors: dict[str, NDArray]


@dataclass(frozen=True)
class SavedGroups:
    """The newest state of every group that has one."""

    home: Home

    def save(self, sweep_id: str, state: SavedGroup) -> None:
        """Keep it instead of earlier ones of its members; a crash meanwhile leaves those whole."""
        about = {
            "positions": json.dumps(state.positions),
            "step": str(state.step),
            "words": state.words,
        }
        path = self.home.sweep_group(sweep_id, min(state.positions), state.step)
        write_arrays(path, state.tensors, **about)
        self.drop(sweep_id, state.positions, but=path)

    def get(self, sweep_id: str, positions: Iterable[int]) -> SavedGroup | None:
        """The furthest state that covers these members, others perhaps too; None without one."""
        wanted = set(positions)
        states = ((_about(path), path) for path in self._saved(sweep_id))
        found = [(about[1], path) for about, path in states if about and wanted <= about[0]]
        read = (_read(path) for _, path in sorted(found, reverse=True))
        return next((state for state in read if state is not None), None)

    def drop(self, sweep_id: str, positions: Iterable[int], *, but: Path | None = None) -> None:
        """Forget states of the group of these members, except ``but``.

        That are those of some of them alone, or of these and others that have ended since.
        """
        gone = set(positions)
        for path in self._saved(sweep_id):
            if path == but:
                continue
            about = _about(path)
            if about is None or about[0] <= gone or gone <= about[0]:
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:  # a state too many does no harm
                    log.warning("%s cannot be removed: %s", path, error)
        with contextlib.suppress(OSError):  # not empty, or not there
            self.home.sweep_groups(sweep_id).rmdir()

    def _saved(self, sweep_id: str) -> list[Path]:
        return sorted(self.home.sweep_groups(sweep_id).glob("*.safetensors"))


def _about(path: Path) -> tuple[set[int], int] | None:
    return read_arrays(
        path,
        lambda about, _: (set(json.loads(about["positions"])), int(about["step"])),
        with_arrays=False,
    )


def _read(path: Path) -> SavedGroup | None:
    def build(about: Mapping[str, str], tensors: dict[str, NDArray]) -> SavedGroup:
        positions = tuple(json.loads(about["positions"]))
        return SavedGroup(positions, int(about["step"]), about["words"], tensors)

    return read_arrays(path, build)
