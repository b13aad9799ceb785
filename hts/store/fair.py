"""Whose run starts next: everybody in turn, rather than whoever came first.

A queued run is its owner's nth request, counting from the runs that compute for them now.  First
requests go before second ones, second before third; among requests of one rank the owner whose
last turn is the longest ago goes first (who never had one, before all), then the oldest request.
So nobody's hundred runs keep another one's first waiting, and who has a long run going on is not
served twice while others are served once (round robin over people: Nagle, RFC 970, 1985).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Request(NamedTuple):
    """A queued run.  The smaller its ``number``, the older it is."""

    number: int
    owner: str


def fair_order(
    waiting: Sequence[Request], busy: Mapping[str, int], turns: Mapping[str, int]
) -> list[Request]:
    """``waiting`` in the order in which it will start.

    ``busy``: how many runs compute for each owner.  ``turns``: when each was served last, a number
    that grows with every turn; who was never served is not in it.
    """
    count = Counter(busy)
    ranks = {}
    for request in sorted(waiting):
        count[request.owner] += 1
        ranks[request] = count[request.owner]
    return sorted(waiting, key=lambda r: (ranks[r], turns.get(r.owner, 0), r.number))
