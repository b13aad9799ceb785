"""What one can do with the run on show, and how it ended, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from hts.studio.jobs import client
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.form.settings import show_runs
from pages._parts.shell.ownership import no_start, refusal

Action = Callable[[Store, str], object]


def actions(store: Store, runs: list[Run]) -> None:
    """The buttons that the state of the run and its twin allows."""
    active = [run for run in runs if run.active]
    moving = [run for run in active if run.state != "paused" and run.want == "run"]
    paused = [run for run in active if run.state == "paused"]
    left = [run for run in runs if run.resumable]
    pausing = any(run.want == "pause" and run.state != "paused" for run in active)
    no, no_stop = refusal(store, runs), refusal(store, active, others=True)
    if moving or (pausing and not paused):
        _button("Pause", "pause", client.pause, moving, disabled=not moving, no=no)
    if paused or left:
        _button("Resume", "play_arrow", _resume, [*paused, *left], main=True, no=no)
    if paused:
        _button("Step", "skip_next", client.step, paused, help="Take one training step.", no=no)
    if active:
        stopping = all(run.want == "stop" for run in active)
        _button("Stop", "stop", client.stop, active, disabled=stopping, no=no_stop)
    if not active or no is not None:
        st.button(
            "Repeat",
            key="do_repeat",
            icon=":material/replay:",
            help=no_start(store) or "Run the same settings and seed again from the beginning.",
            disabled=no_start(store) is not None,
            on_click=_repeat,
            args=(store, runs[0].id),
        )
    if _can_be_pruned(runs[0]) and st.button(
        "Compress",
        key="do_compress",
        icon=":material/compress:",
        help="Prune this network by several criteria and take the smaller one along.",
    ):
        st.switch_page("pages/compress.py", query_params={"run": runs[0].id})
    if runs[0].step and st.button(
        "Tails",
        key="do_tails",
        icon=":material/trending_down:",
        help="Every estimator on this run's weights, layer by layer, and a verdict.",
    ):
        st.switch_page("pages/tails.py", query_params={"source": "Run", "run": runs[0].id})
    said = st.session_state.pop("action_said", None)
    if said:
        st.error(said)


def outcome(run: Run) -> None:
    """How a run ended, where the reader needs to know more than its state."""
    if run.state == "failed":
        st.error(run.message, icon=":material/error:")
    elif run.state == "interrupted" or (run.state == "paused" and run.message):
        st.warning(run.message, icon=":material/power_off:")
    elif run.result is not None and run.result.stop_reason == "diverged":
        st.warning(run.result.message, icon=":material/trending_up:")
    elif run.message:
        st.caption(run.message)


def _can_be_pruned(run: Run) -> bool:
    return (
        run.state == "finished"
        and run.result is not None
        and (run.result.stop_reason != "diverged")
    )


def _button(
    label: str,
    icon: str,
    action: Action,
    runs: Iterable[Run],
    *,
    disabled: bool = False,
    main: bool = False,
    help: str | None = None,  # noqa: A002  (Streamlit's name for it)
    no: str | None = None,
) -> None:
    """``no``: why this person may not."""
    st.button(
        label,
        key=f"do_{label.lower()}",
        icon=f":material/{icon}:",
        on_click=_all,
        args=(action, [run.id for run in runs]),
        disabled=disabled or no is not None,
        type="primary" if main else "secondary",
        help=no or help,
    )


def _all(action: Action, ids: Iterable[str]) -> None:
    """Do it with every run; one that has ended meanwhile no longer needs it."""
    from pages._parts.shell.server import shared_store

    store = shared_store()
    for run_id in ids:
        try:
            action(store, run_id)
        except BadInput as error:
            st.session_state.action_said = str(error)
        store.tail.forget(run_id)  # what was read just before it is of no use


def _resume(store: Store, run_id: str) -> Run:
    return client.resume(store, run_id)


def _repeat(store: Store, run_id: str) -> None:
    try:
        show_runs(client.repeat(store, run_id)[0])
    except BadInput as error:
        st.session_state.action_said = str(error)
