"""What all viewers of this process share: the store, the scheduler, and quiet memory."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import sqlite3
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hts.data.sources.tables import Shelf, everything, look_on
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.lab.holdings import shelf_of
from hts.studio.lab.people import GUEST, Person
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.database import unusable
from hts.studio.store.paths import default_home
from hts.studio.store.store import Store
from hts.validate import BadInput, capitalised
from pages._parts.shell import identity

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # mallopt(3)
LARGE = 32 * 1024  # bytes


@functools.lru_cache(maxsize=8)
def _store_at(home: Path) -> Store:
    return Store(home)


def whole_store() -> Store:
    """The store of ``HTS_HOME``, opened once per process.  Pages show what `shared_store` gives."""
    look_on(_shelf)
    return _store_at(default_home())


def _shelf() -> Shelf:
    """Where names of tables lead for whoever looks at this page; where nobody does, for guests."""
    if not current().hosted:
        return everything()
    visited = get_script_run_ctx(suppress_warning=True) is not None
    return shelf_of(whole_store(), person_here() if visited else GUEST)


def person_here() -> Person:
    return identity.person(whole_store())


def shared_store() -> Reader:
    """The store of ``HTS_HOME`` as whoever looks at this page sees it."""
    return Reader(whole_store(), person_here())


def open_store() -> None:
    """Open the store and see to a scheduler; says so and ends the page if that cannot be done."""
    try:
        store = whole_store()
        client.ensure_scheduler(store)
    except (BadInput, OSError, sqlite3.Error) as error:
        said = in_markdown(capitalised(unusable(error) or error))
        st.error(said, icon=":material/folder_off:")
        st.stop()


@functools.cache
def settle_memory() -> None:
    """Once per process: give back what is large at once, and do not collect what was imported.

    Every script run has a thread of its own, and each thread allocates from one of many arenas of
    the C library, which keep what passes through them.  What a board sends is mapped instead.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):  # not the GNU C library
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE)
        libc.mallopt(M_TRIM_THRESHOLD, LARGE)
    gc.collect()
    gc.freeze()
