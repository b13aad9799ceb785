"""The price lists there are: those that come with the program, and those computed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from hts.price.choose import Choice
from hts.price.files import read, shipped
from hts.price.records import VERSION
from hts.price.settings import DATA
from hts.shared_cache import SharedCache
from hts.studio.figures.words import duration
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.board.side_progress import begin, follow_job
from pages._parts.board.views import data_title
from pages._parts.shell.own_address import begin_as_asked, keep_as_asked
from pages._parts.shell.ownership import no_start

JOB = "price"
SIZES = {"quick": "Run a quick look, about 2 minutes", "full": "Run all of it, {}"}
RESULTS = {"stored": "Stored", "quick": "Run here, quick look", "full": "Run here"}
_lists: SharedCache[Choice] = SharedCache(6)


def choose_list(store: Store) -> Choice | None:
    """Dataset and result; None where there is none yet."""
    begin_as_asked("data", DATA)
    data = st.segmented_control("Dataset", list(DATA), required=True, key="data",
                                format_func=data_title)  # fmt: skip
    keep_as_asked("data", DATA)
    files = {}
    if (stored := shipped(data)) is not None:
        files["stored"] = stored
    for size in SIZES:
        found = side.ask(store, None, JOB, _asked(data, size), start=False)
        if found.state == "done":
            files[size] = found.path
        follow_job(store, JOB, _asked(data, size), key=f"pricing_{data}_{size}")
    if not files:
        st.caption(f"There is no price list of {data_title(data)} yet. Run it below.")
        return None
    name = next(iter(files))
    if len(files) > 1:
        begin_as_asked("prices", files)
        name = st.segmented_control("Result", list(files), required=True, key="prices",
                                    format_func=RESULTS.__getitem__)  # fmt: skip
        keep_as_asked("prices", files)
    try:
        found = _load(files[name])
        _apart(found, _load(next(iter(files.values()))))
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return None
    return found


def _apart(found: Choice, stored: Choice) -> None:
    """Say where two price lists of a dataset cannot be compared."""
    ours, theirs = stored.found.made, found.found.made
    names = {"noise": (ours.noise, theirs.noise), "data": (ours.sha256, theirs.sha256)}
    if other := [name for name, (a, b) in names.items() if a != b]:
        st.warning(f"This list cannot be compared with the stored one: it was made with other "
                   f"{' and '.join(other)}.", icon=":material/difference:")  # fmt: skip


def run_here(store: Store) -> None:
    """Buttons that compute the price list of the dataset, each with how long it takes."""
    data, why = st.session_state.data, no_start(store)
    takes = "an hour or more"
    if (stored := shipped(data)) is not None:
        takes = f"about {duration(_load(stored).found.made.seconds)}"
    with st.popover("Run it again", icon=":material/replay:"):
        st.caption(
            "It runs on one core in a process of its own. Networks are kept if it is interrupted. "
            "The quick look has small networks and 3 seeds, too few for a result."
        )
        for size, label in SIZES.items():
            asked = st.button(label.format(takes), key=f"price_{size}", help=why,
                              icon=":material/play_arrow:", disabled=why is not None)  # fmt: skip
            if asked and begin(store, JOB, _asked(data, size)):
                st.rerun()


def _asked(data: str, size: str) -> dict[str, Any]:
    return {"data": data, "quick": size == "quick", "record": VERSION}


def _load(path: Path) -> Choice:
    return _lists.get((str(path), path.stat().st_mtime_ns), lambda: Choice(read(path)))
