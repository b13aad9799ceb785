"""One network among several, and what they came to together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from hts.config import RunConfig
from hts.config.arms import MAIN, Member
from hts.data.sources import Dataset
from hts.paired.median import median_of
from hts.paired.results import numbers
from hts.pruning.columns import unit_norms
from hts.records import (
    Evaluation,
    MemberResult,
    RunResult,
    Snapshot,
    StopReason,
    TailIndex,
)
from hts.runs.afterwards import goes_on, later, told
from hts.runs.outcome import diverged, finished
from hts.runs.session import Session
from hts.runs.several import SeveralState
from hts.runs.snapshot import take_snapshot
from hts.training.examples import Examples

LIVE_EXAMPLES, QUICK_EXAMPLES = 5000, 1000  # of each set, for kept and for passing looks


class Network:
    """One network of a run, with where it stands."""

    def __init__(self, member: Member[RunConfig], dataset: Dataset, examples: Examples) -> None:
        self.member = member
        self.session = Session(member.config, dataset, examples=examples)
        self.result: RunResult | None = None
        self.shown: Snapshot | None = None  # as last looked at
        self.reached = False  # its target
        self.broken_at: int | None = None  # the step at which its loss was not finite
        self.seconds = 0.0

    @property
    def is_main(self) -> bool:
        """Whether it is one of the noisy networks that controls stand beside."""
        return self.member.arm.key == MAIN

    def steer(self, member: Member[RunConfig]) -> None:
        """Go on with other settings, unless it has ended."""
        self.member = member
        if self.result is None:
            self.session.steer(member.config)

    def steps(self, first: int, last: int) -> None:
        """Take steps ``first`` to ``last``, each after the noise of the one before."""
        for step in range(first, last + 1):
            if step > 1:
                self.session.noise(step - 1)
            if not self.session.gradient(step):
                self.broken_at = step
                return

    def evaluate(self, step: int, *, kept: bool) -> Evaluation | None:
        """Its accuracies, where they are to be kept or end it."""
        target = self.session.config.target_accuracy
        if not kept and target is None:
            return None
        train, loss = self.session.accuracy("train")
        if not np.isfinite(loss):
            self.broken_at = step
            return None
        self.reached = target is not None and train >= target
        if not (kept or self.reached):
            return None
        return Evaluation(
            step=step,
            train_loss=loss,
            train_accuracy=train,
            test_accuracy=self.session.accuracy("test")[0],
            seconds=self.seconds,
        )

    def look(
        self, step: int, seconds: float, *, full: bool, gradients: bool = False
    ) -> Snapshot | None:
        """Look at it; None, and nothing kept, where its weights are not finite."""
        before = None if full else self.shown
        limit = LIVE_EXAMPLES if full else QUICK_EXAMPLES
        try:
            self.shown = take_snapshot(
                self.session, step, seconds, limit=limit, before=before, gradients=gradients
            )
        except ArithmeticError:
            return None
        return self.shown

    def end(self, step: int, reason: StopReason, seconds: float) -> None:
        """It ends here, for this reason, unless its weights are not finite."""
        try:
            self.shown = take_snapshot(self.session, step, seconds, gradients=True)
        except ArithmeticError:
            self.diverge(step)
            return
        self.result = finished(self.session, self.shown, reason, seconds=self.seconds)

    def go_on(self, stopped: Callable[[int], bool]) -> None:
        """Tell what becomes of it after its target, where that is asked for."""
        result = self.result
        if result is not None and goes_on(self.session.config, result.stop_reason):
            self.result = told(
                result, later(self.session, result.iterations, take_snapshot, stopped)
            )

    def diverge(self, step: int) -> None:
        """It has diverged at ``step``."""
        norms = unit_norms(self.session.network.matrices[0].cpu().numpy())
        config = self.session.config
        self.shown = None
        self.result = diverged(config, step, norms, None, seconds=self.seconds)

    def tensors(self) -> dict[str, np.ndarray]:
        """What it goes on from, named ``<member>/<tensor>``."""
        named = self.session.tensors()
        return {f"{self.member.key}/{name}": array for name, array in named.items()}

    def load(self, state: SeveralState) -> None:
        """Go on from ``state``."""
        start = f"{self.member.key}/"
        mine = {
            name.removeprefix(start): array
            for name, array in state.tensors.items()
            if name.startswith(start)
        }
        self.session.load(mine)
        self.result = state.ended.get(self.member.key)
        self.seconds = state.spent.get(self.member.key, 0.0)
        if self.result is None or self.result.stop_reason != "diverged":
            running = self.result is None
            end = state.step if self.result is None else self.result.iterations
            limit = LIVE_EXAMPLES if running else None
            self.shown = take_snapshot(
                self.session, end, state.seconds, limit=limit, gradients=not running
            )


def combined(
    config: RunConfig, ended: list[tuple[Member[RunConfig], RunResult]], *, seconds: float
) -> RunResult:
    """What several networks came to: medians of the noisy ones, and each one's own result.

    A network that diverged counts with an accuracy of 0 %; where all did, there are no medians.
    """
    several = [MemberResult(arm=m.arm.key, seed=m.seed, result=result) for m, result in ended]
    noisy = [one.result for one in several if one.arm == MAIN]
    fine = [result for result in noisy if result.stop_reason != "diverged"]
    reasons = [result.stop_reason for result in fine] or ["diverged"]
    common = max(dict.fromkeys(reasons), key=reasons.count)
    middle: dict[str, Any] = {
        name: median_of(known).median if fine and (known := numbers(noisy, name)) else None
        for name in (
            "train_accuracy", "test_accuracy", "pruning_ratio", "train_accuracy_pruned",
            "test_accuracy_pruned", "prunable",
        )
    }  # fmt: skip
    return RunResult(
        iterations=round(float(np.median([result.iterations for result in noisy]))),
        stop_reason=common,
        tail_index=_tail([result.tail_index for result in fine]),
        seconds=seconds,
        message=_in_words(config, noisy),
        members=several,
        guess=next((result.guess for result in fine), None),
        note=noisy[0].note,
        **middle,
    )


def _tail(tails: list[TailIndex | None]) -> TailIndex | None:
    """The median estimate; its interval is that of the median over seeds.

    Where most fits were not rejected, the rejected ones are left out.
    """
    known = [tail for tail in tails if tail is not None]
    if not known:
        return None
    fitting = [tail for tail in known if tail.fits]
    known = fitting if 2 * len(fitting) > len(known) else known
    if len(known) == 1:
        return known[0]
    middle = median_of([tail.alpha for tail in known])
    nearest = min(known, key=lambda tail: abs(tail.alpha - middle.median))
    return dataclasses.replace(
        nearest,
        alpha=middle.median,
        low=middle.low,
        high=middle.high,
        level=middle.level,
        method=f"median of {len(known)} seeds, each by {nearest.method}",
        fits=sum(tail.fits for tail in known) * 2 > len(known),
    )


def _in_words(config: RunConfig, noisy: list[RunResult]) -> str:
    """How the noisy networks ended, in a sentence."""
    count = len(noisy)
    if count == 1:
        return noisy[0].message
    ends = {
        "target reached": f"reached {config.target_accuracy or 0:g} % training accuracy",
        "budget": "took all their steps",
        "diverged": "diverged",
        "stopped": "were stopped",
    }
    counted = [
        f"{sum(r.stop_reason == reason for r in noisy)} of {count} {words}"
        for reason, words in ends.items()
        if any(r.stop_reason == reason for r in noisy)
    ]
    said = f"Noisy networks: {', '.join(counted)}."
    later = [result.later for result in noisy if result.later is not None]
    if later:
        middle = median_of([0.0 if one.diverged else one.test_accuracy or 0.0 for one in later])
        said += f" After as many steps again: {middle.median:.1f} % test accuracy in the median."
    return said
