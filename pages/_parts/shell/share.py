"""The address of what is on show, to pass on, and who will see it there."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from hts.studio.lab.settings import current
from hts.studio.store.store import Store
from hts.validate import BadInput

WHO = {
    "private": "Only you, your teachers and the admins will see it: show it to the lab, or to "
    "everybody, beside the run's name.",
    "lab": "Whoever has signed in to this lab will see it; guests will not.",
    "public": "Everybody who has the address will see it, signed in or not; nobody can change it.",
}
ALONE = "It opens in every browser that reaches this computer, as long as the app is running."
LOOPBACK = "Others need the name or number of this computer in the network in place of localhost."
NOTHING_OWNED = "Everybody who may sign in here will see it."
EMBED = (
    "A site that the server names in `HTS_FRAMED_BY` may show it inside its own page: add this to "
    "the address, which leaves out the frame."
)


def share(store: Store) -> None:
    """A button at the foot of the page; pressed, it says the address of that moment."""
    st.fragment(key="share")(_share)(store)


def _share(store: Store) -> None:
    if not st.button("Share this view", icon=":material/link:", key="share_view", type="tertiary"):
        return
    st.code(address(str(st.context.url or ""), st.query_params.to_dict()), language=None)
    told = who_sees(store, st.query_params.to_dict())
    if urlsplit(str(st.context.url or "")).hostname in ("localhost", "127.0.0.1", "::1"):
        told += f" {LOOPBACK}"
    st.caption(f"{told} {EMBED}")
    st.code("embed=true", language=None)


def address(page: str, settings: dict[str, str]) -> str:
    """``page`` with the settings in its address; ``embed`` is the browser's own matter."""
    kept = {name: value for name, value in settings.items() if not name.startswith("embed")}
    plain = page.split("?", 1)[0]
    return f"{plain}?{urlencode(kept)}" if kept else plain


def who_sees(store: Store, settings: dict[str, str]) -> str:
    """Who will see what the address names, in a sentence."""
    if not current().hosted:
        return ALONE
    try:
        if run_id := settings.get("run"):
            return WHO[store.runs.get(run_id).visibility]
        if sweep_id := settings.get("sweep"):
            return WHO[store.sweeps.get(sweep_id).visibility]
    except BadInput:  # it names nothing that one sees
        return NOTHING_OWNED
    return NOTHING_OWNED
