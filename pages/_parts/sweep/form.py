"""The definition of a sweep: what is typed, kept while other pages are visited, and what it means.

Nothing typed is ever changed or lost because it is wrong: `spec` says what is wrong with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from hts.config import RunConfig
from hts.config.arms import TOGETHER
from hts.config.checks import MOST_REPLICATES
from hts.studio.sweeps.presets import SWEEP_PRESETS, SweepPreset
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput
from pages._parts.board.views import data_title
from pages._parts.form.address import OF_SWEEPS, field, shown
from pages._parts.form.made_anew import make_all_anew, widget_key
from pages._parts.form.numbers import refused_of, take
from pages._parts.shell.number_field import as_text, number_field

FORM, TOML = "Form", "TOML"
WIDGET = "define_"  # how the names of widgets begin
HERE, CLUSTER = "This machine", "Cluster"
WIDGETS = {"seed": "first", "replicates": "replicates"}  # of numbers that are not in the base
SUGGESTED = {"alpha": "1.5, 1.75, 2", "width": "200, 1000, 5000"}


def form() -> dict[str, Any]:
    """What is typed: name, mode, base, vary, values, replicates, first, controls, keep_weights,
    toml, where.  ``base`` is of one network alone (`alone`)."""
    if "sweep_form" not in st.session_state:
        usual = {"mode": FORM, "toml": "", "keep_weights": False, "where": HERE}
        st.session_state.sweep_form = usual
        fill(SWEEP_PRESETS[0].spec)
    return st.session_state.sweep_form


def catch_up() -> None:
    """Take what was typed since the last run, wherever on the page its widget comes."""
    for name in form()["base"]:
        if key(f"base_{name}") in st.session_state:
            take(form()["base"], name, key(f"base_{name}"))


def fill(spec: SweepSpec) -> None:
    """Show ``spec``, if the form has a place for it (`fits`)."""
    values = {name: values_text(given) for name, given in spec.grid.items() if name != "seed"}
    seeds = spec.grid.get("seed", spec.seeds)
    form().update(
        name="",
        base=alone(spec.base.to_dict()),
        replicates=len(seeds),
        first=seeds[0],
        controls=list(spec.base.control_noises),
        vary=list(values),
        values=values,
        keep_weights=spec.keep_weights,
    )
    forget_widgets()


def fits(spec: SweepSpec) -> bool:
    """Whether the form can show it: no listed runs, and seeds that follow one another."""
    seeds = spec.grid.get("seed", spec.seeds)
    followed = seeds == tuple(range(seeds[0], seeds[0] + len(seeds)))
    return not spec.runs and followed and len(seeds) <= MOST_REPLICATES


def alone(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of one network, without who trains beside it."""
    return {**settings, **TOGETHER}


def edit(spec: SweepSpec) -> None:
    """Show ``spec`` to be changed: in the form, or as text where it does not fit there."""
    if fits(spec):
        fill(spec)
    form()["mode"] = FORM if fits(spec) else TOML
    form()["toml"] = "" if fits(spec) else spec.to_toml()
    forget_widgets()


def fill_base(settings: Mapping[str, Any]) -> None:
    """Take other settings for what does not vary."""
    form()["base"] = alone(settings)
    forget_widgets()


def forget_widgets() -> None:
    """Let every widget start again from what is typed."""
    make_all_anew(WIDGET)


def key(name: str) -> str:
    return widget_key(f"{WIDGET}{name}")


def values_text(values: Sequence[Any]) -> str:
    """``1.5, 2``; whole numbers one after the other as ``1..5``."""
    first = values[0]
    if type(first) is int and len(values) > 2 and list(values) == [*range(first, values[-1] + 1)]:
        return f"{first}..{values[-1]}"
    return ", ".join(map(shown, values))


def suggestion(name: str) -> str:
    """Values to begin with for a setting that is to vary."""
    base = form()["base"].get(name, OF_SWEEPS[name])
    if name in SUGGESTED:
        return SUGGESTED[name]
    if isinstance(base, bool):
        return "true, false"
    if isinstance(base, float) and base > 0:
        return ", ".join(shown(base * factor) for factor in (0.5, 1.0, 2.0))
    return shown(base)


def spec() -> SweepSpec:
    """The sweep that is typed; raises `BadInput` in words."""
    if form()["mode"] == TOML:
        if not form()["toml"].strip():
            raise BadInput("There is no text yet: paste a sweep's TOML, or choose a file.")
        return SweepSpec.from_toml(form()["toml"])
    if wrong := refused_number():
        raise BadInput(wrong)
    return form_spec()


def refused_number() -> str:
    """What is wrong with a number of the form; empty where all were taken."""
    return refused_of(lambda name: key(WIDGETS.get(name, f"base_{name}")))


def form_spec() -> SweepSpec:
    """The sweep of the form; raises `BadInput` in words."""
    given = form()
    grid = {name: given["values"].get(name, suggestion(name)) for name in given["vary"]}
    together = {
        "seed": given["first"],
        "replicates": given["replicates"],
        "controls": ",".join(given["controls"]) or "off",
    }
    spec = SweepSpec(
        name=given["name"].strip() or default_name(),
        base=RunConfig.from_dict({**given["base"], **together}),
        grid=grid,
        keep_weights=given["keep_weights"],
    )
    known = preset_of(spec)
    if known is None or given["name"].strip():
        return spec
    return dataclasses.replace(spec, name=known.title)


def preset_of(spec: SweepSpec) -> SweepPreset | None:
    """The preset that this sweep is, whatever its name."""
    for preset in SWEEP_PRESETS:
        if (preset.spec.base, preset.spec.grid) == (spec.base, spec.grid):
            return preset
    return None


def default_name() -> str:
    """``Digits 8 x 8: alpha by width``."""
    over = " by ".join(name.replace("_", " ") for name in form()["vary"]) or "seeds"
    return f"{data_title(form()['base']['data'])}: {over}"


def enter_toml() -> None:
    """Begin the text with what the form says, where it says something that can be written."""
    if form()["toml"].strip():
        return
    try:
        form()["toml"] = form_spec().to_toml()
    except BadInput:
        form()["toml"] = ""


def begin(name: str, value: Any) -> None:
    """Set a widget, unless it says something."""
    if key(name) not in st.session_state:
        st.session_state[key(name)] = value


def whole_number(name: str, label: str, **more: Any) -> None:
    """A field for a whole number that starts from what is typed and is typed into."""
    begin(name, as_text(form()[name]))
    value = number_field(label, key(name), whole=True, **more)
    if not isinstance(value, str):
        form()[name] = value


def typed(name: str, widget: Callable[..., Any], label: str, *options: Any, **more: Any) -> None:
    """A widget that starts from what is typed and is typed into."""
    begin(name, form()[name])
    widget(label, *options, key=key(name), **more)
    form()[name] = st.session_state[key(name)]


def title(name: str) -> str:
    return field(name)["title"]
