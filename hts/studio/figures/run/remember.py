"""Figures of a snapshot are drawn once: a live page asks every second, snapshots come seldom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from hts.shared_cache import SharedCache
from hts.studio.figures.view import ArmView, RunView

Given = ParamSpec("Given")
Drawn = TypeVar("Drawn")
Item = TypeVar("Item", ArmView, RunView)

ROOM = 48  # some kilobytes each


def per_snapshot(
    draw: Callable[Concatenate[Sequence[Item], Given], Drawn],
) -> Callable[Concatenate[Sequence[Item], Given], Drawn]:
    """Remember what ``draw`` made of the same snapshot objects under the same names.

    For functions of arms or runs that read nothing of a run but its ``id``, ``label``, ``config``,
    ``snapshot`` and whether it diverged.  The same means the same object; what is remembered must
    not be changed by whoever receives it.
    """
    drawn: SharedCache[tuple[list[object], Drawn]] = SharedCache(ROOM)

    @wraps(draw)
    def remembered(items: Sequence[Item], /, *args: Given.args, **kwargs: Given.kwargs) -> Drawn:
        # Holding what was drawn keeps the ids from being given to other objects.
        names: list[Any] = []
        held: list[object] = []
        for item in items:
            runs = item.runs if isinstance(item, ArmView) else (item,)
            names.append(item.label)
            names += [(run.id, run.diverged, id(run.config), id(run.snapshot)) for run in runs]
            held += [part for run in runs for part in (run.config, run.snapshot)]
        key = (tuple(names), args, tuple(sorted(kwargs.items())))
        return drawn.get(key, lambda: (held, draw(items, *args, **kwargs)))[1]

    return remembered
