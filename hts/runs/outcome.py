"""How a run ended: from its last state to its `RunResult`, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hts.config import RunConfig
from hts.records import Evaluation, KeptCurve, RunResult, Snapshot, StopReason, layer_summaries
from hts.runs.divergence import explain_divergence
from hts.runs.prunable import prunable
from hts.runs.session import Session
from hts.training.device import choose_device
from hts.training.products import doubt


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one of several runs ended; ``tensors`` copies its final weights, during the callback."""

    member: int  # in the order given
    result: RunResult
    snapshot: Snapshot | None  # None when it diverged
    evaluations: list[Evaluation]
    tensors: Callable[[], dict[str, np.ndarray]]


def finished(session: Session, last: Snapshot, reason: StopReason, *, seconds: float) -> RunResult:
    """A run that ended at snapshot ``last``, which must be of the whole sets."""
    config = session.config
    return RunResult(
        iterations=last.step,
        stop_reason=reason,
        train_accuracy=last.train_accuracy,
        test_accuracy=last.test_accuracy,
        pruning_ratio=last.pruning_ratio,
        train_accuracy_pruned=last.train_accuracy_pruned,
        test_accuracy_pruned=last.test_accuracy_pruned,
        tail_index=last.layers[0].tail,
        seconds=seconds,
        message=_in_words(config, last.step, reason),
        layers=layer_summaries(last),
        curve=KeptCurve(pruned=last.curve.pruned, test_accuracy=last.curve.test_accuracy),
        prunable=prunable(session, last),
        guess=100.0 * float(np.bincount(session.dataset.y_test).max()) / last.test_points,
        note=doubt(session.device),
    )


def diverged(
    config: RunConfig,
    step: int,
    norms: np.ndarray,
    previous: tuple[int, float] | None,
    *,
    seconds: float,
) -> RunResult:
    """A run whose loss or weights were no longer finite at ``step``.

    ``norms`` and ``previous`` as for `explain_divergence`.
    """
    return RunResult(
        iterations=step,
        stop_reason="diverged",
        train_accuracy=None,
        test_accuracy=None,
        pruning_ratio=None,
        train_accuracy_pruned=None,
        test_accuracy_pruned=None,
        tail_index=None,
        seconds=seconds,
        message=explain_divergence(config, step, norms, previous),
        note=doubt(choose_device(config.device)),
    )


def _in_words(config: RunConfig, step: int, reason: StopReason) -> str:
    if reason == "target reached":
        return f"Training accuracy reached {config.target_accuracy:g} % at step {step}."
    if reason == "stopped":
        return f"Stopped by the user at step {step} of {config.iterations}."
    if config.target_accuracy is not None:
        return (
            f"The budget of {step} steps was used before training accuracy reached "
            f"{config.target_accuracy:g} %."
        )
    return f"All {step} steps were taken."
