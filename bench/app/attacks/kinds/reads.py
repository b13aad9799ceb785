"""Reading what Ann alone has, by every public method of every part of the store."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.reader import RULES, Reader, everybody, in_sight, of_class, of_person, of_sweep
from hts.studio.store.run_row import Unknown

STRANGERS = ("bob", "max", "nobody")
NOT_ASKED = ("home", "db")


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    """One case for each method and stranger; `everybody`'s methods tell nothing of anybody."""
    for part, found in vars(place.store).items():
        if part in NOT_ASKED:
            continue
        named = inspect.getmembers(type(found), callable)
        for method in (name for name, _ in named if not name.startswith("_")):
            if RULES.get(part, {}).get(method) is not everybody:
                for who in STRANGERS:
                    asked = functools.partial(_ask, place, who, part, method)
                    yield f"store.{part}.{method} as {who}", asked
    for who in STRANGERS:
        yield f"store.db as {who}", functools.partial(_ask, place, who, "db", "rows")


def _ask(place: Place, who: str, part: str, method: str) -> str:
    rule = RULES.get(part, {}).get(method)
    theirs = Reader(place.store, place.people[who])
    given: dict[object, tuple[object, ...]] = {
        of_sweep: (place.sweep,),
        of_person: (place.people["ann"].id,),
        of_class: (place.klass,),
        in_sight: (place.store.runs.get(place.finished).config,) if method == "finished" else (),
    }
    asked = given.get(rule, (place.finished,)) + {"snapshot": (10,), "moment": (10,)}.get(
        method, ()
    )
    if rule is of_class and who == "bob":  # it is his class
        asked = (place.klass + 1,)
    try:
        answer = getattr(getattr(theirs, part), method)(*asked)
    except (NotAllowed, Unknown):
        return ""
    hidden = {place.private, place.finished, place.sweep}
    if rule is in_sight:
        listed = answer if isinstance(answer, list) else [answer]
        seen = hidden & {one.id for one in listed if one is not None}
        return f"listed {sorted(seen)}" if seen else ""
    return f"answered {str(answer)[:80]}"


KINDS.register(
    Kind(
        name="private reads",
        right="every public method of the store denies what has no rule, and answers nobody else",
        cases=cases,
    )
)
