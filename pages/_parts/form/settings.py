"""The settings of the Train page: what a viewer has chosen, kept while they visit other pages.

Streamlit forgets a widget's value once another page is shown, so the values live under names of
their own and every widget starts from there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from hts.config import RunConfig
from hts.config.schedule import is_schedule
from hts.studio.foreign_text import in_markdown
from hts.studio.store.run_row import UnknownRun
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.form.address import DEFAULTS, FIRST, read_address, write_address
from pages._parts.form.made_anew import follow, make_anew, says, widget_key
from pages._parts.form.numbers import take
from pages._parts.form.submission import affordable
from pages._parts.shell import own_address

ALPHA_LOW = 0.5  # where the slider begins; smaller values are typed
PAGE = "train"


def settings() -> dict[str, Any]:
    """The settings as they stand, one entry per field of `RunConfig`; to be changed in place."""
    return st.session_state.setdefault("settings", dict(FIRST))


def catch_up() -> None:
    """Take over what the widgets were set to; call it before anything is said of the settings."""
    for name in DEFAULTS:
        if told(name) and not is_schedule(settings()[name]):
            take(settings(), name, key(name))
    if told("beside"):
        settings()["controls"] = controls_text(st.session_state[key("beside")])


def controls_text(chosen: Sequence[str]) -> str:
    """Noise types chosen in the form as the setting ``controls`` has them."""
    return ",".join(chosen) or "off"


def fill(values: Mapping[str, Any]) -> None:
    """Show other settings; call it before the widgets are made, or from a callback."""
    st.session_state.settings = dict(values)
    renew(*DEFAULTS, "slider", "beside", "schedules")


def put(**values: Any) -> None:
    """Change some settings, and what their widgets show."""
    settings().update(values)
    renew(*values)


def renew(*names: str) -> None:
    """Make these widgets anew, from the settings."""
    for name in names:
        make_anew(_widget(name))


def told(name: str) -> bool:
    """Whether the widget of a setting says something."""
    return says(_widget(name))


def show(name: str, value: object) -> None:
    """Let the widget of a setting show this, whatever it says."""
    follow(_widget(name), value)


def key(name: str) -> str:
    return widget_key(_widget(name))


def _widget(name: str) -> str:
    return f"set_{name}"


def shown_runs() -> tuple[str | None, str | None]:
    """The run on show and the one laid over it, or None."""
    return st.session_state.get("shown_run"), st.session_state.get("shown_beside")


def show_runs(run: str | None, beside: str | None = None) -> None:
    """Show another run; Freeze and the look back end."""
    st.session_state.shown_run, st.session_state.shown_beside = run, beside
    for name in ("freeze", "look_back", "frozen"):
        st.session_state.pop(name, None)


def read_page_address(store: Store) -> None:
    """Follow the page's address if somebody else changed it.

    One that names a run and no settings fills the form with the run's.
    """
    params = dict(st.query_params)
    if own_address.is_own(PAGE, params):
        return
    address = read_address(params)
    first = affordable(RunConfig.from_dict(FIRST)).to_dict()
    fill(address.settings if address.named else first)
    show_runs(address.run, address.beside)
    if address.run is not None:
        for name, value in address.look:
            st.session_state[name] = value
    st.session_state.ignored = address.ignored
    st.session_state.ignored_with = None
    if address.run is not None and not address.named:
        with contextlib.suppress(BadInput):  # said where the run would be
            fill(of_run(store, address.run))


def of_run(store: Store, run_id: str) -> dict[str, Any]:
    """The settings of a run; of one with another run beside it, from before, as its control."""
    run = store.runs.get(run_id)
    values = run.effective.to_dict()
    if run.twin is not None:
        with contextlib.suppress(UnknownRun):
            values["controls"] = store.runs.get(run.twin).config.noise
    return values


def write_page_address() -> None:
    """Make the address of the page say what it shows."""
    look = {str(name): value for name, value in st.session_state.items()}
    own_address.write(PAGE, write_address(settings(), *shown_runs(), look))


def say_what_was_ignored() -> None:
    """A warning for what of the address was ignored, until a setting is changed."""
    now = (dict(settings()), shown_runs()[0])
    if st.session_state.get("ignored_with") is None:
        st.session_state.ignored_with = now
    elif st.session_state.ignored_with != now:
        st.session_state.ignored = ()
    if ignored := st.session_state.get("ignored", ()):
        listed = "\n".join(f"- {in_markdown(text)}" for text in ignored)
        st.warning(f"Part of the address was ignored:\n{listed}", icon=":material/link_off:")
