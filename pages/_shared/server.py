"""What all viewers of this process share: the store, the scheduler, and quiet memory."""

from __future__ import annotations

import functools
import gc
import sqlite3
from pathlib import Path

import streamlit as st

from hts.jobs import client
from hts.lab import Person, PersonalStore
from hts.store import Store, Tail, default_home
from hts.validate import BadInput
from pages._shared import identity


@functools.lru_cache(maxsize=8)
def _store_at(home: Path) -> Store:
    return Store(home)


def whole_store() -> Store:
    """The store of ``HTS_HOME``, opened once per process.  Pages show what `shared_store` gives."""
    return _store_at(default_home())


def person_here() -> Person:
    """Who looks at this page now."""
    return identity.person(whole_store())


def shared_store() -> PersonalStore:
    """The store of ``HTS_HOME`` as whoever looks at this page sees it."""
    return PersonalStore(whole_store(), person_here())


def shared_tail() -> Tail:
    """The reader of that store which all viewers share."""
    return Tail.shared(shared_store())


def open_store() -> None:
    """Open the store and see to a scheduler; says so and ends the page if that cannot be done."""
    try:
        store = whole_store()
        client.ensure_scheduler(store)
    except (BadInput, OSError, sqlite3.Error) as error:
        st.error(
            f"The folder for runs, {default_home()}, cannot be used: {error} "
            "Set HTS_HOME to a folder on a local disk that may be written to, and start again.",
            icon=":material/folder_off:",
        )
        st.stop()


@functools.cache
def settle_memory() -> None:
    """Once per process: keep what was imported out of later garbage collections."""
    gc.collect()
    gc.freeze()
