"""Who sees the trainings that are watched: whoever has the machine, and in a lab its admins."""

from __future__ import annotations

from hts.studio.jobs.processes.identity import alive
from hts.studio.lab.access import NotAllowed, reader_of, whole_of
from hts.studio.store.store import Store
from hts.studio.watching.watches import Watches


def sees_watched(store: Store) -> bool:
    """Whether who reads ``store`` may."""
    reader = reader_of(store)
    return reader is None or reader.may_everything


def watches_of(store: Store) -> Watches:
    """The trainings, those whose process is gone marked as lost; `NotAllowed` for others."""
    if not sees_watched(store):
        raise NotAllowed("only admins see what other programs on this machine train.")
    whole = whole_of(store)
    found = Watches(whole.db)
    for one in found.list(active=True):
        if not alive(one.pid, one.pid_started, whole.home):
            says = (
                f"Its process {one.pid} ended without closing the watch, at step {one.step} or "
                "later. What it recorded is kept."
            )
            found.end(one.id, "lost", says, one.pid)
    return found
