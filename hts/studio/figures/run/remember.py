"""Figures of a snapshot are drawn once: a live page asks every second, snapshots come seldom."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

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
    shelf: OrderedDict[Any, tuple[list[object], Drawn]] = OrderedDict()

    @wraps(draw)
    def remembered(runs: Sequence[RunView], /, *args: Given.args, **kwargs: Given.kwargs) -> Drawn:
        named = tuple((run.id, run.label, id(run.snapshot)) for run in runs)
        key = (named, args, tuple(sorted(kwargs.items())))
        found = shelf.get(key)
        if found is not None:
            return found[1]
        drawn = draw(runs, *args, **kwargs)
        # Holding the snapshots keeps their ids from being given to other objects.
        shelf[key] = ([run.snapshot for run in runs], drawn)
        while len(shelf) > ROOM:
            try:
                shelf.popitem(last=False)
            except KeyError:  # another thread was faster
                break
        return drawn

    return remembered
