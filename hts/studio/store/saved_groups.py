"""States of groups that are being computed, so that what ends a worker costs little.

One safetensors file a group, under ``sweeps/<id>.groups``, replaced again and again; it is found by
the members it covers, since groups get new numbers when a sweep is resumed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from hts.studio.store.paths import Home, log, replacing


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
        plain = {name: np.ascontiguousarray(array) for name, array in state.tensors.items()}
        path = self.home.sweep_group(sweep_id, min(state.positions), state.step)
        with replacing(path, durable=True) as file:
            file.write(save(plain, about))
        self.drop(sweep_id, state.positions, but=path)

    def get(self, sweep_id: str, positions: Iterable[int]) -> SavedGroup | None:
        """The furthest state that covers these members, others perhaps too; None without one."""
        wanted = set(positions)
        found = [
            (step, path)
            for path in self._saved(sweep_id)
            if (about := _about(path)) is not None
            for there, step in [about]
            if wanted <= there
        ]
        for _, path in sorted(found, reverse=True):
            if (state := _read(path)) is not None:
                return state
        return None

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
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
        return set(json.loads(about["positions"])), int(about["step"])
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        log.warning("%s cannot be read and is not used: %s", path, error)
        return None


def _read(path: Path) -> SavedGroup | None:
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        positions = tuple(json.loads(about["positions"]))
        return SavedGroup(positions, int(about["step"]), about["words"], tensors)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        log.warning("%s cannot be read and is not used: %s", path, error)
        return None
