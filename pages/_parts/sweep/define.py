"""Defining a sweep in the sidebar: where to start from, what varies, what it costs, Start."""

from __future__ import annotations

import contextlib
import dataclasses

import streamlit as st

from hts.config import RunConfig
from hts.config.arms import TOGETHER
from hts.noise.types import NOISE_TYPES
from hts.runs.presets import PRESETS
from hts.studio.foreign_text import in_markdown
from hts.studio.store.store import Store
from hts.studio.sweeps.measures import control_words
from hts.studio.sweeps.presets import SWEEP_PRESETS
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput, capitalised
from pages._parts.form.address import field
from pages._parts.form.made_anew import follow, is_outdated
from pages._parts.form.settings import settings
from pages._parts.shell.ownership import no_start
from pages._parts.sweep.base import base_settings, option_words, options, says
from pages._parts.sweep.cluster import cluster_there
from pages._parts.sweep.cost import cost_words
from pages._parts.sweep.form import (
    CLUSTER,
    FORM,
    HERE,
    TOML,
    WIDGET,
    alone,
    begin,
    catch_up,
    fill,
    fill_base,
    form,
    form_spec,
    key,
    preset_of,
    refused_number,
    spec,
    suggestion,
    title,
    typed,
    whole_number,
)
from pages._parts.sweep.text import enter_mode, toml_text_area

OWN, TRAIN = "own", "train"
_SWEEPS = {f"sweep:{preset.name}": preset for preset in SWEEP_PRESETS}
_RUNS = {f"run:{preset.name}": preset for preset in PRESETS}
_FIXED = ("seed", "device", *TOGETHER)
_VARIABLE = [f.name for f in dataclasses.fields(RunConfig) if f.name not in _FIXED]


def define_sweep(store: Store) -> SweepSpec | None:
    """The whole form; returns the sweep if Start was pressed and it can go."""
    catch_up()
    typed("mode", st.segmented_control, "Define by", [FORM, TOML], required=True,
           width="stretch", on_change=enter_mode, args=(key("mode"),))  # fmt: skip
    if form()["mode"] == TOML:
        toml_text_area()
    else:
        _start_from()
        _varying()
    go = st.container()
    if form()["mode"] == FORM:
        with st.expander("Settings of every run", key="sweep_base"):
            base_settings()
        typed("name", st.text_input, "Name", placeholder="made from the settings")
        typed("keep_weights", st.toggle, "Keep final weights",
               help="4 bytes per weight and run; figures and numbers are kept anyway.")  # fmt: skip
    with go:
        return _start(store)


def on_cluster() -> bool:
    """Whether what is started now is to be computed by the cluster."""
    return cluster_there() and form()["where"] == CLUSTER


def _start(store: Store) -> SweepSpec | None:
    if cluster_there():
        typed("where", st.segmented_control, "Compute on", [HERE, CLUSTER], required=True,
               width="stretch", help="The cluster that this app was set up with.")  # fmt: skip
    pressed = st.button(
        "Start sweep", type="primary", icon=":material/play_arrow:", shortcut="Ctrl+Enter",
        width="stretch", key="start_sweep", disabled=bool(no_start(store) or refused_number()),
        help=no_start(store),
    )  # fmt: skip
    try:
        asked = spec()
        st.caption(in_markdown(cost_words(asked, store)))
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return None
    return asked if pressed else None


# -- where to start from --------------------------------------------------------------------------


def _start_from() -> None:
    follow(f"{WIDGET}from", _now())
    st.selectbox(
        "Start from",
        [*_SWEEPS, TRAIN, *_RUNS, OWN],
        format_func=_start_words,
        key=key("from"),
        on_change=_take_start,
        args=(key("from"),),
        help="A sweep fills in the whole form; a run or the Train page only what does not vary.",
    )
    with st.container():  # always there: what comes and goes must not move the widgets below
        if (chosen := st.session_state[key("from")]) in _SWEEPS:
            st.caption(_SWEEPS[chosen].sentence)


def _now() -> str:
    """What the form holds, by name."""
    base = form()["base"]
    with contextlib.suppress(BadInput):
        if (preset := preset_of(form_spec())) is not None:
            return f"sweep:{preset.name}"
    if base == alone(settings()):
        return TRAIN
    return next((name for name, p in _RUNS.items() if alone(p.config.to_dict()) == base), OWN)


def _start_words(name: str) -> str:
    if name in _SWEEPS:
        return f"Sweep: {_SWEEPS[name].title}"
    if name in _RUNS:
        return f"Run: {_RUNS[name].title}"
    return {TRAIN: "As on the Train page", OWN: "Your own settings"}[name]


def _take_start(widget: str) -> None:
    if is_outdated(widget):
        return
    chosen = st.session_state[widget]
    if chosen in _SWEEPS:
        fill(_SWEEPS[chosen].spec)
    elif chosen in _RUNS:
        fill_base(_RUNS[chosen].config.to_dict())
    elif chosen == TRAIN:
        fill_base(settings())


# -- what varies ----------------------------------------------------------------------------------


def _varying() -> None:
    typed("vary", st.multiselect, "Vary", _VARIABLE, format_func=title,
           placeholder="settings that take several values")  # fmt: skip
    for name in form()["vary"]:
        _values(name)
    left, right = st.columns(2)
    with left:
        whole_number("replicates", field("replicates")["title"],
              help="Every combination is run once per seed; medians and intervals are "
              "over them. With six seeds or more a median has a 95 % interval.")  # fmt: skip
    with right:
        whole_number("first", "First seed",
              help="Seeds count upwards from here.")  # fmt: skip
    typed("controls", st.multiselect, field("controls")["title"], list(NOISE_TYPES),
          format_func=lambda noise: capitalised(control_words(noise)), placeholder="none",
          help="Trained for every combination with the same seeds: the same start, data order and "
          "random bits. The map then shows differences to them.")  # fmt: skip


def _values(name: str) -> None:
    """Text, or a choice where the values are words."""
    values = form()["values"]
    values.setdefault(name, suggestion(name))
    widget, choices = key(f"values_{name}"), options(name)
    if choices is None:
        begin(f"values_{name}", values[name])
        st.text_input(title(name), key=widget, help=f"{says(name)} Like `1.5, 1.75, 2` or `1..5`.")
        values[name] = st.session_state[widget]
        return
    known = [part.strip() for part in values[name].split(",")]
    begin(f"values_{name}", [option for option in choices if option in known])
    st.multiselect(title(name), choices, format_func=option_words(name), key=widget,
                   help=says(name))  # fmt: skip
    values[name] = ", ".join(st.session_state[widget])
