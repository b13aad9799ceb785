"""One sort of attack a file, found by itself."""

from __future__ import annotations

from bench.app.attacks.kind import Kind
from hts.registry import Registry

KINDS: Registry[Kind] = Registry(
    "kind of attack", Kind, why="it is what is tried", package=__name__, path=__path__
)
