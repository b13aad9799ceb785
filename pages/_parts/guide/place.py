"""Where somebody is on the tour: ``?step=3&run=ID``, and what they predicted."""

from __future__ import annotations

import streamlit as st

from pages._parts.report.predictions import address_of, read_prediction
from pages._parts.shell import own_address

PAGE = "guide"
STEPS = 4
STEP, RUN = "guide_step", "guide_run"


def read_page_address() -> None:
    """Follow an address that somebody gave; who comes back without one goes on where they were."""
    params = dict(st.query_params)
    if own_address.is_own(PAGE, params):
        return
    step = params.get("step", "")
    st.session_state[STEP] = int(step) if step in {str(k + 1) for k in range(STEPS)} else 1
    st.session_state[RUN] = params.get("run")
    read_prediction(st.session_state[RUN], params)


def write_page_address() -> None:
    run_id = tour_run()
    said = {} if run_id is None else address_of(run_id)
    if step() > 1 or said:
        said = {"step": str(step()), **said}
    own_address.write(PAGE, said)


def step() -> int:
    """The step of the tour, from 1."""
    return st.session_state.get(STEP, 1)


def go(to: int) -> None:
    st.session_state[STEP] = min(max(to, 1), STEPS)


def tour_run() -> str | None:
    """The run of the tour."""
    return st.session_state.get(RUN)


def take(run_id: str | None) -> None:
    st.session_state[RUN] = run_id
