"""Train one configuration, watching as it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from hts.budget.work import work_of
from hts.config import RunConfig
from hts.data.sources import Dataset
from hts.pruning.columns import unit_norms
from hts.records import Evaluation, RunResult, Snapshot, StopReason
from hts.runs.afterwards import goes_on, later, told
from hts.runs.outcome import diverged, finished
from hts.runs.pace import (
    CHECKPOINT_SECONDS,
    LIVE_SECONDS,
    LIVE_SHARE,
    Clock,
    Looks,
    Pace,
)
from hts.runs.recorder import Control, InMemory, Recorder, Undisturbed
from hts.runs.session import Session
from hts.runs.snapshot import take_snapshot
from hts.training.loop import Callbacks, DivergedError, run_loop

LIVE_EXAMPLES = 5000  # of each set, for snapshots on the way; the result uses all


@dataclass(frozen=True)
class Checkpoint:
    """A state to go on from."""

    step: int
    seconds: float
    tensors: dict[str, np.ndarray]


def train(
    config: RunConfig,
    dataset: Dataset,
    *,
    recorder: Recorder | None = None,
    control: Control | None = None,
    checkpoint: Checkpoint | None = None,
) -> RunResult:
    """Run ``config`` on ``dataset`` to its end and return what it came to.

    Everything on the way is told to ``recorder`` (by default kept in memory and dropped).
    ``control`` may pause and stop it; from ``checkpoint`` an interrupted run goes on, with the
    same history as an uninterrupted one.  A divergence is a result, not an exception.
    """
    return _Run(config, dataset, recorder or InMemory(), control or Undisturbed()).go(checkpoint)


class _Run:
    def __init__(
        self, config: RunConfig, dataset: Dataset, recorder: Recorder, control: Control
    ) -> None:
        self.config = config
        self.recorder = recorder
        self.control = control
        self.session = Session(config, dataset)
        self.clock = Clock()
        self.looks = Looks(
            work_of(config.at(0), **dataset.sizes, looked_at=LIVE_EXAMPLES),
            iterations=config.iterations,
            eval_every=config.eval_every,
        )
        self.live = Pace(LIVE_SECONDS, LIVE_SHARE)
        self.told = Pace(0.2)
        self.saved = Pace(CHECKPOINT_SECONDS, LIVE_SHARE)
        self.last_look: tuple[int, float] | None = None  # step, largest norm

    def go(self, checkpoint: Checkpoint | None) -> RunResult:
        config, start = self.config, 0
        if checkpoint is not None:
            start = checkpoint.step
            self.session.load(checkpoint.tensors)
            self.clock = Clock(checkpoint.seconds)
        else:
            self.recorder.snapshot(self.look(0, gradients=True))
        self.follow(start)
        calls = Callbacks(self.session.gradient, self.session.noise, self.evaluate, self.observe)
        try:
            step, reason = run_loop(
                calls,
                start=start,
                iterations=config.iterations,
                eval_every=config.eval_every,
                target_accuracy=config.target_accuracy,
            )
            return self.finish(step, reason)
        except DivergedError as error:
            return self.diverged(error.step)

    def evaluate(self, step: int) -> float:
        """Training accuracy; what is recorded of it, and how often, is up to `Looks`."""
        config, number = self.config, -(-step // self.config.eval_every)
        ends = step == config.iterations
        kept = ends or self.looks.evaluation_due(number)
        if not kept and config.target_accuracy is None:
            return 0.0  # nobody asks
        train_accuracy, loss = self.session.accuracy("train")
        if not np.isfinite(loss):
            raise DivergedError(step)
        ends |= config.target_accuracy is not None and train_accuracy >= config.target_accuracy
        if kept or ends:
            self.recorder.evaluation(
                Evaluation(
                    step=step,
                    train_loss=loss,
                    train_accuracy=train_accuracy,
                    test_accuracy=self.session.accuracy("test")[0],
                    seconds=self.clock.seconds(),
                )
            )
        if not ends and self.looks.snapshot_due(number):  # the last one comes with the result
            gradients = self.looks.gradients_due(number)
            self.recorder.snapshot(self.look(step, gradients=gradients))
        return train_accuracy

    def observe(self, step: int) -> bool:
        if self.told.due():
            self.recorder.progress(step, self.clock.seconds())
            self.told.done(time.perf_counter())
        if self.recorder.watched and self.live.due():
            self.show(step)
        if self.recorder.saves and self.saved.due():
            self.save(step)
        word = self.control.wanted(step)
        if word == "pause":
            word = self.pause(step)
        if word == "stop":
            return False
        self.follow(step)
        return True

    def follow(self, step: int) -> None:
        """Take up what was steered: it holds from the step after ``step`` on."""
        changes = self.control.changes(step)
        if changes:
            self.config = self.config.steered(step + 1, **changes)
            self.session.steer(self.config)

    def pause(self, step: int) -> str:
        self.show(step)
        self.save(step)
        self.recorder.progress(step, self.clock.seconds())
        began = time.perf_counter()
        word = self.control.wait(step)
        self.clock.skip(time.perf_counter() - began)
        return word

    def show(self, step: int) -> None:
        began = time.perf_counter()
        self.recorder.live(self.look(step))
        self.live.done(began)

    def save(self, step: int) -> None:
        began = time.perf_counter()
        self.recorder.checkpoint(step, self.clock.seconds(), self.session.tensors())
        self.saved.done(began)

    def look(
        self, step: int, *, limit: int | None = LIVE_EXAMPLES, gradients: bool = False
    ) -> Snapshot:
        seconds = self.clock.seconds()
        try:
            snapshot = take_snapshot(self.session, step, seconds, limit=limit, gradients=gradients)
        except ArithmeticError:
            raise DivergedError(step) from None
        self.last_look = (step, snapshot.layers[0].sorted_norms[0])
        return snapshot

    def finish(self, step: int, reason: StopReason) -> RunResult:
        seconds = self.clock.seconds()
        last = self.look(step, limit=None, gradients=True)
        self.recorder.snapshot(last)
        result = finished(self.session, last, reason, seconds=seconds)
        if goes_on(self.config, reason):  # before the last checkpoint: what is lost is done again
            result = told(result, later(self.session, step, take_snapshot, self.is_to_stop))
        self.save(step)
        self.recorder.progress(step, seconds)
        return result

    def is_to_stop(self, step: int) -> bool:
        return self.control.wanted(step) == "stop"

    def diverged(self, step: int) -> RunResult:
        norms = unit_norms(self.session.network.matrices[0].cpu().numpy())
        seconds = self.clock.seconds()
        return diverged(self.config, step, norms, self.last_look, seconds=seconds)
