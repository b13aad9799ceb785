"""The sweeps there are, and what a sweep is for where there is none yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from hts.studio.figures import words
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.sweeps.presets import SWEEP_PRESETS
from pages._parts.shell import widgets
from pages._parts.shell.ownership import scope_choice
from pages._parts.sweep.address import asked, show_sweep
from pages._parts.sweep.views import going

MOST_ROWS = 200
STATES = {
    "queued": ("Waiting", "gray"),
    "running": ("Running", "blue"),
    "finished": ("Finished", "green"),
    "stopped": ("Stopped", "orange"),
}
SEE = (
    ("grid_on", "A map", "the median of every combination, with its interval over seeds"),
    ("ssid_chart", "Lines", "one setting against a measure, with bands, and every run as a dot"),
    ("open_in_full", "Every run", "behind each cell, to be opened on the Train page"),
    ("download", "A table", "all runs and all their numbers as CSV or Parquet"),
)


def invitation() -> None:
    """What a sweep is for, and one that takes half a minute."""
    small = SWEEP_PRESETS[0]
    st.title("Sweep: many runs, one picture", anchor=False)
    st.markdown(
        "One run is an anecdote: a single very large draw can decide how much of a network may go. "
        "A sweep trains a network for every combination of the settings you vary, several seeds "
        "each, and shows medians with their intervals as a map that fills in while it runs."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try this", key="try_sweep", type="primary", icon=":material/play_arrow:",
                  on_click=_start_small)  # fmt: skip
        st.caption(small.sentence)
    widgets.cards(SEE)


def _start_small() -> None:
    st.session_state.sweep_now = SWEEP_PRESETS[0].spec


def sweep_list(store: Store, shown: str | None) -> None:
    """The sweeps, newest first; choosing one opens it."""
    if not store.sweeps.list(limit=1):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Sweeps", anchor=False)
        of = scope_choice(store, "sweeps_of")
    sweeps = store.sweeps.list(limit=MOST_ROWS + 1, of=of)
    if not sweeps:
        st.caption("You have no sweeps yet. Switch to Everyone to see others'.")
        return
    live = any(map(going, sweeps[:MOST_ROWS]))
    every = len(sweeps) > MOST_ROWS and st.toggle(
        f"All, not only the newest {MOST_ROWS}", key="every_sweep"
    )
    body = st.fragment(run_every=3.0 if live else None, key="sweeps")(_table)
    body(store, live, shown, of, every)


def _table(
    store: Store, live: bool, shown: str | None, of: Sequence[str] | None, every: bool
) -> None:
    sweeps = store.sweeps.list(limit=None if every else MOST_ROWS, of=of)
    changed = not sweeps or live != any(map(going, sweeps[:MOST_ROWS]))
    if changed or asked().get("sweep") != shown:
        st.rerun()
    text = st.column_config.TextColumn
    opened = st.session_state.setdefault("sweeps_opened", 0)  # a new table has no row selected
    name = f"sweeps_{opened}_{hash(tuple(sweep.id for sweep in sweeps))}"
    widgets.table(
        [_row(sweep) for sweep in sweeps],
        {
            "Progress": widgets.PERCENT_DONE,
            "Begun": widgets.SINCE,
            "Begun at": widgets.local_time(),
            "State": widgets.state_column(STATES, 100),
            "Name": text(width=250),
            "Runs": text(width=120),
            "Left": text(width=70),
            "Sweep": text(width=60),
        },
        key=name,
        on_select=lambda: _open(name, [sweep.id for sweep in sweeps]),
        selection_mode="single-row",
        alt="Sweeps: " + "; ".join(f"{s.name}, {STATES[s.state][0]}" for s in sweeps[:20]),
    )


def _row(sweep: Sweep) -> dict[str, object]:
    failed = f", {sweep.failed} failed" if sweep.failed else ""
    left = sweep.seconds_left
    return {
        "State": [STATES[sweep.state][0]],
        "Name": sweep.name,
        "Progress": 100 * sweep.progress,
        "Runs": f"{sweep.done} of {sweep.total}{failed}",
        "Left": "" if left is None else words.duration(left),
        "Begun": (begun := datetime.fromtimestamp(sweep.created, UTC)),
        "Begun at": begun,
        "Sweep": sweep.id,
    }


def _open(name: str, ids: Sequence[str]) -> None:
    rows = st.session_state[name].selection.rows
    if rows and rows[0] < len(ids):
        st.session_state.sweeps_opened += 1
        show_sweep(ids[rows[0]])
