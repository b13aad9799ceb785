"""A theory experiment computed anew on request, as the bytes of its result file."""

from __future__ import annotations

from collections.abc import Callable

from hts.records import encode
from hts.theory.run import run
from hts.theory.settings import EXPERIMENTS, quick
from hts.validate import choice


def computed(name: str, small: bool, seed: int, tell: Callable[[str, float], None]) -> bytes:
    """The `Found` of the experiment ``name`` as JSON; ``small``: as ``--quick`` does it.

    Raises `BadInput` for an unknown experiment or a seed that is none.
    """
    choice("experiment", name, EXPERIMENTS, why="there are no others")
    settings = EXPERIMENTS[name](seed=seed)
    return encode(run(name, quick(settings) if small else settings, tell))
