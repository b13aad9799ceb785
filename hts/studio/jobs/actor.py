"""Who asks for a change: from the store that a page has, or said by name."""

from __future__ import annotations

from hts.studio.lab.access import NotAllowed, whole_of
from hts.studio.lab.people import LOCAL, Person
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store import Store


def asked(store: Store, by: Person | None) -> tuple[Store, Person]:
    """The whole store and who asks.

    What one person sees of a store speaks for that person, and for nobody else.  A single user
    need not say who they are; in a lab, `NotAllowed` when nobody is named.
    """
    if isinstance(store, Reader):
        return whole_of(store), store.person
    if by is not None:
        return store, by
    if current().hosted:
        raise NotAllowed("in a lab every change must say who asks for it: nobody was named.")
    return store, LOCAL
