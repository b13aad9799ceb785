"""Where a run's records go, and who may stop it; onto disk: `hts.studio.jobs.workers.execute`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from hts.records import Evaluation, Snapshot


class Control(Protocol):
    """The hand on the run: a page's buttons, a signal, or nobody."""

    def wanted(self, step: int) -> str:
        """At once: "run", "pause" or "stop"."""

    def until(self) -> int | None:
        """A step at which it may want to pause; asked before several steps are taken at once."""

    def wait(self, step: int) -> str:
        """While paused, blocks; "run" to go on (or to take one step), "stop" to end."""

    def changes(self, step: int) -> Mapping[str, Any]:
        """Settings that are other ones from step ``step`` + 1 on; asked before that step."""


class Undisturbed:
    """A run that nobody pauses; here nobody stops it either."""

    def wanted(self, step: int) -> str:
        """Always "run"; subclasses may say "stop"."""
        return "run"

    def until(self) -> int | None:
        """None: it never pauses."""
        return None

    def wait(self, step: int) -> str:
        """What is wanted, since there is no pause."""
        return self.wanted(step)

    def changes(self, step: int) -> Mapping[str, Any]:
        """None: nobody steers it."""
        return {}


class Recorder(Protocol):
    """What `train` tells of a run while it trains."""

    watched: bool  # whether somebody may look while it trains, so that live views are worth making

    @property
    def saves(self) -> bool:
        """Whether checkpoints on the way are of use."""

    def evaluation(self, evaluation: Evaluation) -> None:
        """An accuracy evaluation; always kept."""

    def snapshot(self, snapshot: Snapshot) -> None:
        """A snapshot that is kept."""

    def live(self, snapshot: Snapshot) -> None:
        """The newest view; the next one replaces it."""

    def progress(self, step: int, seconds: float) -> None:
        """How far it is."""

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """The tensors of state ``step``, from which the run can go on (`Session.tensors`)."""


@dataclass
class InMemory:
    """Keeps the history of a run that nobody watches."""

    watched: bool = False
    evaluations: list[Evaluation] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)

    @property
    def saves(self) -> bool:
        """As long as somebody may come back to it."""
        return self.watched

    def evaluation(self, evaluation: Evaluation) -> None:
        """Append it."""
        self.evaluations.append(evaluation)

    def snapshot(self, snapshot: Snapshot) -> None:
        """Append it."""
        self.snapshots.append(snapshot)

    def live(self, snapshot: Snapshot) -> None:
        """Nobody watches."""

    def progress(self, step: int, seconds: float) -> None:
        """Nobody watches."""

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """Nothing to resume."""
