"""Controls of a run: which one, which layer, and which moment of its training."""

from __future__ import annotations

import contextlib

import numpy as np
import streamlit as st

from hts.noise.known_laws import Truth
from hts.records import LayerView, Snapshot
from hts.studio.figures import words
from hts.studio.figures.words import injected
from hts.studio.foreign_text import in_markdown
from hts.studio.store.run_row import Run, UnknownRun, split
from hts.studio.store.series import Unreadable
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from hts.studio.transfer.last_weights import LastWeights, last_weights
from pages._parts.board.pick import pick_network
from pages._parts.board.views import data_title, noise_words, run_view
from pages._parts.tails.source import Chosen, Course, Recorded, Sample
from pages._parts.tails.words import with_alpha

MOST_RUNS = 200
NEWEST = "weights"  # the moment whose raw weights are kept


def run_controls(store: Store) -> Chosen:
    """The layer asked for, from its weights where they are kept, else from the record."""
    runs = _recorded(store, st.query_params.get("run"))
    if not runs:
        st.caption("No run has recorded anything yet.")
        if st.button("Train the first one", icon=":material/play_arrow:", key="train_first"):
            st.switch_page("pages/train.py")
        return Chosen(looked_at=None)
    run = pick_network(
        runs, start=runs[0], name=_label, key="tails_run",
        told=f"Runs with records, among the newest {MOST_RUNS}; open any other from the page Runs.",
        lost="There is no run {!r} with records; the newest is shown.",
    )  # fmt: skip
    view = store.tail.view(run.id)
    steps = store.series.snapshot_steps(run.id)
    if view.snapshot is None and not steps:
        st.caption("Only numbers were kept of this run, no layers.")
        return Chosen(looked_at=None)
    kept = last_weights(store, run.id)
    moments = [*(str(step) for step in steps), *([NEWEST] if kept else [])] or ["latest"]
    moment = _moment(moments, kept)
    snapshot = _snapshot(store, view, moment)
    if snapshot is None or not snapshot.layers:
        st.caption("What was recorded at this step cannot be read.")
        return Chosen(looked_at=None)
    names = [layer.name for layer in snapshot.layers]
    name = st.selectbox("Layer", names, key="layer", bind="query-params") or names[0]
    place = names.index(name)
    layer = snapshot.layers[place]
    shown = run_view(view, noise_words(run))
    noise = with_alpha(injected(run.effective))
    said = f"{in_markdown(data_title(run.config.data))}, {noise}, {layer.name} ({run.id})"
    if moment == NEWEST and kept is not None:
        course = Course(run=shown, layer=place, step=kept.step)
        return Chosen(looked_at=_weights(store, run, kept, layer, said), course=course)
    return Chosen(
        looked_at=Recorded(
            said=f"{said}, as recorded at step {words.count(snapshot.step)}.",
            layer=layer,
            step=snapshot.step,
            note=snapshot.note,
        ),
        course=Course(run=shown, layer=place, step=snapshot.step),
    )


def _recorded(store: Store, asked: str | None) -> list[Run]:
    """Runs with records, newest first; ``asked``, a run of a sweep or an older one, too."""
    found = store.runs.list(limit=MOST_RUNS)
    named = asked and split(asked)[0]
    if named and named not in {run.id for run in found}:
        with contextlib.suppress(UnknownRun):
            found.append(store.runs.get(named))
    return [run for run in found if run.step or run.result]


def _label(run: Run) -> str:
    return f"{data_title(run.config.data)}, {noise_words(run)}, width {run.config.width} ({run.id})"


def _moment(moments: list[str], kept: LastWeights | None) -> str:
    if len(moments) == 1:
        moment = moments[0]
    else:
        moment = st.select_slider(
            "Moment", moments, value=moments[-1], key="moment", bind="query-params",
            help="A recorded step, or the weights that are kept at the end.",
        )  # fmt: skip
    if kept is None:
        st.caption("No raw weights are kept: everything shown is from the record of that step.")
    elif moment == NEWEST:
        last = "the final ones" if kept.final else "those of the last checkpoint"
        st.caption(f"Raw weights, {last}, of step {words.count(kept.step)}: all estimators.")
    else:
        st.caption(
            "From the record of this step: raw weights are kept for the last step only, so the "
            "other estimators cannot be run."
        )
    return moment


def _snapshot(store: Store, view: View, moment: str) -> Snapshot | None:
    if not moment.isdigit():
        if view.snapshot is not None:
            return view.snapshot
        steps = store.series.snapshot_steps(view.run.id)
        moment = str(steps[-1]) if steps else ""
    try:
        return store.series.snapshot(view.run.id, int(moment)) if moment else None
    except Unreadable:
        return None


def _weights(store: Store, run: Run, kept: LastWeights, layer: LayerView, said: str) -> Sample:
    name = layer.name.replace(" ", "_")
    by_kernels = layer.tail is not None and layer.tail.sample == "kernels"

    def load() -> np.ndarray:
        array = kept.read(name)
        if array.ndim <= 2:
            return array
        rows = array.shape[0] * array.shape[1] if by_kernels else array.shape[0]
        return array.reshape(rows, -1)

    what = "the final weights" if kept.final else f"the weights at step {words.count(kept.step)}"
    return Sample(
        key=("run", str(store.home.root), run.id, run.epoch, kept.mark, name),
        said=f"{said}: {what}.",
        of="weights",
        symbol="w",
        kind=run.effective.at(run.step).noise,
        load=load,
        truth=_injected(run),
        known="injected",
    )


def _injected(run: Run) -> Truth | None:
    alpha = run.effective.at(run.step).stability
    return None if alpha is None else Truth(alpha=alpha, says="The noise that was injected.")
