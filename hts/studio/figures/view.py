"""What figures are drawn of: one network, the networks of one noise, all those of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from hts.config import RunConfig
from hts.config.arms import MAIN
from hts.paired.effect import DIVERGED, Curve
from hts.records import Evaluation, LayerSummary, LayerView, RunResult, Snapshot, SnapshotSummary


class TailAt(NamedTuple):
    """A tail index with its interval at one step."""

    step: int
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    fits: bool = True  # False: the fit was rejected


@dataclass(frozen=True, kw_only=True)
class RunView:
    """Records of one network, and where it stands.

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
            fits = one.fits is not False  # None: recorded before it was kept
            found.append(TailAt(summary.step, one.alpha, one.alpha_low, one.alpha_high, fits))
        return found

    def gradient_tails(self, layer: int) -> list[TailAt]:
        """That of the layer's gradient noise at every kept snapshot that has an estimate."""
        return [
            TailAt(
                summary.step, one.gradient_alpha, one.gradient_alpha_low, one.gradient_alpha_high,
                one.gradient_fits is not False,
            )
            for summary in self.summaries
            for one in summary.layers[layer : layer + 1]
            if one.gradient_alpha is not None
        ]  # fmt: skip

    def layer(self, index: int) -> LayerView | None:
        """The pruned layer at ``index`` (0 is the first), None while there is no such layer."""
        layers = self.snapshot.layers if self.snapshot else []
        return layers[index].of_single() if index < len(layers) else None

    @property
    def diverged(self) -> bool:
        """Whether its weights blew up: then it answers nothing."""
        return self.result is not None and self.result.stop_reason == "diverged"

    @property
    def pruning(self) -> Curve | None:
        """Test accuracy in percent against the pruned share; None before the first snapshot."""
        if self.diverged:
            return DIVERGED
        if self.snapshot is None:
            return None
        curve = self.snapshot.curve
        return Curve(pruned=curve.pruned, accuracy=curve.test_accuracy)


@dataclass(frozen=True, kw_only=True)
class ArmView:
    """The networks of one kind of noise, one for each seed, in the order of the seeds.

    ``key`` as in `hts.config.arms`; ``label`` is its name in legends.
    """

    key: str
    label: str
    runs: tuple[RunView, ...]

    @property
    def stability(self) -> float | None:
        """Stability index of its noise; None without noise."""
        return self.runs[0].config.stability

    @property
    def longest(self) -> RunView:
        """The network that has trained for most steps."""
        return max(self.runs, key=lambda run: run.steps_done)

    @property
    def curves(self) -> dict[int, Curve]:
        """`RunView.pruning` by seed, of the networks that have one."""
        return {run.config.seed: curve for run in self.runs if (curve := run.pruning)}


@dataclass(frozen=True, kw_only=True)
class EnsembleView:
    """A run of one network or several, and where it stands as a whole.

    ``arms``: the noisy networks first, then the controls, all of the same seeds.  ``state`` as in
    `RunView`.  ``picked``: the one seed that is looked at; None for all.
    """

    id: str
    config: RunConfig
    arms: tuple[ArmView, ...]
    state: str = "running"
    step: int = 0
    progress: float | None = None  # share that is done; None: that of the steps
    seconds_left: float | None = None
    result: RunResult | None = None
    message: str = ""
    picked: int | None = None

    @property
    def shown(self) -> tuple[ArmView, ...]:
        """The arms, of the picked seed alone where one is picked."""
        if self.picked is None:
            return self.arms
        alone = (
            replace(arm, runs=tuple(run for run in arm.runs if run.config.seed == self.picked))
            for arm in self.arms
        )
        return tuple(arm for arm in alone if arm.runs)


def arms_of(runs: Sequence[RunView]) -> tuple[ArmView, ...]:
    """Single runs as arms of one seed each."""
    return tuple(
        ArmView(key=run.id if place else MAIN, label=run.label, runs=(run,))
        for place, run in enumerate(runs)
    )


def beside(main: RunView, *others: RunView) -> EnsembleView:
    """A single run with those that are laid over it."""
    return EnsembleView(
        id=main.id,
        config=main.config,
        arms=arms_of([main, *others]),
        state=main.state,
        step=main.steps_done,
        seconds_left=main.seconds_left,
        result=main.result,
        message=main.message,
    )
