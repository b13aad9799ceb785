"""What becomes of a group's members: `Ended`, a result on its way to the store, or `Trouble`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hts.records import Evaluation, RunResult, Snapshot, decode, encode
from hts.studio.store.store import Store

if TYPE_CHECKING:
    from hts.runs.outcome import Outcome

MOST_POINTS = 50  # evaluations kept of each member


@dataclass(frozen=True, kw_only=True)
class Ended:
    """One member with a result.  Records travel as JSON, exactly as the store keeps them."""

    position: int  # in the sweep
    result: bytes
    snapshot: bytes | None  # None after a divergence
    evaluations: tuple[bytes, ...]
    weights: Mapping[str, np.ndarray] | None = field(default=None, repr=False)
    device: str = ""
    threads: int | None = None

    @classmethod
    def of(
        cls,
        position: int,
        outcome: Outcome,
        keep_weights: bool,
        *,
        device: str,
        threads: int | None,
    ) -> Ended:
        """The records encoded, at most `MOST_POINTS` evaluations among them."""
        snapshot = outcome.snapshot
        return cls(
            position=position,
            result=encode(outcome.result),
            snapshot=None if snapshot is None else encode(snapshot),
            evaluations=tuple(map(encode, thin(outcome.evaluations))),
            weights=outcome.tensors() if keep_weights and snapshot is not None else None,
            device=device,
            threads=threads,
        )

    @property
    def size(self) -> int:
        records = (self.result, self.snapshot or b"", *self.evaluations)
        return sum(map(len, records)) + sum(a.nbytes for a in (self.weights or {}).values())

    def record(self, store: Store, sweep_id: str) -> str | None:
        """Write it into the store: the run's id, or None if the member was done already."""
        return store.members.finish(
            sweep_id,
            self.position,
            decode(self.result, RunResult),
            snapshot=None if self.snapshot is None else decode(self.snapshot, Snapshot),
            evaluations=[decode(evaluation, Evaluation) for evaluation in self.evaluations],
            weights=self.weights,
            device=self.device,
            threads=self.threads,
        )


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why a group, or what remained of it, could not be computed."""

    words: str
    out_of_memory: bool = False


def thin(evaluations: Sequence[Evaluation], most: int = MOST_POINTS) -> list[Evaluation]:
    """At most ``most`` points, evenly among them, with the last."""
    n = len(evaluations)
    if n <= most:
        return list(evaluations)
    return [evaluations[(place + 1) * n // most - 1] for place in range(most)]
