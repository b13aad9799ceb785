"""The controls of an experiment, in the sidebar of the Train page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from hts.config import CHOICES, KINDS
from hts.data import info
from hts.families import FAMILIES
from hts.families.base import FIXED
from hts.glossary import term
from hts.noise.types import NOISE_TYPES
from hts.runs.presets import PRESETS
from hts.schedule import SCHEDULED
from hts.studio.foreign_text import in_markdown
from hts.training.optimizers import OPTIMIZERS
from hts.validate import BadInput, capitalised
from pages._parts.form.address import field, matching_preset
from pages._parts.form.datasets import datasets
from pages._parts.form.made_anew import is_outdated
from pages._parts.form.numbers import NUMBERS, refused_of, take
from pages._parts.form.schedules import begins, scheduled, schedules_area
from pages._parts.form.settings import (
    ALPHA_LOW,
    catch_up,
    controls_text,
    fill,
    key,
    put,
    renew,
    settings,
    show,
    told,
)
from pages._parts.form.submission import affordable, checked, preview
from pages._parts.form.upload import own_table_button
from pages._parts.shell.number_field import number_field

OWN = "own"
CONTROL_WORDS = {"none": "Noise-free", "gaussian": "Gaussian"}
_BY_NAME = {preset.name: preset for preset in PRESETS}


def experiment_controls(no: str | None = None) -> bool:
    """Every setting of a run, ending with Train; returns whether it was pressed and can go.

    ``no``: why this person may not start one.
    """
    catch_up()
    _preset()
    _data()
    _noise()
    left, right = st.columns(2)
    with left:
        _number("iterations", step=100)
        _number("seed", step=1)
    with right:
        _number("target_accuracy", step=1, placeholder="none")
        _number("replicates", step=1)
    _controls()
    go = st.container()
    with st.expander("Advanced", key="advanced"):
        _advanced()
    with go:
        return _train(no)


def _preset() -> None:
    show("preset", matching_preset(settings()) or OWN)
    chosen = st.selectbox(
        "Start from",
        [*_BY_NAME, OWN],
        format_func=lambda name: _BY_NAME[name].title if name in _BY_NAME else "Your own settings",
        key=key("preset"),
        on_change=_use_preset,
        args=(key("preset"),),
    )
    with st.container():  # always there: what comes and goes must not move the widgets below
        if chosen in _BY_NAME:
            st.caption(_BY_NAME[chosen].look)


def _use_preset(widget: str) -> None:
    preset = None if is_outdated(widget) else _BY_NAME.get(st.session_state[widget])
    if preset is not None:
        fill(affordable(preset.whole).to_dict())


def _data() -> None:
    known = datasets([settings()["data"]])
    if settings()["data"] not in known:  # a table that was deleted meanwhile
        put(data=next(iter(known)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _select("data", list(known), known.__getitem__)
        own_table_button()
    with st.container():
        if said := info(settings()["data"]).said:
            st.caption(in_markdown(said))


def _noise() -> None:
    noise = _starting("noise")
    st.segmented_control(
        field("noise")["title"],
        list(NOISE_TYPES),
        format_func=lambda name: NOISE_TYPES[name].label,
        help=_help("noise"),
        required=True,
        width="stretch",
        disabled=scheduled("noise"),
        **noise,
    )
    kind = NOISE_TYPES[_read("noise")]
    name = key("slider")
    if not told("slider"):
        exact = begins("alpha") or 2.0  # None where the box was emptied
        st.session_state[name] = min(2.0, max(ALPHA_LOW, round(exact * 20) / 20))
    st.slider(
        term("alpha").label,
        ALPHA_LOW,
        2.0,
        step=0.05,
        format="%.2f",
        key=name,
        help=f"{term('alpha').help} Advanced takes any of them.",
        disabled=not kind.heavy or scheduled("alpha"),
        on_change=_alpha_from_slider,
        args=(name,),
    )
    exact = begins("alpha")
    with st.container():
        if changing := [field(name)["title"] for name in SCHEDULED if scheduled(name)]:
            verb = "changes" if len(changing) == 1 else "change"
            st.caption(f"{', '.join(changing)} {verb} while it trains: see Schedules in Advanced.")
        elif kind.heavy and exact is not None and abs(st.session_state[name] - exact) > 1e-9:
            st.caption(f"Set exactly: alpha = {exact:g}")
    left, right = st.columns(2)
    with left:
        _number("sigma", step=0.05, disabled=kind.silent)
    with right:
        _number("width", step=100)


def _alpha_from_slider(widget: str) -> None:
    if not is_outdated(widget):
        put(alpha=round(st.session_state[widget], 2))


def _model_chosen() -> None:
    """What the family has no choice of is set to what it has."""
    if told("model") and (family := FAMILIES.get(st.session_state[key("model")])):
        fixed = {name: value for name, value in FIXED.items() if name not in family.uses}
        put(**{**fixed, **family.starts})


def _alpha_typed() -> None:
    if told("alpha"):
        renew("slider")


def _controls() -> None:
    """Which networks train beside the noisy ones."""
    name, own = key("beside"), begins("noise")
    options = [kind for kind in NOISE_TYPES if kind != own]
    wanted = st.session_state[name] if told("beside") else settings()["controls"].split(",")
    st.session_state[name] = [kind for kind in options if kind in wanted]
    chosen = st.pills(
        field("controls")["title"],
        options,
        selection_mode="multi",
        format_func=lambda kind: CONTROL_WORDS.get(kind, NOISE_TYPES[kind].label),
        key=name,
        help="Networks trained beside the noisy ones with the same seeds: the same start, data "
        "order and random bits. What noise does is the difference to them.",
    )
    settings()["controls"] = controls_text(chosen)


def _advanced() -> None:
    _number("alpha", step=0.01, on_change=_alpha_typed)
    _choose("model", on_change=_model_chosen)
    uses = FAMILIES[settings()["model"]].uses
    drawn_once = NOISE_TYPES[begins("noise")].independent == "units"
    _choose("conv_noise", disabled="conv_noise" not in uses or not drawn_once)
    left, right = st.columns(2)
    with left:
        _number("lr", step=0.01)
        _number("eval_every", step=1)
    with right:
        _number("batch_size", step=10)
        _number("depth", step=1, disabled="depth" not in uses)
    schedules_area()
    _optimizer()
    for name in ("activation", "scaling", "device", "precision", "reference_scaling"):
        _choose(name, disabled=name in FIXED and name not in uses)
    for name in ("equal_steps", "go_on", "train_output", "gradient"):
        _toggle(name)


def _optimizer() -> None:
    _choose("optimizer", on_change=_optimizer_changed)
    kind = OPTIMIZERS[settings()["optimizer"]]
    left, right = st.columns(2)
    with left:
        _number(
            "momentum", step=0.1, disabled=not kind.takes_momentum, on_change=_optimizer_changed
        )
    with right:
        _number("weight_decay", step=0.01)
    _toggle("nesterov", disabled=not settings()["momentum"])


def _optimizer_changed() -> None:
    """What the optimizer does not take, or has nothing to look ahead along, is turned off."""
    kind = OPTIMIZERS.get(st.session_state[key("optimizer")]) if told("optimizer") else None
    if kind is None:
        return
    off: dict[str, Any] = {} if kind.takes_momentum else {"momentum": 0.0}
    now = dict(settings())
    if told("momentum"):
        take(now, "momentum", key("momentum"))
    if off or not now["momentum"]:
        off["nesterov"] = False
    put(**off)


def _train(no: str | None) -> bool:
    wrong = refused_of(key)
    pressed = st.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        shortcut="Ctrl+Enter",
        width="stretch",
        key="train",
        disabled=bool(no or wrong),
        help=no,
    )
    if wrong:
        st.error(in_markdown(wrong), icon=":material/block:")
        return False
    try:
        config = checked(settings())
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return False
    st.caption(in_markdown(preview(config)))
    return pressed


# -- one setting, one widget ----------------------------------------------------------------------


def _number(name: str, **more: Any) -> None:
    if scheduled(name):
        more["disabled"] = True
    number_field(
        field(name)["title"], key(name), begins(name), help=_help(name),
        **NUMBERS[name], **more,
    )  # fmt: skip
    if not scheduled(name):
        take(settings(), name, key(name))


def _toggle(name: str, **more: Any) -> None:
    start = _starting(name)
    st.toggle(field(name)["title"], help=_help(name), **more, **start)
    _read(name)


def _choose(name: str, **more: Any) -> None:
    """A setting of a few words; those that name kinds are shown by their labels."""

    def words(option: str) -> str:
        return str(KINDS[name][option].label) if name in KINDS else option.replace("_", " ")

    _select(name, list(CHOICES[name]), words, **more)


def _select(name: str, options: Sequence[str], words: Callable[[str], str], **more: Any) -> None:
    start = _starting(name)
    st.selectbox(
        field(name)["title"], options, format_func=words, help=_help(name), **more, **start
    )
    _read(name)


def _starting(name: str) -> dict[str, str]:
    """Give the widget its value, where it has none yet; returns its key."""
    if key(name) not in st.session_state:
        st.session_state[key(name)] = begins(name)
    return {"key": key(name)}


def _read(name: str) -> Any:
    if not scheduled(name):
        settings()[name] = st.session_state[key(name)]
    return st.session_state[key(name)]


def _help(name: str) -> str:
    told = field(name)
    return f"{capitalised(told['says'])}. {told['formula']}".rstrip()
