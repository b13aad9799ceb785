"""A result that is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from hts.reproduce.result import Reproduction


@dataclass(frozen=True, kw_only=True)
class Source:
    """``theirs``: the name of the file in which somebody gave it, or nothing."""

    result: Reproduction
    theirs: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """The same key, the same networks."""
        found = self.result
        return self.theirs, found.command, found.created, len(found.networks), found.seconds
