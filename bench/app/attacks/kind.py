"""One sort of attack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.app.attacks.place import Place

Try = Callable[[], str]
"""Tries one attack and returns what got through, "" if nothing did; an exception got through."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """``cases``: every attack by name; ``right``: what holds, a phrase for the table."""

    name: str
    right: str
    cases: Callable[[Place], Iterator[tuple[str, Try]]]
