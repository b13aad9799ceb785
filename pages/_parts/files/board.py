"""The list of what somebody keeps, and what is done with one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from hts.studio.jobs.holdings import delete_holding, rename_holding, show_holding
from hts.studio.lab.holdings import changeable, holder, told
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.holdings import TABLE, Holding, Told
from hts.studio.store.run_row import VISIBILITIES, Visibility
from hts.validate import BadInput
from pages._parts.files.everything import all_of_mine
from pages._parts.shell import widgets
from pages._parts.shell.ownership import VISIBLE
from pages._parts.shell.server import shared_store

INTRO = (
    "Tables that you train on are added on the Train page, weights on the Tails page. What you "
    "keep is yours alone until you share it; whoever sees a run on a table does not see the table."
)


def files_board(store: Reader) -> None:
    """Everything of this person's, and the actions on the chosen one."""
    st.markdown(INTRO)
    if not store.person.rights.starts:
        st.caption("Guests keep nothing here. Sign in to add files of your own.")
        return
    kept = changeable(store, store.person)
    st.caption(_room(store, len(kept)))
    widgets.say_refusal("files")
    if kept:
        _list(store, kept)
    if current().hosted:
        all_of_mine(store)


def _list(store: Reader, kept: Sequence[Holding]) -> None:
    about = [_told(store, holding) for holding in kept]
    widgets.table(
        [_row(store, *pair) for pair in zip(kept, about, strict=True)],
        {"Size": st.column_config.NumberColumn(format="%.2f MB"), "Added": widgets.SINCE},
        key="files",
        alt=f"The {len(kept)} tables and weights that you keep.",
    )
    place = st.selectbox(
        "Change", range(len(kept)), key="file_chosen", width=420,
        format_func=lambda place: f"{about[place].title} ({kept[place].name})",
    )  # fmt: skip
    _actions(kept[place], about[place])


def _told(store: Reader, holding: Holding) -> Told:
    try:
        return told(store, holding)
    except BadInput:
        return Told("damaged", "its files cannot be read", 0)


def _room(store: Reader, count: int) -> str:
    if not count:
        return f"You keep no files yet. {current().retention.words}"
    person = store.person
    used = store.owners.bytes_of(person.id) / 1e6
    if not current().hosted or person.may_everything:
        return ""
    most = current().limits[person.role].disk_gb
    return (
        f"With your runs they take {used:,.1f} MB of your {most:g} GB. {current().retention.words}"
    )


def _row(store: Reader, holding: Holding, about: Told) -> dict[str, object]:
    shared = {"private": "only you", "lab": "the lab", "public": "everybody"}[holding.visibility]
    if holding.classes:
        count = len(holding.classes)
        shared += f", {count} {'class' if count == 1 else 'classes'}"
    if holding.owner != holder(store.person):
        shared += " (of the operator)"
    return {
        "Title": about.title,
        "Holds": about.says,
        "Size": about.bytes / 1e6,
        **({"Seen by": shared} if current().hosted else {}),
        "Added": datetime.fromtimestamp(holding.made, UTC),
        "Name": holding.name,
    }


def _actions(holding: Holding, about: Told) -> None:
    of = f"{holding.owner} {holding.name}"
    with st.container(horizontal=True, vertical_alignment="bottom", key="file_actions"):
        title = st.text_input("Title", about.title, key=f"file_title {of}", max_chars=200)
        widgets.button("Rename", "edit", "files_rename", _rename, holding, title,
                       disabled=title == about.title)  # fmt: skip
        if current().hosted:
            _visible(holding)
        if holding.kind is TABLE and st.button("Train on it", icon=":material/play_arrow:",
                                               key="files_train"):  # fmt: skip
            st.switch_page("pages/train.py", query_params={"data": holding.name})
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown("It is removed for good. Runs that used it keep their results.")
            widgets.button("Delete it", "delete", "files_delete", _delete, holding)


def _visible(holding: Holding) -> None:
    key = f"file_visible {holding.owner} {holding.name}"
    st.session_state[key] = holding.visibility
    st.selectbox(
        "Seen by",
        VISIBILITIES,
        format_func=lambda word: VISIBLE[word],
        key=key,
        width=210,
        help="Whoever sees a table may train on it. The lab: everyone who has signed in; for a "
        "student, the class. Only the owner: classes it was pinned for lose it too.",
        on_change=_show,
        args=(holding, key),
    )


def _show(holding: Holding, key: str) -> None:
    wanted: Visibility = st.session_state[key]
    widgets.attempt(
        "files", show_holding, shared_store(), holding.name, wanted, owner=holding.owner
    )


def _rename(holding: Holding, title: str) -> None:
    rename_holding(shared_store(), holding.name, title, owner=holding.owner)


def _delete(holding: Holding) -> None:
    delete_holding(shared_store(), holding.name, owner=holding.owner)
