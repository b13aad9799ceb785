"""What becomes of a network that went on after it had reached its target.

A target picks the moment at which a network happens to be good.  With ``go_on`` a run that stops at
a target after T steps takes T more, with the same batches and noise as if it had had no target, and
tells how it stands then.  Its result, its weights and its checkpoint stay those of the target.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hts.config import RunConfig
from hts.records import KeptCurve, Later, RunResult, Snapshot
from hts.runs.prunable import prunable
from hts.runs.session import Session

Look = Callable[[Session, int, float], Snapshot]


def goes_on(config: RunConfig, reason: str) -> bool:
    """Whether a run of ``config`` that ended for this ``reason`` is followed further."""
    return config.go_on and reason == "target reached"


def later(session: Session, step: int, look: Look, stopped: Callable[[int], bool]) -> Later | None:
    """``session`` after as many steps again as ``step``; it is at ``step`` again afterwards.

    ``look``: `hts.runs.snapshot.take_snapshot`.  None where ``stopped``, asked at every step, says
    so.
    """
    kept = session.tensors()
    try:
        return _follow(session, step, look, stopped)
    finally:
        session.load(kept)


def _follow(
    session: Session, step: int, look: Look, stopped: Callable[[int], bool]
) -> Later | None:
    for now in range(step + 1, 2 * step + 1):
        if stopped(now):
            return None
        session.noise(now - 1)
        if not session.gradient(now):
            return Later(iterations=now, diverged=True)
    try:
        shown = look(session, 2 * step, 0.0)
    except ArithmeticError:
        return Later(iterations=2 * step, diverged=True)
    return Later(
        iterations=2 * step,
        train_accuracy=shown.train_accuracy,
        test_accuracy=shown.test_accuracy,
        pruning_ratio=shown.pruning_ratio,
        prunable=prunable(session, shown),
        curve=KeptCurve(pruned=shown.curve.pruned, test_accuracy=shown.curve.test_accuracy),
    )


def told(result: RunResult, found: Later | None) -> RunResult:
    """``result`` with what became of the network, also in its message."""
    if found is None:
        return result
    words = f"Going on, it diverged at step {found.iterations}."
    if not found.diverged:
        steps = found.iterations - result.iterations
        words = f"After {steps} more steps: {found.test_accuracy:.1f} % test accuracy."
    return dataclasses.replace(result, later=found, message=f"{result.message} {words}")
