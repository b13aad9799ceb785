"""Figures of a snapshot are drawn once: a live page asks every second, snapshots come seldom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from hts.shared_cache import SharedCache
from hts.studio.figures.view import RunView

Given = ParamSpec("Given")
Drawn = TypeVar("Drawn")

ROOM = 48  # some kilobytes each


def per_snapshot(
    draw: Callable[Concatenate[Sequence[RunView], Given], Drawn],
) -> Callable[Concatenate[Sequence[RunView], Given], Drawn]:
    """Remember what ``draw`` made of the same snapshot objects under the same names.

    For functions that read nothing of a run but its ``id``, ``label`` and ``snapshot``.  The same
    means the same object; what is remembered must not be changed by whoever receives it.
    """
    drawn: SharedCache[tuple[list[object], Drawn]] = SharedCache(ROOM)

    @wraps(draw)
    def remembered(runs: Sequence[RunView], /, *args: Given.args, **kwargs: Given.kwargs) -> Drawn:
        named = tuple((run.id, run.label, id(run.snapshot)) for run in runs)
        key = (named, args, tuple(sorted(kwargs.items())))
        # Holding the snapshots keeps their ids from being given to other objects.
        held = [run.snapshot for run in runs]
        return drawn.get(key, lambda: (list(held), draw(runs, *args, **kwargs)))[1]

    return remembered
