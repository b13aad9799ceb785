"""What a run of several networks records, and what it goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from hts.records import Evaluation, Moment, RunResult


@dataclass(frozen=True, kw_only=True)
class SeveralState:
    """State ``step`` of all networks: what an interrupted run goes on from.

    ``tensors``: of every network, named ``<member>/<tensor>``; ``ended``: results of those that
    have ended, ``spent``: training seconds so far, by member key.
    """

    step: int
    seconds: float
    ended: Mapping[str, RunResult]
    spent: Mapping[str, float]
    tensors: Mapping[str, np.ndarray] = field(repr=False)


class Several(Protocol):
    """What `hts.runs.lockstep.train_several` tells of a run while it trains."""

    watched: bool  # whether somebody may look while it trains

    @property
    def saves(self) -> bool:
        """Whether checkpoints on the way are of use."""

    def evaluations(self, step: int, points: Mapping[int, Evaluation]) -> None:
        """Evaluations by the places of networks; always kept."""

    def moment(self, moment: Moment) -> None:
        """A look that is kept."""

    def live(self, moment: Moment) -> None:
        """The newest look; the next one replaces it."""

    def progress(self, step: int, seconds: float) -> None:
        """How far it is."""

    def checkpoint(self, state: SeveralState) -> None:
        """What the run can go on from."""

    def final(self, key: str, tensors: Mapping[str, np.ndarray]) -> None:
        """The weights with which the network ``key`` has ended."""


@dataclass
class SeveralInMemory:
    """Keeps the history of a run that nobody watches."""

    watched: bool = False
    points: dict[int, Mapping[int, Evaluation]] = field(default_factory=dict)  # by step
    moments: list[Moment] = field(default_factory=list)
    last: SeveralState | None = None
    weights: dict[str, Mapping[str, np.ndarray]] = field(default_factory=dict)

    @property
    def saves(self) -> bool:
        """As long as somebody may come back to it."""
        return self.watched

    def evaluations(self, step: int, points: Mapping[int, Evaluation]) -> None:
        """Keep them."""
        self.points[step] = points

    def moment(self, moment: Moment) -> None:
        """Append it."""
        self.moments.append(moment)

    def live(self, moment: Moment) -> None:
        """Nobody watches."""

    def progress(self, step: int, seconds: float) -> None:
        """Nobody watches."""

    def checkpoint(self, state: SeveralState) -> None:
        """Keep the last one."""
        self.last = state

    def final(self, key: str, tensors: Mapping[str, np.ndarray]) -> None:
        """Keep them."""
        self.weights[key] = tensors
