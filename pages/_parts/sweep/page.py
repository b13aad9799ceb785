"""One sweep: where it stands, what can be done with it, and the figures that fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from hts.config.arms import TOGETHER
from hts.glossary import term
from hts.studio.cluster.status import read_status
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.jobs.sweeps import was_on_cluster
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Member, Sweep, UnknownSweep
from hts.studio.sweeps.controls import Controls, controls_of
from hts.studio.sweeps.export import csv_text, parquet_bytes
from hts.studio.sweeps.measures import PERCENTS, control_words, measures_of
from hts.studio.sweeps.spec import SweepSpec
from pages._parts.board.live_board import live_board
from pages._parts.board.told import told_when_it_ends
from pages._parts.form.address import field, shown
from pages._parts.shell import widgets
from pages._parts.shell.ownership import refusal, sweep_visible
from pages._parts.shell.server import shared_store
from pages._parts.sweep.address import choose, look, show_sweep, write_page_address
from pages._parts.sweep.cell import cell_runs, cell_title, pick
from pages._parts.sweep.cluster import cluster_section, cluster_there
from pages._parts.sweep.form import edit
from pages._parts.sweep.views import axes_of, going, sweep_board, value_label, value_words

TICK_SECONDS = 1.5
SLOW_TICK_SECONDS = 10.0  # where counting the runs takes longer
MANY = 3000

Axes = Mapping[str, Sequence[Any]]


def sweep_page(store: Store, sweep_id: str) -> None:
    """The sweep with its figures; raises `UnknownSweep`."""
    sweep = store.sweeps.get(sweep_id)
    axes, controls = axes_of(store, sweep), controls_of(sweep.spec)
    title, buttons = st.columns([6, 5], vertical_alignment="bottom")
    with title:
        st.title(in_markdown(sweep.name), anchor=False)
        st.caption(in_markdown(_settings_line(_spec(sweep), sweep.id)))
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        told_when_it_ends(sweep.id, sweep.name, sweep.state, going=going(sweep))
        _actions(store, sweep)
    with st.container():  # always there: what comes and goes must not move the board below
        if sweep.message:
            st.caption(in_markdown(sweep.message))
    _view_choices(axes, controls)
    every = TICK_SECONDS if sweep.total <= MANY else SLOW_TICK_SECONDS
    body = st.fragment(run_every=every if going(sweep) else None, key="sweep_live")(_live)
    body(store, sweep.id, _shape(sweep), axes)


def _live(store: Store, sweep_id: str, shape: tuple[object, ...], axes: Axes) -> None:
    """The board and the runs of the chosen cell; everything that changes while the sweep goes."""
    try:
        sweep = store.sweeps.get(sweep_id)
    except UnknownSweep:  # deleted by another viewer
        st.rerun()
    if _shape(sweep) != shape:
        st.rerun()
    controls = controls_of(sweep.spec)
    now = look(axes, list(measures_of(controls.noises)))
    live_board(
        sweep_board(store, sweep, now), key="sweep_board", on_pick=lambda at: pick(at, axes, now)
    )
    cluster = read_status(store, sweep_id)
    cluster_section(store, sweep, cluster, [name for name in (now.x, now.y) if name is not None])
    st.subheader(in_markdown(cell_title(axes, now)), anchor=False)
    running = {} if cluster is None else {run.position: run for run in cluster.runs}
    cell_runs(store.sweeps.members(sweep_id), controls, axes, now, running)
    write_page_address()


def _shape(sweep: Sweep) -> tuple[object, ...]:
    """What the rest of the page shows of the sweep: when it changes, the page is run anew."""
    return sweep.state, sweep.message, going(sweep)


# -- what is shown --------------------------------------------------------------------------------


def _view_choices(axes: Axes, controls: Controls) -> None:
    measures = measures_of(controls.noises)
    now = look(axes, list(measures))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="view"):
        _choice("measure", "Show", list(measures), now.measure, lambda m: measures[m].title, 290)
        if measures[now.measure].at is not None:
            _choice(
                "share", term("pruned-share").label, list(PERCENTS), now.share, "{} %".format, 120
            )
        _choice("x", "x axis", list(axes), now.x, lambda name: field(name)["title"])
        if now.y is not None:
            _choice("y", "y axis", list(axes), now.y, lambda name: field(name)["title"])
        for name, value in now.fixed.items():
            _choice(name, field(name)["title"], list(axes[name]), value,
                    lambda v, name=name: value_label(name, v))  # fmt: skip


def _choice(
    name: str,
    label: str,
    options: list[Any],
    value: Any,
    said: Callable[[Any], str],
    width: int = 150,
) -> None:
    widget = f"view_{name}"
    st.session_state[widget] = value
    st.selectbox(
        label, options, format_func=said, key=widget, width=width,
        on_change=_chosen, args=(name, value),
    )  # fmt: skip


def _chosen(name: str, before: Any) -> None:
    """Keep the choice; two axes that would be the same change places."""
    value = st.session_state[f"view_{name}"]
    if name in ("x", "y"):
        other = "y" if name == "x" else "x"
        parts: dict[str, str | None] = {name: value, "cell": None}
        if st.session_state.get(f"view_{other}") == value:
            parts[other] = before
        elif f"view_{other}" in st.session_state:
            parts[other] = st.session_state[f"view_{other}"]
        choose(**parts)
    else:
        choose(**{name: shown(value)})


# -- what can be done -----------------------------------------------------------------------------


def _actions(store: Store, sweep: Sweep) -> None:
    no = refusal(store, [sweep])
    sweep_visible(store, sweep)
    if sweep.active:
        widgets.button("Stop", "stop", "sweep_stop", _stop, sweep.id, no=no)
    elif sweep.state == "stopped":
        widgets.button(
            "Resume", "play_arrow", "sweep_resume", _resume, sweep.id, False, no=no, type="primary"
        )
    elif sweep.failed:
        widgets.button(
            "Try failed ones again", "replay", "sweep_retry", _resume, sweep.id, True, no=no
        )
    anew = "Put its settings into the form, to change them and start again."
    widgets.button("Edit", "edit", "sweep_edit", _edit, sweep.spec, help=anew)
    with st.popover("Download", icon=":material/download:"):
        _downloads(store, sweep)
    widgets.button("Close", "close", "sweep_close", show_sweep, None)
    widgets.say_refusal("sweep")


def _stop(sweep_id: str) -> None:
    client.stop_sweep(shared_store(), sweep_id)


def _resume(sweep_id: str, retry_failed: bool) -> None:
    """Where it was computed before, if that is still there."""
    store = shared_store()
    on_cluster = cluster_there() and was_on_cluster(store, sweep_id)
    client.resume_sweep(store, sweep_id, retry_failed=retry_failed, on_cluster=on_cluster)


def _edit(spec: str) -> None:
    edit(SweepSpec.from_json(spec))


def _downloads(store: Store, sweep: Sweep) -> None:
    """One row per run, or the sweep's definition; each is made when it is asked for."""
    files: dict[str, tuple[str, Callable[[], bytes]]] = {
        "csv": ("Runs (CSV)", lambda: csv_text(*_runs(store, sweep)).encode()),
        "parquet": ("Runs (Parquet)", lambda: parquet_bytes(*_runs(store, sweep))),
        "toml": ("Definition (TOML)", lambda: _spec(sweep).to_toml().encode()),
    }
    for ending, (label, make) in files.items():
        name = f"sweep-{sweep.id}.{ending}"
        widgets.download(label, make, name, f"get_{ending}")


def _runs(store: Store, sweep: Sweep) -> tuple[Sequence[Member], Controls]:
    return store.sweeps.members(sweep.id), controls_of(sweep.spec)


def _spec(sweep: Sweep) -> SweepSpec:
    return SweepSpec.from_json(sweep.spec)


def _settings_line(spec: SweepSpec, sweep_id: str) -> str:
    """What varies, and the settings of every run that differ from the defaults."""
    over = [f"{len(values)} {_plural(name)}" for name, values in spec.axes.items()]
    usual = type(spec.base)().to_dict()
    same = [
        value_words(name, value)
        for name, value in spec.base.to_dict().items()
        if name not in spec.axes
        and (value != usual[name] or name == "data")
        and name != "seed"
        and name not in TOGETHER
    ]
    if spec.base.control_noises:
        same += [f"with {control_words(noise)}" for noise in spec.base.control_noises]
    return " · ".join([" × ".join(over) or "one run", *same, f"sweep {sweep_id}"])


def _plural(name: str) -> str:
    return {"data": "datasets", "noise": "noise types", "lr": "learning rates",
            "batch_size": "batch sizes"}.get(name, f"{name.replace('_', ' ')}s")  # fmt: skip
