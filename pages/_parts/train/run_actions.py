"""What one can do with the run on show, and how it ended, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from pages._parts.form.settings import show_runs
from pages._parts.shell import widgets
from pages._parts.shell.ownership import no_start, refusal
from pages._parts.shell.server import shared_store

Action = Callable[[Store, str], object]


def actions(store: Store, runs: list[Run], network: str) -> None:
    """The buttons that the state of the run and its control allows.

    ``network``: the one that other pages look at, of several.
    """
    active = [run for run in runs if run.active]
    moving = [run for run in active if run.state != "paused" and run.want == "run"]
    paused = [run for run in active if run.state == "paused"]
    left = [run for run in runs if run.resumable]
    pausing = any(run.want == "pause" and run.state != "paused" for run in active)
    no, no_stop = refusal(store, runs), refusal(store, active, others=True)
    if moving or (pausing and not paused):
        _button("Pause", "pause", client.pause, moving, no, disabled=not moving)
    if paused or left:
        _button("Resume", "play_arrow", client.resume, [*paused, *left], no, type="primary")
    if paused:
        _button("Step", "skip_next", client.step, paused, no, help="Take one training step.")
    if active:
        stopping = all(run.want == "stop" for run in active)
        _button("Stop", "stop", client.stop, active, no_stop, disabled=stopping)
    if not active or no is not None:
        again = "Run the same settings and seed again from the beginning."
        widgets.button(
            "Repeat", "replay", "do_repeat", _repeat, runs[0].id, no=no_start(store), help=again
        )
    ended = runs[0].state == "finished" and runs[0].result
    if (
        ended
        and ended.stop_reason != "diverged"
        and st.button(
            "Compress",
            key="do_compress",
            icon=":material/compress:",
            help="Prune this network by several criteria and take the smaller one along.",
        )
    ):
        st.switch_page("pages/compress.py", query_params={"run": network})
    if runs[0].step and st.button(
        "Tails",
        key="do_tails",
        icon=":material/trending_down:",
        help="Every estimator on this run's weights, layer by layer, and a verdict.",
    ):
        st.switch_page("pages/tails.py", query_params={"source": "Run", "run": network})
    widgets.say_refusal("do")


def outcome(run: Run) -> None:
    """How a run ended, where the reader needs to know more than its state."""
    if run.state == "failed":
        st.error(in_markdown(run.message), icon=":material/error:")
    elif run.state == "interrupted" or (run.state == "paused" and run.message):
        st.warning(in_markdown(run.message), icon=":material/power_off:")
    elif run.result is not None and run.result.stop_reason == "diverged":
        st.warning(in_markdown(run.result.message), icon=":material/trending_up:")
    elif run.useless:
        st.warning(in_markdown(run.useless), icon=":material/trending_up:")
    elif run.message and run.result is None:
        st.caption(in_markdown(run.message))


def _button(
    label: str, icon: str, action: Action, runs: Iterable[Run], no: str | None, **more: Any
) -> None:
    ids = [run.id for run in runs]
    widgets.button(label, icon, f"do_{label.lower()}", _all, action, ids, no=no, **more)


def _all(action: Action, ids: Iterable[str]) -> None:
    """Do it with every run; one that has ended meanwhile no longer needs it."""
    store = shared_store()
    for run_id in ids:
        widgets.attempt("do", action, store, run_id)
        store.tail.forget(run_id)  # what was read just before it is of no use


def _repeat(run_id: str) -> None:
    show_runs(client.repeat(shared_store(), run_id)[0])
