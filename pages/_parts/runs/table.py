"""The table of runs: one row per run, with its settings as badges and its accuracy as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from hts.shared_cache import SharedCache
from hts.studio.figures import words
from hts.studio.figures.axes import thin
from hts.studio.lab.access import owner_name
from hts.studio.lab.settings import current
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from pages._parts.board.views import data_title, noise_words, state_word
from pages._parts.shell import widgets

SPARK_POINTS = 40
STATES = {
    "queued": ("Waiting", "gray"),
    "running": ("Training", "blue"),
    "paused": ("Paused", "orange"),
    "finished": ("Finished", "green"),
    "stopped": ("Stopped", "orange"),
    "diverged": ("Diverged", "red"),
    "failed": ("Failed", "red"),
    "interrupted": ("Interrupted", "orange"),
    "cancelled": ("Cancelled", "gray"),
}


@dataclass(frozen=True)
class _Recorded:
    accuracy: list[float]  # percent, test
    tail: str
    ratio: float | None  # percent


_recorded: SharedCache[_Recorded] = SharedCache(1024)


def runs_table(store: Store, runs: Sequence[Run]) -> list[str]:
    """Show the runs; returns the ids of the selected ones, in the order of the table."""
    rows = [_row(store, run) for run in runs]
    ids = [run.id for run in runs]
    chosen = widgets.table(
        rows,
        _columns(),
        key=f"runs_{hash(tuple(ids))}",  # a selection is by position: other rows, other selection
        on_select="rerun",
        selection_mode="multi-row",
        height=560,
        alt="Table of runs: "
        + "; ".join(f"{run.id}: {STATES[state_word(run)][0]}" for run in runs[:20]),
    )
    return [ids[place] for place in chosen.selection.rows if place < len(ids)]


def _columns() -> dict[str, object]:
    config = st.column_config
    return {
        "Progress": widgets.PERCENT_DONE,
        "Begun": widgets.SINCE,
        "State": widgets.state_column(STATES, 110),
        "Dataset": config.TextColumn(width=130),
        "Settings": config.MultiselectColumn(width=330),
        "Test accuracy": config.LineChartColumn(
            y_min=0, y_max=100, width=120, help="Percent, at every evaluation."
        ),
        "Last": config.NumberColumn(format="%.1f %%", width=75, help="Test accuracy now."),
        "Tail index": config.TextColumn(
            width=140, help="Stability index of the first hidden layer, with its interval."
        ),
        "Pruning ratio": config.NumberColumn(
            format="%.1f %%", width=100, help="Units removable at squared error 0.1."
        ),
        "Owner": config.TextColumn(width=110),
        "Run": config.TextColumn(width=125),
    }


def _row(store: Store, run: Run) -> dict[str, object]:
    key = (str(store.home.root), run.id, run.revision)
    recorded = _recorded.get(key, lambda: _read(store, run))
    return {
        "State": [STATES[state_word(run)][0]],
        **({"Owner": owner_name(store, run.owner)} if current().hosted else {}),
        "Dataset": data_title(run.config.data),
        "Settings": settings_badges(run),
        "Progress": 100 * run.progress,
        "Test accuracy": recorded.accuracy,
        "Last": recorded.accuracy[-1] if recorded.accuracy else None,
        "Tail index": recorded.tail,
        "Pruning ratio": recorded.ratio,
        "Begun": datetime.fromtimestamp(run.started or run.created, UTC),
        "Run": run.id,
    }


def settings_badges(run: Run) -> list[str]:
    """The settings that tell runs apart, short."""
    config = run.effective
    badges = [noise_words(run)]
    if config.stability is not None:
        badges.append(f"σ {words.course(config, 'sigma')}")
    badges += [f"n {config.width}", f"seed {config.seed}"]
    if config.scaling != "standard":
        badges.append("mean field")
    if not config.gradient:
        badges.append("pure noise")
    if how := config.optimizer_kind.words(config):
        badges.append(how)
    if config.depth > 1:
        badges.append(f"depth {config.depth}")
    if config.family.short:
        badges.append(config.family.short)
    return badges


def _read(store: Store, run: Run) -> _Recorded:
    points = [round(p.test_accuracy, 2) for p in store.series.evaluations(run.id)]
    summaries = store.series.summaries(run.id)
    last = summaries[-1] if summaries else None
    tail = words.number(last.alpha) if last else words.number(None)
    if last and len(last.layers) > 1:
        alphas = [layer.alpha for layer in last.layers if layer.alpha is not None]
        tail = f"{min(alphas):.2f} to {max(alphas):.2f} in {len(alphas)} layers" if alphas else tail
    elif last and last.alpha_low is not None and last.alpha_high is not None:
        tail += f" ({last.alpha_low:.2f} to {last.alpha_high:.2f})"
    return _Recorded(list(thin(points, SPARK_POINTS)), tail, last.pruning_ratio if last else None)
