"""Whose run starts next: everybody in turn, rather than whoever came first.

A queued run is its owner's nth request, counting from the runs that compute for them now.  First
requests go before second ones, second before third.  Among requests of one rank the owner who has
had the fewest turns goes first, then the oldest request.  So nobody's hundred runs keep another
one's first waiting, and who has a long run going on is not served twice while others are served
once (round robin over people: Nagle, RFC 970, 1985).

Turns are counted on a clock that advances with the service, as the virtual time of start-time fair
queueing does (Goyal, Vin and Cheng, 1996): who comes anew, or back, is at most `CREDIT` turns
behind it, and so cannot claim all the turns of the time in which they asked for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

CREDIT = 1


class Request(NamedTuple):
    """A queued run.  The smaller its ``number``, the older it is."""

    number: int
    owner: str


def fair_order(
    waiting: Sequence[Request], busy: Mapping[str, int], turns: Mapping[str, int], clock: int
) -> list[Request]:
    """``waiting`` in the order in which it will start.

    ``busy``: how many runs compute for each owner.  ``turns``: how many turns each has had, on the
    ``clock``; who was never served is not in it.
    """
    count = Counter(busy)
    ranks = {}
    for request in sorted(waiting):
        count[request.owner] += 1
        ranks[request] = count[request.owner]
    return sorted(waiting, key=lambda r: (ranks[r], begins(turns.get(r.owner), clock), r.number))


def begins(turns: int | None, clock: int) -> int:
    """Where on the clock the next turn begins of somebody who has had ``turns``."""
    return max(turns or 0, clock - CREDIT)


def served(turns: int | None, clock: int) -> tuple[int, int]:
    """Their turns and the clock, once they have been served."""
    begun = begins(turns, clock)
    return begun + 1, max(clock, begun)
