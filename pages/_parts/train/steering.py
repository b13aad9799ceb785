"""Settings of a run that can be moved while it trains, and what was moved so far."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hts.glossary import term
from hts.noise.types import NOISE_TYPES
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.lab.access import owner_name
from hts.studio.lab.settings import current
from hts.studio.store.run_row import ENDED, Change, Run
from hts.studio.store.store import Store
from pages._parts.form.address import field
from pages._parts.form.settings import ALPHA_LOW, show_runs, shown_runs
from pages._parts.shell import widgets
from pages._parts.shell.number_field import as_text, number_field, typed_number
from pages._parts.shell.ownership import refusal
from pages._parts.shell.server import shared_store

NUMBER_FIELDS = ("sigma", "lr")
MOST = 6  # changes in a line; the figures mark all


def steer(store: Store, run: Run) -> None:
    """The button behind which the controls are, while the run goes on."""
    if run.state in ENDED:
        return
    no = refusal(store, [run], others=True)
    says = "Change settings while it trains, from the next step on."
    with st.popover("Steer", icon=":material/tune:", disabled=no is not None, help=no or says):
        st.fragment(key="steer")(_controls)(store, run.id)


def changes(store: Store, run: Run) -> None:
    """A line with what was changed so far, the latest last, and what waits."""
    run = store.runs.get(run.id)  # it may just have been steered here
    said = [_said(store, change) for change in run.steered]
    if len(said) > MOST:
        said = [f"{len(said) - MOST} changes before", *said[-MOST:]]
    said += [f"{words.setting(wish.setting, wish.value)} from the next step" for wish in run.wishes]
    if said:
        st.caption(" · ".join(said))


def _controls(store: Store, run_id: str) -> None:
    if shown_runs()[0] != run_id:  # it goes on as a copy
        st.rerun()
    run = store.runs.get(run_id)
    now = _wanted(run)
    kind = NOISE_TYPES[now["noise"]]
    if store.owners.askers(run_id):
        st.caption("Others asked for this run too: yours goes on as a copy, theirs unchanged.")
    st.slider(
        term("alpha").label, ALPHA_LOW, 2.0, step=0.05, format="%.2f",
        disabled=not kind.heavy,
        **_sending(run_id, "alpha", max(ALPHA_LOW, now["alpha"])),
    )  # fmt: skip
    left, right = st.columns(2)
    with left:
        number_field(field("sigma")["title"], step=0.01, disabled=kind.silent,
                     **_sending(run_id, "sigma", now["sigma"]))  # fmt: skip
    with right:
        number_field(field("lr")["title"], step=0.005, **_sending(run_id, "lr", now["lr"]))
    st.segmented_control(
        field("noise")["title"], list(NOISE_TYPES), required=True, width="stretch",
        format_func=lambda name: NOISE_TYPES[name].label,
        **_sending(run_id, "noise", now["noise"]),
    )  # fmt: skip
    if run.config.control_noises:
        st.caption("Learning rate and sigma change the controls too, alpha and type do not.")
    widgets.say_refusal("steer")


def _wanted(run: Run) -> dict[str, Any]:
    """The values in force for the next step, and those that wait to be."""
    held = run.effective.at(run.step + 1)
    now = {name: getattr(held, name) for name in ("alpha", "sigma", "lr", "noise")}
    return now | {wish.setting: wish.value for wish in run.wishes}


def _sending(run_id: str, name: str, now: Any) -> dict[str, Any]:
    """Key and callback of a widget that shows ``now`` and sends what it is set to."""
    key = f"steer_{name}"
    st.session_state[key] = as_text(now) if name in NUMBER_FIELDS else now
    return {"key": key, "on_change": widgets.attempt, "args": ("steer", _send, run_id, name, key)}


def _send(run_id: str, name: str, key: str) -> None:
    wanted = typed_number(key) if name in NUMBER_FIELDS else st.session_state[key]
    own = client.steer(shared_store(), run_id, **{name: wanted})
    if own != run_id:
        show_runs(own)


def _said(store: Store, change: Change) -> str:
    """``alpha 1.5 from step 412, by Ada``."""
    by = f", by {in_markdown(owner_name(store, change.who))}" if current().hosted else ""
    setting = words.setting(change.setting, change.value)
    return f"{setting} from step {words.count(change.step)}{by}"
