"""The parts of the Admin page: what goes on, what waits, the switch, people, the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.jobs.overview import Overview, last_lines, overview, shares
from hts.studio.lab.access import owner_name
from hts.studio.lab.audit import entries
from hts.studio.lab.people import Person
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from pages._parts.board.views import data_title
from pages._parts.runs.table import STATES, settings_badges
from pages._parts.shell import widgets

DRAIN_WORDS = (
    "The lab is about to be restarted: no new run starts for now. Runs in progress "
    "finish, and queued runs start afterwards."
)


def now(store: Store, here: Person) -> None:
    """What goes on and what waits; refreshes itself."""
    lab = overview(store)
    _cards(lab)
    widgets.say_refusal("stop")
    st.subheader("Going on", anchor=False)
    if not lab.held and not lab.groups:
        st.caption("All workers are idle.")
    for run in lab.held:
        _going_on(store, run, here)
    for sweep_id in dict.fromkeys(group.sweep for group in lab.groups):
        _sweep_going_on(store, sweep_id, here)
    st.subheader("Waiting", anchor=False)
    if lab.queue:
        _queue(store, lab.queue)
    else:
        st.caption("The queue is empty.")


def _cards(lab: Overview) -> None:
    workers, waiting, disk, machine = st.columns(4)
    if lab.workers:
        note, more = f"{words.many(lab.workers.threads, 'thread')} each", lab.computing - lab.in_use
        if more:
            note += f"; {more} more until a group or a resumed run has ended"
        _card(workers, "Slots in use", f"{lab.in_use} of {lab.workers.slots}", note)
    else:
        _card(workers, "Slots in use", "no workers", "start the worker service")
    owners = len({run.owner for run in lab.queue})
    _card(waiting, "Waiting", str(len(lab.queue)), words.many(owners, "owner"))
    total = f"of {lab.disk_total / 1e3:.0f} GB"
    _card(disk, "Disk left", f"{lab.disk_free / 1e3:.1f} GB", total)
    free = f"{lab.memory_free / 1e3:.1f} GB of memory free"
    wanted = "Processes that want a core, over the last minute."
    _card(machine, "Load", f"{lab.load:.1f}", free, help=wanted)


def _card(column: Any, title: str, value: str, note: str, **more: Any) -> None:
    column.metric(title, value, note, delta_color="off", delta_arrow="off", border=True, **more)


def _going_on(store: Store, run: Run, here: Person) -> None:
    settings = f"{data_title(run.config.data)}, {', '.join(settings_badges(run))}"
    where = f"{run.device or 'device not known yet'}, process {run.pid}"
    _line(
        STATES[run.outcome],
        f"**{run.id}**  {in_markdown(settings)}",
        f"{owner_name(store, run.owner)}, {where}, {100 * run.progress:.0f} %",
        run.id,
        lambda: client.stop(store, run.id, by=here),
        stopping=run.want == "stop",
    )


def _sweep_going_on(store: Store, sweep_id: str, here: Person) -> None:
    sweep = store.sweeps.get(sweep_id)
    _line(
        ("Sweep", "violet"),
        f"**{in_markdown(sweep.name or sweep_id)}**  {sweep.done} of {sweep.total} runs",
        owner_name(store, sweep.owner),
        sweep_id,
        lambda: client.stop_sweep(store, sweep_id, by=here),
    )


def _line(
    badge: tuple[str, str],
    what: str,
    note: str,
    name: str,
    stop: Callable[[], object],
    *,
    stopping: bool = False,
) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"going_{name}"):
        st.badge(badge[0], color=badge[1])
        st.markdown(what, width="stretch")
        st.caption(in_markdown(note), width="content")
        key = f"stop_{name}"
        widgets.button("Stop", "stop_circle", key, stop, disabled=stopping, type="tertiary")


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
    widgets.table(
        rows,
        {
            "Place": st.column_config.NumberColumn(width=60),
            "Settings": st.column_config.MultiselectColumn(),
            "Asked for": widgets.SINCE,
        },
        height=420,
        alt=f"The {len(rows)} runs that wait, in the order in which they will start.",
    )


def drain_switch(store: Store) -> None:
    st.session_state.drain = store.queue.draining() is not None
    st.toggle(
        "Stop accepting runs",
        key="drain",
        on_change=_drain,
        args=(store,),
        help="Before a restart: runs in progress finish, new ones wait, and every page says why. "
        "Nothing is lost if you restart at once.",
    )


def _drain(store: Store) -> None:
    store.queue.drain(DRAIN_WORDS if st.session_state.drain else None)


@st.cache_data(ttl=60.0, max_entries=2, show_spinner=False)
def _shares(root: str, _store: Store) -> list[dict[str, object]]:
    return [
        {
            "Name": share.name,
            "Role": share.role or "has left",
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
    widgets.table(
        rows,
        {
            "Disk": st.column_config.NumberColumn(format="%.1f MB"),
            "Last here": widgets.SINCE,
        },
        alt=f"What each of {len(rows)} people has of the lab.",
    )


def audit(store: Store) -> None:
    """Who deleted, steered, shared, removed a student, or came in as admin."""
    found = entries(store)
    if not found:
        st.caption("Nothing has been deleted, steered or shared yet.")
        return
    widgets.table(
        [
            {
                "When": datetime.fromtimestamp(entry.at, UTC),
                "Who": entry.who,
                "Did": entry.did,
                "What": entry.what,
            }
            for entry in found
        ],
        {"When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss")},
        height=300,
        alt=f"The last {len(found)} entries of the audit log.",
    )


def log(store: Store) -> None:
    """The last lines of the scheduler's log."""
    lines = last_lines(store)
    if lines:
        st.code("\n".join(lines), language=None, height=300)
    else:
        st.caption("The worker service keeps its own log: see its output.")
