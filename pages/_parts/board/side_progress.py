"""How a small job goes on, until the page is drawn anew with what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.store.store import Store
from hts.validate import BadInput

TICK_SECONDS = 0.7


def follow(
    store: Store, run_id: str | None, job: str, asked: Mapping[str, Any], *, key: str
) -> None:
    """A bar that moves while a worker does the job that was asked for as `side.ask` does."""
    st.fragment(run_every=TICK_SECONDS, key=key)(_progress)(store, run_id, job, asked)


def begin(store: Store, job: str, asked: Mapping[str, Any]) -> bool:
    """Begin a job that is about no run, also one that failed before; a refusal is said."""
    try:
        if side.ask(store, None, job, asked, start=False).state == "failed":
            side.again(store, None, job, asked)
        side.ask(store, None, job, asked)
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return False
    return True


def follow_job(store: Store, job: str, asked: Mapping[str, Any], *, key: str) -> None:
    """A bar while such a job is done, or why it failed."""
    found = side.ask(store, None, job, asked, start=False)
    if found.state == "working":
        follow(store, None, job, asked, key=key)
    elif found.state == "failed":
        st.error(in_markdown(found.says), icon=":material/error:")


def _progress(store: Store, run_id: str | None, job: str, asked: Mapping[str, Any]) -> None:
    found = side.ask(store, run_id, job, asked, start=False)
    if found.state != "working":
        st.rerun()
    st.progress(found.share, text=f"{in_markdown(found.says)}: {100 * found.share:.0f} %")
