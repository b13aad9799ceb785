"""Checkpoints and final weights: named arrays in safetensors files, never pickles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from numpy.typing import NDArray

from hts.studio.store.array_files import Named, read_arrays, write_arrays
from hts.studio.store.paths import Home
from hts.studio.store.runs import Runs


class Checkpoint(NamedTuple):
    """Where a run can be continued: after ``step`` steps and ``seconds`` of training."""

    step: int
    seconds: float
    tensors: dict[str, NDArray]


@dataclass(frozen=True)
class Arrays:
    """The large files of a run."""

    home: Home
    runs: Runs

    def save_checkpoint(
        self, run_id: str, step: int, seconds: float, tensors: Named, **about: str
    ) -> None:
        """Replace the checkpoint; a crash meanwhile leaves the old one whole."""
        self.runs.number(run_id)
        about = {**about, "step": repr(step), "seconds": repr(seconds)}
        write_arrays(self.home.checkpoint(run_id), tensors, **about)
        self.runs.update(run_id, checkpoint_step=step, losses=0)

    def load_checkpoint(self, run_id: str) -> Checkpoint | None:
        """The checkpoint, or None without one; a damaged file counts as none, with a log line."""
        return self._checkpoint(run_id)

    def checkpoint_says(self, run_id: str) -> Mapping[str, str]:
        """What was kept with the checkpoint as text; nothing without one."""
        self.runs.number(run_id)
        path = self.home.checkpoint(run_id)
        return read_arrays(path, lambda about, _: about, with_arrays=False) or {}

    def checkpoint_at(self, run_id: str) -> tuple[int, float] | None:
        """Step and training seconds of the checkpoint that `load_checkpoint` would give."""
        found = self._checkpoint(run_id, with_arrays=False)
        return None if found is None else (found.step, found.seconds)

    def _checkpoint(self, run_id: str, *, with_arrays: bool = True) -> Checkpoint | None:
        self.runs.number(run_id)

        def build(about: Mapping[str, str], tensors: dict[str, NDArray]) -> Checkpoint:
            return Checkpoint(int(about["step"]), float(about["seconds"]), tensors)

        return read_arrays(self.home.checkpoint(run_id), build, with_arrays=with_arrays)

    def save_weights(self, run_id: str, tensors: Named) -> None:
        """Keep the final weights of a run or of a network, each ``(units, inputs)``."""
        self.runs.get(run_id)
        write_arrays(self.home.weights(run_id), tensors)

    def load_weights(self, run_id: str) -> dict[str, NDArray] | None:
        """The final weights, or None if none were kept or the file is damaged."""
        self.runs.get(run_id)
        return read_arrays(self.home.weights(run_id), lambda _, tensors: tensors)
