"""Where settings change while a run trains, by a schedule or because somebody steered it.

Both stand in the run's configuration as schedules (`hts.schedule`), so figures need not know
which it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from hts.config import RunConfig
from hts.studio.figures import words
from hts.studio.figures.axes import note, rule, thin
from hts.studio.figures.view import RunView

APART = 0.04  # of the steps shown: labels that are nearer would lie over each other
GRADUAL = 60  # points of a drawn course


class Mark(NamedTuple):
    """From ``step`` on something is different: ``words`` says what, such as "alpha 1.5"."""

    step: int
    words: str


def marks_of(config: RunConfig) -> list[Mark]:
    """Where its settings change, in order.  A value that changes every step is marked at its end.

    A gradual piece is marked where it arrives.
    """
    found: dict[int, list[str]] = {}
    for name, schedule in config.schedules.items():
        pieces = schedule.pieces[1:]
        nexts = [piece.at for piece in pieces[1:]] + [-1]
        for piece, after in zip(pieces, nexts, strict=True):
            if after != piece.at + 1:
                found.setdefault(piece.at, []).append(words.setting(name, piece.value))
    return [Mark(step, ", ".join(found[step])) for step in sorted(found)]


def so_far(run: RunView) -> list[Mark]:
    """Where the settings of a run have changed so far."""
    return [mark for mark in marks_of(run.config) if mark.step <= run.steps_done]


def drawn(marks: Iterable[Mark], last: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Thin rules across the whole plot at ``marks``, and their labels, for an axis up to ``last``.

    Of labels that would lie over each other the first is written.
    """
    shapes, labels = [], []
    free = 0.0
    for mark in sorted(set(marks)):
        shapes.append({**rule(x=mark.step, width=1), "yref": "paper"})
        if mark.step < free:
            continue
        free = mark.step + APART * last
        place = {"xanchor": "left", "yref": "paper", "y": 1, "yanchor": "top", "textangle": -90}
        labels.append(note(mark.words, x=mark.step, xref="x", **place))
    return shapes, labels


def said(marks: Sequence[Mark]) -> list[str]:
    """The same for who does not see the figure."""
    return [f"{mark.words} from step {words.count(mark.step)}" for mark in marks]


def injected_course(config: RunConfig, last: int) -> tuple[list[int], list[float | None]]:
    """Stability index of the injected noise by step up to ``last``: each holds until the next."""
    steps = {0, last, *thin([step for step in config.change_steps if step <= last])}
    if any(piece.way for schedule in config.schedules.values() for piece in schedule.pieces):
        steps |= {round(last * k / GRADUAL) for k in range(GRADUAL)}
    at = sorted(steps)
    return at, [config.at(max(1, step)).stability for step in at]
