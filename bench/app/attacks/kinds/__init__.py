"""One sort of attack a file, found by itself."""

from __future__ import annotations

from bench.app.attacks.kind import Kind
from hts.registry import Registry

KINDS: Registry[Kind] = Registry("kind of attack", Kind, package=__name__, path=__path__)
