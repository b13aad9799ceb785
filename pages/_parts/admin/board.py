"""The parts of the Admin page: what goes on, what waits, the switch, people, the log."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from hts.studio.jobs import client
from hts.studio.jobs.overview import Overview, last_lines, overview, shares
from hts.studio.lab.access import owner_name
from hts.studio.lab.people import Person
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.board.views import data_title, state_word
from pages._parts.runs.table import STATES, settings_badges

DRAIN_WORDS = (
    "The lab is about to be restarted: nothing new begins for now. What goes on ends, and what "
    "waits begins afterwards."
)


def now(store: Store, here: Person) -> None:
    """What goes on and what waits; refreshes itself."""
    lab = overview(store)
    _cards(lab)
    if said := st.session_state.pop("admin_said", None):
        st.error(said)
    st.subheader("Going on", anchor=False)
    if not lab.held and not lab.groups:
        st.caption("No worker has anything to do.")
    for run in lab.held:
        _going_on(store, run, here)
    for sweep_id in dict.fromkeys(group.sweep for group in lab.groups):
        _sweep_going_on(store, sweep_id, here)
    st.subheader("Waiting", anchor=False)
    if lab.queue:
        _queue(store, lab.queue)
    else:
        st.caption("Nobody waits.")


def _cards(lab: Overview) -> None:
    workers, waiting, disk, machine = st.columns(4)
    slots = lab.workers.slots if lab.workers else 0
    workers.metric(
        "Slots in use",
        f"{lab.computing} of {slots}" if lab.workers else "no workers",
        _many(lab.workers.threads, "thread") + " each"
        if lab.workers
        else "start the worker service",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    waiting.metric(
        "Waiting", len(lab.queue), _many(len({run.owner for run in lab.queue}), "owner"),
        delta_color="off", delta_arrow="off", border=True,
    )  # fmt: skip
    disk.metric(
        "Disk left",
        f"{lab.disk_free / 1e3:.1f} GB",
        f"of {lab.disk_total / 1e3:.0f} GB",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    machine.metric(
        "Load",
        f"{lab.load:.1f}",
        f"{lab.memory_free / 1e3:.1f} GB of memory free",
        delta_color="off",
        delta_arrow="off",
        border=True,
        help="Processes that want a core, over the last minute.",
    )


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _going_on(store: Store, run: Run, here: Person) -> None:
    word, colour = STATES[state_word(run)]
    with st.container(horizontal=True, vertical_alignment="center", key=f"going_{run.id}"):
        st.badge(word, color=colour)
        settings = f"{data_title(run.config.data)}, {', '.join(settings_badges(run))}"
        where = f"{run.device or 'device not known yet'}, process {run.pid}"
        st.markdown(f"**{run.id}**  {settings}", width="stretch")
        st.caption(f"{owner_name(store, run.owner)}, {where}, {100 * run.progress:.0f} %",
                   width="content")  # fmt: skip
        st.button("Stop", key=f"stop_{run.id}", icon=":material/stop_circle:", type="tertiary",
                  disabled=run.want == "stop", on_click=_stop,
                  args=(client.stop, store, run.id, here))  # fmt: skip


def _sweep_going_on(store: Store, sweep_id: str, here: Person) -> None:
    sweep = store.sweeps.get(sweep_id)
    with st.container(horizontal=True, vertical_alignment="center", key=f"going_{sweep_id}"):
        st.badge("Sweep", color="violet")
        st.markdown(f"**{sweep.name or sweep_id}**  {sweep.done} of {sweep.total} runs",
                    width="stretch")  # fmt: skip
        st.caption(owner_name(store, sweep.owner), width="content")
        st.button("Stop", key=f"stop_{sweep_id}", icon=":material/stop_circle:", type="tertiary",
                  on_click=_stop, args=(client.stop_sweep, store, sweep_id, here))  # fmt: skip


def _stop(what, store: Store, name: str, here: Person) -> None:
    try:
        what(store, name, by=here)
    except BadInput as error:
        st.session_state.admin_said = str(error)


def _queue(store: Store, queue: list[Run]) -> None:
    rows = [
        {
            "Place": place,
            "Owner": owner_name(store, run.owner),
            "Dataset": data_title(run.config.data),
            "Settings": settings_badges(run),
            "Asked for": datetime.fromtimestamp(run.created, UTC),
            "Run": run.id,
        }
        for place, run in enumerate(queue, start=1)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=min(39 + 35 * len(rows), 420),
        column_config={
            "Place": st.column_config.NumberColumn(width=60),
            "Settings": st.column_config.MultiselectColumn(),
            "Asked for": st.column_config.DatetimeColumn(format="distance"),
        },
        alt=f"The {len(rows)} runs that wait, in the order in which they will start.",
    )


def drain_switch(store: Store) -> None:
    """Whether anything new begins."""
    st.session_state.drain = store.queue.draining() is not None
    st.toggle(
        "Begin nothing new",
        key="drain",
        on_change=_drain,
        args=(store,),
        help="Before a restart: what goes on ends, what is submitted waits, and every page says "
        "why. Nothing is lost if you restart at once, too.",
    )


def _drain(store: Store) -> None:
    store.queue.drain(DRAIN_WORDS if st.session_state.drain else None)


@st.cache_data(ttl=60.0, max_entries=2, show_spinner=False)
def _shares(root: str, _store: Store) -> list[dict[str, object]]:
    return [
        {
            "Name": share.name,
            "Role": share.role or "not signed in",
            "Computing": share.computing,
            "Waiting": share.queued,
            "Disk": share.megabytes,
            "Last here": None if share.seen is None else datetime.fromtimestamp(share.seen, UTC),
        }
        for share in shares(_store)
    ]


def people(store: Store) -> None:
    """Who has what."""
    rows = _shares(str(store.home.root), store)
    if not rows:
        st.caption("Nobody has trained anything yet.")
        return
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "Disk": st.column_config.NumberColumn(format="%.1f MB"),
            "Last here": st.column_config.DatetimeColumn(format="distance"),
        },
        alt=f"What each of {len(rows)} people has of the lab.",
    )


def log(store: Store) -> None:
    """The last lines of the scheduler's log."""
    lines = last_lines(store)
    if lines:
        st.code("\n".join(lines), language=None, height=300)
    else:
        st.caption("It is kept by the worker service itself: see its own output.")
