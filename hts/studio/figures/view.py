"""`RunView`: one run as the figures see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hts.config import RunConfig
from hts.records import Evaluation, LayerSummary, LayerView, RunResult, Snapshot, SnapshotSummary


class TailAt(NamedTuple):
    """A tail index with its interval at one step."""

    step: int
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None


@dataclass(frozen=True, kw_only=True)
class RunView:
    """Records of one run, and where it stands.

    ``id`` keeps zoom and legend of a chart while the run goes on.  ``state`` is one lower-case
    word (``queued``, ``running``, ``paused``, ``finished``, ``stopped``, ``diverged``,
    ``failed``); another word is shown as it is.
    """

    id: str
    label: str
    config: RunConfig
    evaluations: Sequence[Evaluation] = field(default=())
    summaries: Sequence[SnapshotSummary] = field(default=())
    snapshot: Snapshot | None = None
    state: str = "running"
    step: int | None = None  # None: that of the last evaluation
    seconds_left: float | None = None
    result: RunResult | None = None
    message: str = ""

    @property
    def steps_done(self) -> int:
        """Steps so far: ``step`` if given, else that of the newest record."""
        if self.step is not None:
            return self.step
        newest = [records[-1].step for records in (self.evaluations, self.summaries) if records]
        return max(newest, default=0)

    def tails(self, layer: int) -> list[TailAt]:
        """The tail index of a layer at every kept snapshot where the layer is known."""
        found = []
        for summary in self.summaries:
            if layer < len(summary.layers):
                one: LayerSummary | SnapshotSummary = summary.layers[layer]
            elif layer == 0:  # recorded before there were layers: the scalars are the first one's
                one = summary
            else:
                continue
            found.append(TailAt(summary.step, one.alpha, one.alpha_low, one.alpha_high))
        return found

    def layer(self, index: int) -> LayerView | None:
        """The pruned layer at ``index`` (0 is the first), None while there is no such layer."""
        layers = self.snapshot.layers if self.snapshot else []
        return layers[index] if index < len(layers) else None
