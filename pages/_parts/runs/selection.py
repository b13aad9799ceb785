"""What can be done with selected runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from hts.studio.jobs import client
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.transfer.export import config_json, metrics_csv, weights_file
from hts.validate import BadInput, capitalised
from pages._parts.board.views import data_title, noise_words
from pages._parts.shell.ownership import no_start, refusal

LARGEST_COMPARISON = 5


def selection_actions(store: Store, runs: Sequence[Run]) -> None:
    """Buttons for the selected runs; each says why it cannot be used."""
    ids = [run.id for run in runs]
    one = len(runs) == 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="actions"):
        if st.button("Open", icon=":material/open_in_full:", disabled=not one, key="sel_open"):
            st.switch_page("pages/train.py", query_params={"run": ids[0]})
        many = len(runs) > LARGEST_COMPARISON
        st.button(
            "Compare",
            icon=":material/stacked_line_chart:",
            disabled=len(runs) < 2 or many,
            key="sel_compare",
            on_click=compare,
            args=(ids,),
        )
        no, no_leave = refusal(store, runs), refusal(store, runs, others=True)
        _each("Repeat", "replay", client.repeat, ids, no_start(store))
        _each("Stop", "stop", client.stop, [run.id for run in runs if run.active], no_leave)
        resumable = [run.id for run in runs if _can_resume(run)]
        _each("Resume", "play_arrow", client.resume, resumable, no)
        st.button(
            "Delete",
            icon=":material/delete:",
            disabled=not runs or no_leave is not None,
            help=no_leave,
            key="sel_delete",
            on_click=_ask_to_delete,
            args=(ids,),
        )
        with st.popover("Download", icon=":material/download:", disabled=not one):
            if one:
                downloads(store, runs[0])
    if many:
        st.caption(
            f"{len(runs)} runs are selected; at most {LARGEST_COMPARISON} can be compared, since "
            "more lines cannot be told apart."
        )
    elif not runs:
        st.caption("Select one run to open or download it, two to five to compare them.")
    if said := st.session_state.pop("selection_said", None):
        st.error(said)


def compare(ids: Sequence[str]) -> None:
    """Show the comparison of these runs; its address can be passed on."""
    st.query_params["compare"] = ",".join(ids)


def downloads(store: Store, run: Run) -> None:
    """Settings, numbers and weights as files; each is made when it is asked for."""

    def button(label: str, name: str, mime: str, make: Callable[[], bytes]) -> None:
        st.download_button(
            label, make, file_name=name, mime=mime, on_click="ignore", key=f"get_{label}",
            icon=":material/download:", width="stretch",
        )  # fmt: skip

    button(
        "Settings (JSON)",
        f"{run.id}-config.json",
        "application/json",
        lambda: config_json(store, run.id).encode(),
    )
    button(
        "Metrics (CSV)",
        f"{run.id}-metrics.csv",
        "text/csv",
        lambda: metrics_csv(store, run.id).encode(),
    )
    try:
        path = weights_file(store, run.id)
    except BadInput as error:
        st.caption(capitalised(error))
        return
    button(
        "Weights (safetensors)",
        f"{run.id}-weights.safetensors",
        "application/octet-stream",
        path.read_bytes,
    )


def confirm_deletion(store: Store) -> None:
    """Ask once more, if somebody pressed Delete."""
    ids = st.session_state.pop("to_delete", None)
    if ids:
        _confirm(store, ids)


@st.dialog("Delete runs", icon=":material/delete:")
def _confirm(store: Store, ids: Sequence[str]) -> None:
    known = [run for run in store.runs.list() if run.id in ids]
    names = [f"- {data_title(r.config.data)}, {noise_words(r)} ({r.id})" for r in known[:8]]
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
                st.error(capitalised(text))


def _ask_to_delete(ids: Sequence[str]) -> None:
    st.session_state.to_delete = list(ids)


def _can_resume(run: Run) -> bool:
    return run.resumable or run.state == "paused"


def _each(
    label: str,
    icon: str,
    action: Callable[[Store, str], object],
    ids: Sequence[str],
    no: str | None = None,
) -> None:
    """``no``: why this person may not."""
    st.button(
        label,
        icon=f":material/{icon}:",
        disabled=not ids or no is not None,
        help=no,
        key=f"sel_{label.lower()}",
        on_click=_do,
        args=(action, ids),
    )


def _do(action: Callable[[Store, str], object], ids: Sequence[str]) -> None:
    from pages._parts.shell.server import shared_store

    for run_id in ids:
        try:
            action(shared_store(), run_id)
        except BadInput as error:
            st.session_state.selection_said = str(error)
