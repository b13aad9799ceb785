"""Which runs can be pruned, and their measurements: made by a worker the first time."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from hts.pruning.across import Spread, over_runs
from hts.pruning.criteria import CRITERIA
from hts.pruning.records import VERSION, CompressionRecord
from hts.records import decode
from hts.shared_cache import SharedCache
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.lab.holdings import sees_data
from hts.studio.store.run_row import Run, UnknownRun, networks_of, split
from hts.studio.store.store import Store
from hts.studio.transfer.export import weights_file
from hts.validate import BadInput, capitalised
from pages._parts.board.side_progress import follow
from pages._parts.compress.controls import MOST_RUNS, Look

_records: SharedCache[CompressionRecord] = SharedCache(16)


def finished_runs(store: Store, asked: str | None = None) -> list[Run]:
    """Runs that ended with weights, newest first; ``asked``, a run of a sweep or an older one, too.

    Runs of sweeps, which may be thousands, are listed only so.
    """
    found = store.runs.list(limit=MOST_RUNS, states=("finished",))
    named = asked and split(asked)[0]
    if named and named not in {run.id for run in found}:
        with contextlib.suppress(UnknownRun):
            found.append(store.runs.get(named))
    return [run for run in found if run.state == "finished" and _has_weights(store, run)]


def heavy_tailed(runs: Sequence[Run]) -> Run:
    """The newest with heavy-tailed noise; without one the newest."""
    heavy = (run for run in runs if run.effective.stability not in (None, 2.0))
    return next(heavy, runs[0])


def measured(store: Store, run: Run, scope: str) -> CompressionRecord | None:
    """The record, or None while it is being made or cannot be, which the page then says."""
    asked = _asked(scope)
    found = side.ask(store, run.id, "compress", asked)
    if found.state == "done":
        record = _read(found.path)
        return record if sees_data(store, run.config.data) else record.without_data()
    if found.state == "failed":
        st.error(in_markdown(found.says), icon=":material/error:")
        if st.button("Try again", icon=":material/replay:", key="try_again"):
            side.again(store, run.id, "compress", asked)
            st.rerun()
        return None
    st.markdown("Measuring every pruning criterion. This runs once per network.")
    follow(store, run.id, "compress", asked, key="measuring")
    return None


def other_seeds(store: Store, run: Run, record: CompressionRecord, look: Look) -> Spread | None:
    """Median and interval over the run's seeds, once more than this one is measured."""
    single = [run for run in finished_runs(store) if not networks_of(run)]
    same = [other.id for other in single if _same_but_seed(run, other)]
    same += [one.id for one in _networks_beside(store, run) if _same_but_seed(run, one)]
    if not same:
        return None
    ready = records_of(
        store, same, look.scope, "measure_seeds",
        f"{words.many(len(same), 'other seed')} of these settings, {{}} measured: the band is the "
        "interval of the median over seeds, with fewer than six their range.",
    )  # fmt: skip
    return over_runs([record, *ready.values()], look.criterion) if ready else None


def records_of(
    store: Store, ids: Sequence[str], scope: str, key: str, said: str
) -> dict[str, CompressionRecord]:
    """The records that there are of ``ids``, with a button that has the others made.

    ``said``: a caption, with how many there are in ``{}``.
    """
    asked = _asked(scope)
    standing = {run_id: side.ask(store, run_id, "compress", asked, start=False) for run_id in ids}
    ready = {run_id: found.path for run_id, found in standing.items() if found.state == "done"}
    missing = [run_id for run_id, found in standing.items() if found.state == "absent"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(said.format(len(ready)))
        if missing and st.button("Measure them too", icon=":material/groups:", key=key):
            try:
                for run_id in missing:
                    side.ask(store, run_id, "compress", asked)
            except BadInput as error:
                st.error(in_markdown(capitalised(error)), icon=":material/block:")
        if len(ready) < len(ids):
            st.button("Look again", icon=":material/refresh:", key=f"{key}_again")
    return {run_id: _read(path) for run_id, path in ready.items()}


def _networks_beside(store: Store, run: Run) -> list[Run]:
    """All networks of the run that ``run`` is one of."""
    base, key = split(run.id)
    if key is None:
        return []
    every = [store.runs.get(name) for name in networks_of(store.runs.get(base))]
    return [one for one in every if _has_weights(store, one)]


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
    return other.effective.replace(seed=run.config.seed).hash == run.effective.hash


def _has_weights(store: Store, run: Run) -> bool:
    if names := networks_of(run):
        return any(store.home.weights(name).exists() for name in names)
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
