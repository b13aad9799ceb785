"""What keeps new runs from beginning, said on top of every page while it lasts."""

from __future__ import annotations

import os

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.jobs.processes.disk import full_disk
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.jobs.processes.scheduler_settings import left_to_service
from hts.studio.store.store import Store

LOOK_SECONDS = 10.0

NO_SERVICE = (
    "No workers are running. New runs wait in the queue and start when a worker comes up. Runs "
    "computed elsewhere, and everything recorded, are not affected."
)


def say_what_is_wrong(store: Store) -> None:
    """The notices; in a hosted lab they come and go by themselves."""
    hosted = left_to_service(os.environ)
    st.fragment(run_every=LOOK_SECONDS if hosted else None, key="well")(_notices)(store)


def _notices(store: Store) -> None:
    if words := store.queue.draining():
        st.warning(in_markdown(words), icon=":material/pause_circle:")
    if words := full_disk(store.home):
        st.warning(in_markdown(words), icon=":material/hard_drive:")
    if left_to_service(os.environ) and scheduler_status(store) is None:
        st.warning(NO_SERVICE, icon=":material/cloud_off:")
