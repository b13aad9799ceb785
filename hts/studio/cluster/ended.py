"""`Ended`: a member's result on its way from where it was computed to the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hts.records import Evaluation, RunResult, Snapshot, decode, encode
from hts.studio.jobs.workers.sweep_worker import thin
from hts.studio.store import Store


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
        result: RunResult,
        snapshot: Snapshot | None,
        evaluations: list[Evaluation],
        weights: Mapping[str, np.ndarray] | None,
        *,
        device: str = "",
        threads: int | None = None,
    ) -> Ended:
        """The records encoded; of the evaluations, as many as a worker on this machine keeps."""
        return cls(
            position=position,
            result=encode(result),
            snapshot=None if snapshot is None else encode(snapshot),
            evaluations=tuple(encode(evaluation) for evaluation in thin(evaluations)),
            weights=weights,
            device=device,
            threads=threads,
        )

    @property
    def size(self) -> int:
        """Bytes of records and weights."""
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
