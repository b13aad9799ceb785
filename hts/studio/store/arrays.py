"""Checkpoints and final weights: named arrays in safetensors files, never pickles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from hts.studio.store.paths import Home, log, replacing
from hts.studio.store.runs import Runs

Named = Mapping[str, NDArray]


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

    def save_checkpoint(self, run_id: str, step: int, seconds: float, tensors: Named) -> None:
        """Replace the checkpoint; a crash meanwhile leaves the old one whole."""
        self.runs.number(run_id)
        _write(self.home.checkpoint(run_id), tensors, step=step, seconds=seconds)
        self.runs.update(run_id, checkpoint_step=step)

    def load_checkpoint(self, run_id: str) -> Checkpoint | None:
        """The checkpoint, or None without one; a damaged file counts as none, with a log line."""
        self.runs.number(run_id)
        return _read(self.home.checkpoint(run_id), with_tensors=True)

    def checkpoint_at(self, run_id: str) -> tuple[int, float] | None:
        """Step and training seconds of the checkpoint that `load_checkpoint` would give."""
        self.runs.number(run_id)
        found = _read(self.home.checkpoint(run_id), with_tensors=False)
        return None if found is None else (found.step, found.seconds)

    def drop_checkpoint(self, run_id: str) -> None:
        """Remove the checkpoint, for a run that will not be continued."""
        self.runs.update(run_id, checkpoint_step=None)
        self.home.checkpoint(run_id).unlink(missing_ok=True)

    def save_weights(self, run_id: str, tensors: Named) -> None:
        """Keep the final weights, each ``(units, inputs)``."""
        self.runs.number(run_id)
        _write(self.home.weights(run_id), tensors)

    def load_weights(self, run_id: str) -> dict[str, NDArray] | None:
        """The final weights, or None if none were kept or the file is damaged."""
        self.runs.number(run_id)
        path = self.home.weights(run_id)
        try:
            with safe_open(path, framework="numpy") as file:
                return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError) as error:
            log.warning("%s cannot be read: %s", path, error)
            return None


def _write(path: Path, tensors: Named, **about: float) -> None:
    plain = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    content = save(plain, {name: repr(value) for name, value in about.items()} or None)
    with replacing(path, durable=True) as file:
        file.write(content)


def _read(path: Path, *, with_tensors: bool) -> Checkpoint | None:
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            names = file.keys() if with_tensors else ()
            tensors = {name: file.get_tensor(name) for name in names}
        return Checkpoint(int(about["step"]), float(about["seconds"]), tensors)
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        log.warning("%s cannot be read and is not used: %s", path, error)
        return None
