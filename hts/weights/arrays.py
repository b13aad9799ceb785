"""The stored arrays of one network by name, from which folding rules make the weights in use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from hts.weights.entry import Weight, kind_of_shape, refusal
from hts.weights.limits import LIMITS

# Of a low-rank adapter, by its stem, its name and its rank: what B A is multiplied by, 0 where it
# is not in use, None where that is not known.
Factor = Callable[[str, str, int], float | None]


class Arrays:
    """Arrays in the order they were given; a rule puts what it computes in the place of its parts.

    Names are as stored; ``.`` and ``/`` part their words.
    """

    def __init__(self, weights: Iterable[Weight], factor: Factor | None = None) -> None:
        self.factor: Factor = factor or (lambda stem, adapter, rank: None)
        self._found: dict[str, Weight] = {}
        self._order: dict[str, int] = {}
        for place, weight in enumerate(weights):
            while weight.name in self._found:
                weight = replace(weight, name=f"{weight.name} (again)")
            self._found[weight.name] = weight
            self._order[weight.name] = place

    def __iter__(self) -> Iterator[Weight]:
        """Those there are now; rules may change them meanwhile."""
        return iter(
            [self._found[name] for name in sorted(self._found, key=self._order.__getitem__)]
        )

    def get(self, *names: str) -> Weight | None:
        """The first there is of these names."""
        return next((self._found[name] for name in names if name in self._found), None)

    def under(self, prefix: str) -> list[Weight]:
        return [weight for name, weight in self._found.items() if name.startswith(prefix)]

    def put(self, weight: Weight, *parts: Weight) -> None:
        """``weight`` where the first of its ``parts`` stood; all of these go."""
        self._order[weight.name] = self._order[parts[0].name]
        for part in parts:
            self._found.pop(part.name, None)
        self._found[weight.name] = weight

    def leave(self, weight: Weight, why: str) -> None:
        """Left out of the report, with the reason there."""
        self._found[weight.name] = replace(weight, refused=why)

    def change(self, weight: Weight) -> None:
        """``weight`` instead of the one of its name."""
        self._found[weight.name] = weight


def last_word(name: str) -> str:
    return re.split(r"[./]", name)[-1]


def noted(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def computed(
    name: str,
    like: Weight,
    parts: Iterable[Weight],
    by: Callable[..., np.ndarray],
    note: str,
    *,
    shape: tuple[int, ...] | None = None,
    by_rows: bool = True,
) -> Weight:
    """The weight ``by(*values of parts)``, described as ``like``.

    ``by_rows``: whether ``by`` of some rows of the parts gives these rows of the result.
    """
    parts = tuple(parts)
    shape = like.shape if shape is None else shape
    readers = [part.rows for part in parts]

    def rows(start: int, stop: int) -> np.ndarray:
        return by(*(reader(start, stop) for reader in readers if reader))

    in_rows = by_rows and all(readers) and len({part.shape[:1] for part in parts}) == 1
    refused = next((part.refused for part in parts if part.refused), "")
    too_large = "" if in_rows else refusal("float32", shape, LIMITS.entries)
    places = tuple(part.place for part in parts)
    return replace(
        like,
        name=name,
        shape=shape,
        kind=like.kind if len(shape) == len(like.shape) else kind_of_shape(shape),
        load=lambda: by(*(part.load() for part in parts)),
        rows=rows if in_rows else None,
        refused=refused or too_large,
        note=noted(*dict.fromkeys((*(part.note for part in parts), note))),
        place=None if None in places else (note, *places),
        checksum=None,
    )
