"""The stored arrays of one network by name, from which folding rules make the weights in use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from hts.foreign import guarded
from hts.validate import BadInput
from hts.weights.entry import Weight, kind_of_shape, refusal
from hts.weights.limits import LIMITS

# Of a low-rank adapter, by its stem, its name and its rank: what B A is multiplied by, 0 where it
# is not in use, None where that is not known.
Factor = Callable[[str, str, int], float | None]

MOST = 2**33  # entries of what is read and computed in blocks of rows
_SMALL = 2**24


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


def usable(part: Weight) -> Weight:
    """``part`` to compute with, though codes and truth values alone are not measured."""
    if not part.refused or not part.dtype.startswith(("int", "uint", "bool", "float8")):
        return part
    most = LIMITS.entries if part.rows is None else MOST
    return replace(part, refused=refusal("float32", part.shape, most))


def value_of(part: Weight | None) -> np.ndarray | None:
    """The numbers of a small array; None where it cannot be read, which is told elsewhere."""
    if part is None or usable(part).refused or part.size > _SMALL:
        return None
    with suppress(BadInput):
        return part.load()
    return None


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
    parts = tuple(usable(part) for part in parts)
    shape = like.shape if shape is None else shape
    readers = [part.rows for part in parts]

    def load() -> np.ndarray:
        with guarded(f"array {name}", says="cannot be computed"):
            return by(*(part.load() for part in parts))

    def rows(start: int, stop: int) -> np.ndarray:
        with guarded(f"array {name}", says="cannot be computed"):
            return by(*(reader(start, stop) for reader in readers if reader))

    in_rows = by_rows and all(readers) and len({part.shape[:1] for part in parts}) == 1
    refused = next((part.refused for part in parts if part.refused), "")
    too_large = refusal("float32", shape, MOST if in_rows else LIMITS.entries)
    places = tuple(part.place for part in parts)
    return replace(
        like,
        name=name,
        shape=shape,
        kind=like.kind if len(shape) == len(like.shape) else kind_of_shape(shape),
        load=load,
        rows=rows if in_rows else None,
        refused=refused or too_large,
        note=noted(*dict.fromkeys((*(part.note for part in parts), note))),
        place=None if None in places else (note, *places),
        checksum=None,
    )
