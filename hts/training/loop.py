"""The loop, in the paper's order: gradient step, then (evaluation when due), then noise.

No noise follows the final step.  "State k" always means: after gradient step k, before its noise.
A run is resumed from state k by adding the noise of step k and going on; batches and noise are
pure functions of the step, so a resumed run equals an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hts.records import StopReason


class DivergedError(ArithmeticError):
    """The loss or the weights are no longer finite at ``step``."""

    def __init__(self, step: int) -> None:
        super().__init__(f"the loss is not finite at step {step}")
        self.step = step


@dataclass(frozen=True)
class Callbacks:
    """What the loop calls; each takes the step, counted from 1."""

    gradient: Callable[[int], bool]  # moves the weights; False when the loss is not finite
    noise: Callable[[int], None]
    evaluate: Callable[[int], float]  # training accuracy in percent
    observe: Callable[[int], bool]  # watch, pause, save; False asks to stop


def run_loop(
    calls: Callbacks,
    *,
    start: int,
    iterations: int,
    eval_every: int,
    target_accuracy: float | None,
) -> tuple[int, StopReason]:
    """Train from state ``start`` (0: as drawn); returns the last step and why it was the last.

    Raises `DivergedError` when a gradient step reports a loss that is not finite.
    """
    if start > 0:
        calls.noise(start)
    for step in range(start + 1, iterations + 1):
        if not calls.gradient(step):
            raise DivergedError(step)
        if step % eval_every == 0 or step == iterations:
            accuracy = calls.evaluate(step)
            if target_accuracy is not None and accuracy >= target_accuracy:
                return step, "target reached"
        if step == iterations:
            break
        if not calls.observe(step):
            return step, "stopped"
        calls.noise(step)
    return iterations, "budget"
