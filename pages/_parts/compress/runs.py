"""Which runs can be pruned, and their measurements: made by a worker the first time."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import streamlit as st

from hts.pruning.across import Spread, over_runs
from hts.pruning.criteria import CRITERIA
from hts.pruning.records import VERSION, CompressionRecord
from hts.records import decode
from hts.shared_cache import SharedCache
from hts.studio.jobs import background as side
from hts.studio.store.run_row import Run, UnknownRun
from hts.studio.store.store import Store
from hts.studio.transfer.export import weights_file
from hts.validate import BadInput
from pages._parts.board.side_progress import follow
from pages._parts.compress.controls import Look

MOST_RUNS = 200

_records: SharedCache[CompressionRecord] = SharedCache(16)


def finished_runs(store: Store, asked: str | None = None) -> list[Run]:
    """Runs that ended with weights, newest first; ``asked``, a run of a sweep or an older one, too.

    Runs of sweeps, which may be thousands, are listed only so.
    """
    found = store.runs.list(limit=MOST_RUNS, states=("finished",))
    if asked is not None and asked not in {run.id for run in found}:
        with contextlib.suppress(UnknownRun):
            found.append(store.runs.get(asked))
    return [run for run in found if run.state == "finished" and _has_weights(store, run)]


def measured(store: Store, run: Run, scope: str) -> CompressionRecord | None:
    """The record, or None while it is being made or cannot be, which the page then says."""
    asked = _asked(scope)
    found = side.ask(store, run.id, "compress", asked)
    if found.state == "done":
        return _read(found.path)
    if found.state == "failed":
        st.error(found.says, icon=":material/error:")
        if st.button("Try again", icon=":material/replay:", key="try_again"):
            side.again(store, run.id, "compress", asked)
            st.rerun()
        return None
    st.markdown("Measuring every pruning criterion. This runs once per network.")
    follow(store, run.id, "compress", asked, key="measuring")
    return None


def other_seeds(store: Store, run: Run, record: CompressionRecord, look: Look) -> Spread | None:
    """Mean and interval over the run's seeds, once more than this one is measured."""
    same = [other for other in finished_runs(store) if _same_but_seed(run, other)]
    if not same:
        return None
    asked = _asked(look.scope)
    standing = {r.id: side.ask(store, r.id, "compress", asked, start=False) for r in same}
    ready = [found.path for found in standing.values() if found.state == "done"]
    missing = [run_id for run_id, found in standing.items() if found.state == "absent"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{len(same)} other seed{'s' * (len(same) > 1)} of these settings, {len(ready)} "
            "measured: the band is the 95 % interval of the mean over seeds."
        )
        if missing and st.button("Measure them too", icon=":material/groups:", key="measure_seeds"):
            for run_id in missing:
                side.ask(store, run_id, "compress", asked)
        if len(ready) < len(same):
            st.button("Look again", icon=":material/refresh:", key="look_again")
    if not ready:
        return None
    return over_runs([record, *(_read(path) for path in ready)], look.criterion)


def _asked(scope: str) -> dict[str, object]:
    """What a worker measures; criteria that do not come with ``hts`` are named."""
    asked: dict[str, object] = {"scope": scope, "version": VERSION}
    own = [name for name, c in CRITERIA.items() if not type(c).__module__.startswith("hts.")]
    return asked | {"criteria": own} if own else asked


def _read(path: Path) -> CompressionRecord:
    mark = path.stat().st_mtime_ns
    return _records.get((str(path), mark), lambda: decode(path.read_bytes(), CompressionRecord))


def _same_but_seed(run: Run, other: Run) -> bool:
    if other.config.seed == run.config.seed:
        return False
    return dataclasses.replace(other.config, seed=run.config.seed).hash == run.config.hash


def _has_weights(store: Store, run: Run) -> bool:
    try:
        weights_file(store, run.id)
    except BadInput:
        return False
    return run.result is not None and run.result.stop_reason != "diverged"


def no_runs() -> None:
    """What the page is for, and the way to a first run."""
    st.title("How much of a network can go", anchor=False)
    st.markdown(
        "Take units, weights or singular values out of a trained network and watch what is left "
        "of its accuracy; then take the smaller network with you."
    )
    st.caption("There is no finished run yet.")
    if st.button("Train one", type="primary", icon=":material/play_arrow:"):
        st.switch_page("pages/train.py")
