"""`Reader`: what one person may read of a store.  What has no rule here cannot be reached.

What is not theirs to see is not there: lists leave it out, and asking for it by name says the same
as for a name that does not exist.  Changes go through `hts.studio.jobs.client`, which asks whether
they may.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hts.studio.lab.access import (
    NotAllowed,
    may_change,
    need_sight_of_run,
    need_sight_of_sweep,
    see_class,
    sight_of,
)
from hts.studio.lab.people import Person
from hts.studio.store.store import Store

Rule = Callable[[Store, Person, Any], object]
"""Raises unless the person may ask this of the whole store; ``Any``: the first argument."""


def everybody(store: Store, person: Person, asked: Any) -> None:
    """It concerns nobody in particular."""


def admins(store: Store, person: Person, asked: Any) -> None:
    """It concerns everybody."""
    if not person.may_everything:
        raise NotAllowed(f"{person.name} is a {person.role}: only admins see this.")


def in_sight(store: Store, person: Person, asked: Any) -> None:
    """The method itself looks only at what they see: its ``sight`` is always theirs."""


def of_person(store: Store, person: Person, asked: Any) -> None:
    """It is about themselves, a student of theirs, or for admins about anybody."""
    if asked != person.id and not may_change(store, person, asked):
        raise NotAllowed(f"{person.name} may not read what belongs to {asked!r}.")


def of_class(store: Store, person: Person, asked: Any) -> None:
    """The class has to be one that they are in or teach."""
    see_class(store, asked, by=person)


of_run, of_sweep = need_sight_of_run, need_sight_of_sweep

RULES: Mapping[str, Mapping[str, Rule]] = {
    "runs": {"get": of_run, "list": in_sight, "finished": in_sight},
    "queue": {"runs": admins, "draining": everybody},
    "series": dict.fromkeys(
        (
            "evaluations",
            "summaries",
            "snapshot_steps",
            "snapshot",
            "moment",
            "live",
            "live_moment",
            "live_mark",
        ),
        of_run,
    ),
    "arrays": {"load_checkpoint": of_run, "checkpoint_at": of_run, "load_weights": of_run},
    "tail": {"view": of_run, "networks": of_run, "forget": of_run},
    "sweeps": {"get": of_sweep, "members": of_sweep, "goes_on": of_sweep, "list": in_sight},
    "groups": {"of": of_sweep, "held": admins},
    "owners": {"askers": of_run, "all": admins, "unfinished_of": of_person, "bytes_of": of_person},
    "people": {"get": of_person, "list": admins},
    "classes": {
        "get": of_class,
        "mates": of_class,
        "mates_of": of_person,
        "students_of": of_person,
    },
}
"""Part of the store -> method -> who is answered.  What is not listed is denied."""

# To the type checker a reader is a store, since what only reads takes either.
if TYPE_CHECKING:
    _Base = Store
else:
    _Base = object


class Reader(_Base):
    """``store`` as ``person`` may read it; shares its connection and what it remembers."""

    def __init__(self, store: Store, person: Person) -> None:
        self.behind, self.person, self.home = store, person, store.home

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in RULES:
            raise _denied(name)
        return _Part(self.behind, self.person, name)


class _Part:
    """A part of the store with only the methods that have a rule."""

    def __init__(self, store: Store, person: Person, name: str) -> None:
        self._store, self._person, self._name = store, person, name

    def __getattr__(self, name: str) -> Any:
        rule = RULES[self._name].get(name)
        if rule is None:
            raise _denied(name, f"{self._name}.{name}")
        method = getattr(getattr(self._store, self._name), name)
        return functools.partial(self._read, rule, method)

    def _read(self, rule: Rule, method: Callable[..., Any], *given: Any, **named: Any) -> Any:
        rule(self._store, self._person, given[0] if given else None)
        if rule is in_sight:
            named["sight"] = sight_of(self._store, self._person)
        return method(*given, **named)


def _denied(name: str, whole_name: str = "") -> Exception:
    if name.startswith("__"):  # Python itself asks
        return AttributeError(name)
    return NotAllowed(
        f"{whole_name or name} of the store is not for readers: changes are asked of "
        "hts.studio.jobs.client."
    )
