"""Everything that is kept of this person: to take away, or to remove."""

from __future__ import annotations

import io

import streamlit as st

from hts.studio.jobs.person_data import delete_person, export_person
from hts.studio.lab.reader import Reader
from pages._parts.shell import identity, widgets
from pages._parts.shell.server import shared_store, whole_store

LARGEST_HERE = 100_000_000  # bytes of files: a zip of them is made in the web process's memory
SURE = "delete everything"
PATIENCE = 20.0  # seconds for what computes to end


def all_of_mine(store: Reader) -> None:
    """Two buttons, the second of which wants to be sure."""
    with st.expander("All your data", key="all_of_mine"):
        st.markdown(
            "Your runs, sweeps, tables and weights, classes, predictions, and what the lab's log "
            "says of you."
        )
        if store.owners.bytes_of(store.person.id) > LARGEST_HERE:
            st.caption("They are too large to download here: ask who runs this lab for a copy.")
        else:
            widgets.download("Download all (zip)", lambda: _zip(store), "my-data.zip", "get_all",
                             width="content")  # fmt: skip
        st.markdown(
            f"To remove all of it for good and sign out, type **{SURE}**. Runs that others asked "
            "for too become theirs; backups keep what they have."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            sure = st.text_input("Sure?", key="all_sure", placeholder=SURE)
            widgets.button("Remove all my data", "delete_forever", "all_remove", _remove, store,
                           disabled=sure.strip().lower() != SURE)  # fmt: skip
        widgets.say_refusal("all")


def _zip(store: Reader) -> bytes:
    made = io.BytesIO()
    export_person(shared_store(), store.person.id, made)
    return made.getvalue()


def _remove(store: Reader) -> None:
    delete_person(store, store.person.id, patience=PATIENCE)
    identity.leave(whole_store())
