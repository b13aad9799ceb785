"""What can be done with selected runs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from hts.studio.compress.report import report
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.store.run_row import Run, networks_of
from hts.studio.store.store import Store
from hts.studio.transfer.export import (
    config_json,
    metrics_csv,
    networks_csv,
    networks_zip,
    weights_file,
    weights_safetensors,
)
from hts.validate import BadInput, capitalised
from pages._parts.board.views import data_title, noise_words
from pages._parts.runs.annotate import annotations
from pages._parts.runs.take import files
from pages._parts.shell import widgets
from pages._parts.shell.ownership import no_start, refusal
from pages._parts.shell.server import shared_store

LARGEST_COMPARISON = 20


def selection_actions(store: Store, runs: Sequence[Run]) -> None:
    """Buttons for the selected runs; each says why it cannot be used."""
    ids = [run.id for run in runs]
    one = len(runs) == 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="actions"):
        if st.button("Open", icon=":material/open_in_full:", disabled=not one, key="sel_open"):
            st.switch_page("pages/train.py", query_params={"run": ids[0]})
        many = len(runs) > LARGEST_COMPARISON
        _button("Compare", "stacked_line_chart", compare, ids, disabled=len(runs) < 2 or many)
        no, no_leave = refusal(store, runs), refusal(store, runs, others=True)
        active = [run.id for run in runs if run.active]
        resumable = [run.id for run in runs if run.resumable or run.state == "paused"]
        _button("Repeat", "replay", partial(_each, client.repeat), ids, no_start(store))
        _button("Stop", "stop", partial(_each, client.stop), active, no_leave)
        _button("Resume", "play_arrow", partial(_each, client.resume), resumable, no)
        _button("Delete", "delete", _ask_to_delete, ids, no_leave)
        with st.popover("Download", icon=":material/download:", disabled=not runs):
            if one:
                downloads(store, runs[0])
            elif runs:
                files(store, [run.number for run in runs], "selected")
        annotations(store, runs, no)
    if many:
        st.caption(f"{len(runs)} runs are selected; at most {LARGEST_COMPARISON} can be compared.")
    elif not runs:
        st.caption("Select one run to open or download it, two to twenty to compare them.")
    widgets.say_refusal("sel")


def compare(ids: Sequence[str]) -> None:
    """Show the comparison of these runs; its address can be passed on."""
    st.query_params["compare"] = ",".join(ids)


def downloads(store: Store, run: Run) -> None:
    """Settings, numbers and weights as files; each is made when it is asked for."""

    def button(label: str, ending: str, make: Callable[[], bytes]) -> None:
        widgets.download(label, make, f"{run.id}-{ending}", f"get_{label}")

    button("Report (HTML)", "report.html", lambda: report(store, run.id).encode())
    button("Settings (JSON)", "config.json", lambda: config_json(store, run.id).encode())
    button("Metrics (CSV)", "metrics.csv", lambda: metrics_csv(store, run.id).encode())
    if names := networks_of(run):
        if run.result is not None:
            button("Networks (CSV)", "networks.csv", lambda: networks_csv(store, run.id).encode())
            label = f"Weights of {len(names)} networks (zip)"
            button(label, "weights.zip", lambda: networks_zip(store, run.id))
        return
    try:
        weights_file(store, run.id)
    except BadInput as error:
        st.caption(in_markdown(capitalised(error)))
        return
    button(
        "Weights (safetensors)", "weights.safetensors", lambda: weights_safetensors(store, run.id)
    )


def confirm_deletion(store: Store) -> None:
    """Ask once more, if somebody pressed Delete."""
    ids = st.session_state.pop("to_delete", None)
    if ids:
        _confirm(store, ids)


@st.dialog("Delete runs", icon=":material/delete:")
def _confirm(store: Store, ids: Sequence[str]) -> None:
    known = []
    for run_id in ids:
        with contextlib.suppress(BadInput):  # deleted meanwhile
            known.append(store.runs.get(run_id))
    names = [
        f"- {in_markdown(data_title(r.config.data))}, {noise_words(r)} ({r.id})" for r in known[:8]
    ]
    if len(known) > len(names):
        names.append(f"- and {len(known) - len(names)} more")
    st.markdown("\n".join(names))
    st.caption("Their figures, numbers and weights are removed from this computer for good.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep", key="keep"):
            st.rerun()
        if st.button(f"Delete {len(known)}", type="primary", key="delete_now"):
            refused = []
            for run in known:
                try:
                    client.delete(store, run.id)
                except BadInput as error:
                    refused.append(str(error))
            if not refused:
                st.rerun()
            for text in refused:  # the dialog stays, so that it is read
                st.error(in_markdown(capitalised(text)))


def _ask_to_delete(ids: Sequence[str]) -> None:
    st.session_state.to_delete = list(ids)


def _button(
    label: str,
    icon: str,
    action: Callable[[Sequence[str]], object],
    ids: Sequence[str],
    no: str | None = None,
    *,
    disabled: bool = False,
) -> None:
    dead = disabled or not ids
    widgets.button(label, icon, f"sel_{label.lower()}", action, ids, no=no, disabled=dead)


def _each(action: Callable[[Store, str], object], ids: Sequence[str]) -> None:
    for run_id in ids:
        widgets.attempt("sel", action, shared_store(), run_id)
