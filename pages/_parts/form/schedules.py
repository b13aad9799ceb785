"""Settings that change while a run trains, in the form: lines such as ``alpha 2@0/1.5@500``.

In the form's settings a schedule stands as its text.  The widget of that setting then shows where
it begins, and cannot be moved.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from hts.config import check_setting
from hts.config.checks import CHECKS
from hts.schedule import SCHEDULED, is_schedule, parse_schedule
from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput, choice
from pages._parts.form.address import DEFAULTS
from pages._parts.form.settings import key, renew, settings, told

HELP = (
    "One setting a line: alpha, sigma, lr or noise, then its values as VALUE@STEP. "
    "`alpha 2@0/1.5@500` is 2 at first and 1.5 from step 500 on; `:linear` or `:cosine` behind a "
    "step gets there gradually."
)


def scheduled(name: str) -> bool:
    """Whether the setting changes while it trains."""
    return is_schedule(settings().get(name))


def begins(name: str) -> Any:
    """The value with which the setting begins; the default where its schedule is none."""
    if not scheduled(name):
        return settings()[name]
    try:
        return parse_schedule(name, settings()[name], CHECKS[name]).start
    except BadInput:
        return check_setting(name, DEFAULTS[name])


def schedules_area() -> None:
    """All schedules as text."""
    name = key("schedules")
    if not told("schedules"):
        lines = [f"{one} {settings()[one]}" for one in SCHEDULED if scheduled(one)]
        st.session_state[name] = "\n".join(lines)
        st.session_state.pop("schedules_said", None)
    st.text_area(
        "Schedules",
        key=name,
        height=80,
        placeholder="alpha 2@0/1.5@500",
        help=HELP,
        on_change=_written,
    )
    if said := st.session_state.get("schedules_said"):
        st.error(in_markdown(said), icon=":material/block:")


def _written() -> None:
    """Take the lines over; what was scheduled and no longer is stays as it began."""
    if not told("schedules"):
        return
    lines = st.session_state[key("schedules")].splitlines()
    try:
        found = dict(_line(line) for line in lines if line.strip())
    except BadInput as error:
        st.session_state.schedules_said = str(error)
        return
    st.session_state.pop("schedules_said", None)
    for name in SCHEDULED:
        if name in found or scheduled(name):
            settings()[name] = found.get(name, begins(name))
            renew(name, "slider")


def _line(line: str) -> tuple[str, Any]:
    name, _, text = line.replace("=", " ", 1).strip().partition(" ")
    choice("a setting with a schedule", name, SCHEDULED, why="others are fixed once it trains")
    return name, check_setting(name, text.strip())
