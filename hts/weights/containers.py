"""Every array within plain containers, such as a checkpoint, by a name with dots."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hts.validate import BadInput

DEEPEST = 8
MOST_VISITS = 100_000
OPTIMIZER = "optimizer state, no weights"


def arrays_in(value: Any, is_array: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    """(name, array) of all in ``value``, and (name, `OPTIMIZER`) of every optimizer's state.

    An optimizer is recognised by its shape, a dict with ``state`` and ``param_groups``, whatever
    it is called.  Values of other types are passed over.  Raises `BadInput` for containers nested
    deeper than `DEEPEST`, and for more than `MOST_VISITS` values.
    """
    visits = itertools.count(1)

    def walk(value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
        if depth > DEEPEST or next(visits) > MOST_VISITS:
            raise BadInput(
                f"it nests containers deeper than {DEEPEST} or holds more than {MOST_VISITS:,} "
                "values: no network is stored like that"
            )
        if is_array(value):
            yield name or "weights", value
        elif isinstance(value, Mapping) and {"state", "param_groups"} <= set(value):
            yield name or "optimizer", OPTIMIZER
        elif isinstance(value, (Mapping, list, tuple)):
            for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
                yield from walk(inner, f"{name}.{key}" if name else str(key), depth + 1)

    yield from walk(value, "", 0)
