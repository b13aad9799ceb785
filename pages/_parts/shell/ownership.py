"""Whose a run or a sweep is, who sees it, and what of it this person may change."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.lab.access import may_change, owner_name
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.run_row import VISIBILITIES, Run, Visibility
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from pages._parts.shell import widgets
from pages._parts.shell.server import shared_store

VISIBLE = {
    "private": "Only its owner sees it",
    "lab": "The lab sees it",
    "public": "Everybody sees it",
}
SCOPES = ("Mine", "Class", "Everyone")


def refusal(store: Store, runs: Sequence[Run | Sweep], others: bool = False) -> str | None:
    """Why this person cannot change all of ``runs``; None if they may.

    The core checks again; here it is said before somebody tries.  ``others``: also for what was
    only asked for too, which may be given up.
    """
    if not isinstance(store, Reader) or store.person.may_everything:
        return None
    for run in runs:
        joined = others and isinstance(run, Run) and store.person.id in store.owners.askers(run.id)
        if not joined and not may_change(store, store.person, run.owner):
            owner = in_markdown(owner_name(store, run.owner))
            return f"It belongs to {owner}; Repeat starts one of your own."
    return None


def no_start(store: Store) -> str | None:
    """Why this person can start nothing; None if they can."""
    if isinstance(store, Reader) and not store.person.rights.starts:
        return "Guests can view runs. Sign in to start your own."
    return None


def whose(store: Store, run: Run) -> None:
    """Whose the run is and who else waits for it; its owner may show or hide it."""
    if not isinstance(store, Reader) or not current().hosted:
        return
    own = refusal(store, [run]) is None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="whose"):
        if own:
            _visible(run.id, run.visibility)
        mine = run.owner == store.person.id
        said = "Yours" if mine else f"Of {in_markdown(owner_name(store, run.owner))}"
        others = [person for person in store.owners.askers(run.id) if person != store.person.id]
        if store.person.id in store.owners.askers(run.id):
            said += ", and you asked for the same"
        if others:
            asked = "somebody else" if len(others) == 1 else f"{len(others)} others"
            said += f"; {asked} asked for the same and see it too"
        st.caption(f"{said}.", width="content")


def sweep_visible(store: Store, sweep: Sweep) -> None:
    """The same for a sweep."""
    if not isinstance(store, Reader) or not current().hosted:
        return
    if refusal(store, [sweep]) is None:
        _visible(sweep.id, sweep.visibility)
    if sweep.owner != store.person.id:
        st.caption(f"Of {in_markdown(owner_name(store, sweep.owner))}.", width="content")


def scope_choice(store: Store, key: str) -> Sequence[str] | None:
    """Whose runs are listed, as people's ids; None: everybody's that one sees."""
    if not isinstance(store, Reader) or not current().hosted:
        return None
    mates = store.classes.mates_of(store.person.id)
    scopes = [scope for scope in SCOPES if scope != "Class" or mates]
    chosen = st.segmented_control(
        "Whose", scopes, default="Mine", required=True, key=key, label_visibility="collapsed"
    )
    if chosen == "Everyone" or not store.person.rights.starts:
        return None
    return [store.person.id] if chosen == "Mine" else sorted(mates)


def _visible(name: str, now: Visibility) -> None:
    widget = f"visible_{name}"
    st.session_state[widget] = now
    st.selectbox(
        "Seen by",
        VISIBILITIES,
        format_func=lambda word: VISIBLE[word],
        key=widget,
        width=210,
        label_visibility="collapsed",
        help="The lab: everyone who has signed in; for a student, the class. Everybody: anyone "
        "with the address. Teachers always see their students' runs.",
        on_change=widgets.attempt,
        args=("visible", _change, name, widget),
    )
    widgets.say_refusal("visible")


def _change(name: str, widget: str) -> None:
    client.show_to(shared_store(), name, st.session_state[widget])
