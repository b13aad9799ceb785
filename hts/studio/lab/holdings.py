"""Whose tables and weights somebody sees, and where names of tables lead for them.

The rules are those of runs, and one more: the students of a class use what their teacher has given
it.  What somebody does not see is not there: every way of asking for it says the same as for a name
that does not exist.  A run on a table shows the table to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import cast

from hts.data.sources.tables import OwnTable, Shelf, everything, looking_on
from hts.studio.lab.access import reader_of, sight_of, whole_of
from hts.studio.lab.people import LOCAL, OPERATOR, How, Person, Role
from hts.studio.store.holdings import NOBODY, TABLE, Holding, Kind, Told, key_of, kind_of
from hts.studio.store.store import Store
from hts.validate import BadInput


def holder(person: Person) -> str:
    """The owner of what this person keeps."""
    return NOBODY if person.id in (LOCAL.id, OPERATOR.id) else person.id


def folder_of(store: Store, person: Person, kind: Kind) -> Path:
    """Where what this person keeps lies."""
    return kind.folder(whole_of(store).home, key_of(holder(person)))


def own_holdings(store: Store, person: Person) -> list[Holding]:
    """All that this person keeps; without a lab all that there is."""
    return whole_of(store).holdings.of(holder(person))


def changeable(store: Store, person: Person) -> list[Holding]:
    """What this person keeps, and for whoever may everything what belongs to nobody."""
    own, holdings = holder(person), whole_of(store).holdings
    found = holdings.of(own)
    return found + holdings.of(NOBODY) if person.may_everything and own != NOBODY else found


def told(store: Store, holding: Holding) -> Told:
    """What is known of a thing that somebody sees; `BadInput` where its files are damaged."""
    return whole_of(store).holdings.told(holding)


def see_holding(store: Store, person: Person, name: str, *, owner: str | None = None) -> Holding:
    """What this person sees by ``name``, theirs first, or that of ``owner``.

    Raises `BadInput` as for a name that does not exist.
    """
    kind, whole = kind_of(name), whole_of(store)
    seen = whole.holdings.list(kind, sight_of(whole, person))
    own = holder(person) if owner is None else owner
    named = sorted((h for h in seen if h.name == name), key=lambda h: h.owner != own)
    for holding in named:
        if owner is None or holding.owner == owner:
            return holding
    raise kind.missing(name)


def offered(store: Store, person: Person, kind: Kind) -> list[Holding]:
    """What lists show: what is this person's, and what somebody has let them use."""
    whole = whole_of(store)
    sight = sight_of(whole, person)
    lab = None if sight.everything else sight.lab
    found = whole.holdings.list(kind, replace(sight, everything=False, owners=frozenset(), lab=lab))
    if sight.everything:
        every = whole.holdings.list(kind, sight)
        found += [h for h in every if h.owner == NOBODY and h not in found]
    return sorted(found, key=lambda holding: holding.owner != holder(person))


def shelf_of(store: Store, person: Person) -> Shelf:
    """Where names of tables lead for this person."""
    whole = whole_of(store)

    def places(found: Iterable[Holding]) -> dict[str, Path]:
        folders: dict[str, Path] = {}
        for holding in found:
            folder = TABLE.folder(whole.home, key_of(holding.owner))
            folders.setdefault(holding.name, folder)
        return folders

    every = whole.holdings.list(TABLE, sight_of(whole, person))
    return Shelf(places(offered(whole, person, TABLE)), places(every))


def tables_of(store: Store, owner: str | None) -> AbstractContextManager[None]:
    """Within it, names of tables lead where they do for the owner of a run."""
    person = person_of(store, owner)
    return looking_on(everything if person == OPERATOR else lambda: shelf_of(store, person))


def need_data(store: Store, person: Person, names: Iterable[str]) -> None:
    """Raises as for a table that is not there unless this person sees all that are tables."""
    if person.may_everything:
        return
    for name in dict.fromkeys(names):
        if name.startswith(OwnTable.PREFIX):
            see_holding(store, person, name)


def sees_data(store: Store, name: str) -> bool:
    """Whether who reads ``store`` sees this dataset, or did while it was there."""
    person = reader_of(store)
    try:
        need_data(store, person or OPERATOR, [name])
    except BadInput:
        return False
    return True


def person_of(store: Store, owner: str | None) -> Person:
    """The owner of something as far as it is known; who has left sees what is theirs and public."""
    if owner in (None, LOCAL.id, OPERATOR.id):
        return OPERATOR
    known = whole_of(store).people.get(str(owner))
    if known is None:
        return Person(id=str(owner), name="somebody", role="guest", how="unknown")
    role, how = cast(Role, known.role), cast(How, known.how)
    return Person(id=known.id, name=known.name, role=role, how=how)
