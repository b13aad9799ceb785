"""`ClassView`: what a class has done, as its figures take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ClassPoint:
    """A run of a class.  ``ratio``, ``before``, ``after``: percent, at squared error 0.1.

    ``alpha``: stability index of the noise, None without noise; ``names``: who asked for it;
    ``met``: whether it meets the goal, None without one; ``mine``: the viewer is one of them.
    """

    run: str
    alpha: float | None
    ratio: float
    before: float
    after: float
    names: tuple[str, ...]
    met: bool | None = None
    mine: bool = False


@dataclass(frozen=True, kw_only=True)
class ClassView:
    """``points``: the best first; ``line``: the pruning ratio to reach, percent, and what it is.

    ``one_alpha``: the class was given the noise, so that alpha tells no runs apart.
    """

    id: str
    points: tuple[ClassPoint, ...]
    goal: str = ""
    furthest: str = ""  # the run of which most went, with its cost, in a sentence
    line: float | None = None
    line_words: str = ""
    frozen: bool = False
    one_alpha: bool = False


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Answers to a question: how many chose what, or the numbers; ``truth`` where it is shown."""

    question: str
    counts: Mapping[str, int] | None = None
    numbers: tuple[float, ...] = ()
    unit: str = ""
    truth: str | float | None = None
    mine: str | float | None = None
