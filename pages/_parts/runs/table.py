"""The table of runs: one row per run, with its settings as badges and its accuracy as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from hts.config import RunConfig
from hts.config.arms import MAIN, arms, in_words
from hts.estimates import with_interval
from hts.glossary import term
from hts.paired.results import effects, numbers, of_arm
from hts.shared_cache import SharedCache
from hts.studio.catalogue.columns import Column
from hts.studio.catalogue.facts import given
from hts.studio.figures import words
from hts.studio.figures.axes import thin
from hts.studio.lab.access import owner_name
from hts.studio.lab.settings import current
from hts.studio.store.run_row import Run, networks_of
from hts.studio.store.store import Store
from pages._parts.board.views import data_title, noise_words
from pages._parts.shell import widgets

SPARK_POINTS = 40
PADDING, LETTER = 20, 6  # pixels of a cell and of a letter in it
SHARE = 0.8  # of the units, at which runs are compared with their controls
STAR = "★"
AT = f"At {100 * SHARE:g} % removed"
AT_STEPS = f"{AT}, equal steps"
_SAID = {"data", "noise", "alpha", "sigma", "width", "depth", "scaling", "gradient", "replicates"}
"""Settings that stand in every row without a column of their own: dataset, badges, networks."""
_IF_ANY = (
    "Over seeds",
    AT,
    AT_STEPS,
    STAR,
    "Name",
    "Tags",
    "Note",
)  # columns that most runs leave empty
STATES = {
    "queued": ("Waiting", "gray"),
    "running": ("Training", "blue"),
    "paused": ("Paused", "orange"),
    "finished": ("Finished", "green"),
    "stopped": ("Stopped", "orange"),
    "diverged": ("Diverged", "red"),
    "useless": ("Useless", "red"),
    "failed": ("Failed", "red"),
    "interrupted": ("Interrupted", "orange"),
    "cancelled": ("Cancelled", "gray"),
}


@dataclass(frozen=True)
class _Recorded:
    accuracy: list[float]  # percent, test
    tail: str
    ratio: float | None  # percent
    seeds: str = ""  # test accuracy of a run of several: the lowest and the highest seed
    against: str = ""  # what it gains over its controls with `SHARE` removed
    at_steps: str = ""  # the same over those of equal steps


_recorded: SharedCache[_Recorded] = SharedCache(1024)


def runs_table(store: Store, runs: Sequence[Run], differ: Sequence[Column] = ()) -> list[str]:
    """Show the runs; returns the ids of the selected ones, in the order of the table.

    ``differ``: the settings that get a column each, but for those that are `_SAID`.
    """
    differ = [column for column in differ if column.name not in _SAID]
    rows = widgets.filled([_row(store, run, differ) for run in runs], *_IF_ANY)
    ids = [run.id for run in runs]
    chosen = widgets.table(
        rows,
        {**_columns(), **_gain_columns(rows), **setting_columns(differ)},
        key=f"runs_{hash(tuple(ids))}",  # a selection is by position: other rows, other selection
        on_select="rerun",
        selection_mode="multi-row",
        height=560,
        alt="Table of runs: "
        + "; ".join(f"{run.id}: {STATES[run.outcome][0]}" for run in runs[:20]),
    )
    return [ids[place] for place in chosen.selection.rows if place < len(ids)]


def _columns() -> dict[str, object]:
    config = st.column_config
    return {
        "Progress": widgets.PERCENT_DONE,
        "Begun": widgets.SINCE,
        "Begun at": widgets.local_time(),
        "State": widgets.state_column(STATES, 90),
        "Dataset": config.TextColumn(width=90),
        "Settings": config.MultiselectColumn(width=230),
        "Networks": config.TextColumn(width=130, help="Seeds, and controls trained beside them."),
        "Test accuracy": config.LineChartColumn(
            y_min=0, y_max=100, width=95, help="Percent, at every evaluation; of seeds the median."
        ),
        "Accuracy": config.NumberColumn(
            format="%.1f %%", width=75, help="Test accuracy now; of several seeds the median."
        ),
        "Over seeds": config.TextColumn(
            width=105, help="Test accuracy of the lowest and of the highest seed."
        ),
        term("tail-index").label: config.TextColumn(
            width=140, help="Tail index of the first hidden layer, with its interval."
        ),
        term("norm-compressible-share").label: config.NumberColumn(
            format="%.1f %%", width=170, help=term("norm-compressible-share").help
        ),
        "Owner": config.TextColumn(width=110),
        STAR: config.TextColumn(width=40, help="Starred"),
        "Name": config.TextColumn(width=150),
        "Tags": config.ListColumn(width=130),
        "Note": config.TextColumn(width=200),
        "Run": config.TextColumn(width=125),
    }


def _gain_columns(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """As wide as what stands in them: a gain that is cut reads as another number."""
    says = (
        "Points of test accuracy that the noisy networks have more than each control, with the "
        "same share of units removed from both: the median over seeds."
    )
    longest = {
        name: max([len(name), *(len(str(row.get(name, ""))) for row in rows)])
        for name in (AT, AT_STEPS)
    }
    return {
        name: st.column_config.TextColumn(width=PADDING + LETTER * letters, help=says)
        for name, letters in longest.items()
    }


def _row(store: Store, run: Run, differ: Sequence[Column]) -> dict[str, object]:
    key = (str(store.home.root), run.id, run.revision)
    recorded = _recorded.get(key, lambda: _read(store, run))
    return {
        STAR: STAR if run.star else "",
        "Name": run.title,
        "Tags": list(run.tags),
        "State": [STATES[run.outcome][0]],
        **({"Owner": owner_name(store, run.owner)} if current().hosted else {}),
        "Dataset": data_title(run.config.data),
        "Accuracy": recorded.accuracy[-1] if recorded.accuracy else None,
        "Settings": settings_badges(run)[:-1],
        "Networks": in_words(run.config),
        "Test accuracy": recorded.accuracy,
        "Over seeds": recorded.seeds,
        AT: recorded.against,
        AT_STEPS: recorded.at_steps,
        term("norm-compressible-share").label: recorded.ratio,
        term("tail-index").label: recorded.tail,
        "Progress": 100 * run.progress,
        **setting_cells(run.effective, differ),
        "Begun": (begun := datetime.fromtimestamp(run.started or run.created, UTC)),
        "Begun at": begun,
        "Note": run.notes,
        "Run": run.id,
    }


def setting_cells(config: RunConfig, differ: Sequence[Column]) -> dict[str, object]:
    """The values of the settings ``differ``, under their titles; none where without effect."""
    idle = config.without_effect
    values = {column.title: given(config, column.name, idle) for column in differ}
    return {
        title: value if value is None or isinstance(value, (int, float)) else str(value)
        for title, value in values.items()
    }


def setting_columns(differ: Sequence[Column]) -> dict[str, object]:
    """How these columns are shown: numbers to their last digit."""
    return {column.title: st.column_config.Column(help=column.says, width=90) for column in differ}


def settings_badges(run: Run) -> list[str]:
    """The settings that tell runs apart, short; the last one says how many networks there are."""
    config = run.effective
    badges = [noise_words(run)]
    if config.stability is not None:
        badges.append(f"σ {words.course(config, 'sigma')}")
    badges.append(f"n {config.width}")
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
    return [*badges, in_words(config)]


def _read(store: Store, run: Run) -> _Recorded:
    points = [round(p.test_accuracy, 2) for p in store.series.evaluations(run.id)]
    summaries = store.series.summaries(run.id)
    several = bool(networks_of(run))  # the median of intervals is none
    last = summaries[-1] if summaries else None
    tail = words.alpha(last.alpha) if last else words.number(None)
    if last and last.fits is False:
        tail = words.REJECTED
    if last and len(last.layers) > 1:
        known = [layer for layer in last.layers if layer.alpha is not None]
        alphas = [layer.alpha or 0.0 for layer in known if layer.fits is not False]
        if alphas:
            ends = f"{words.alpha(min(alphas))} to {words.alpha(max(alphas))}"
            tail = f"{ends} in {len(alphas)} layers"
    elif (
        last
        and last.fits is not False
        and last.alpha is not None
        and last.alpha_low is not None
        and last.alpha_high is not None
        and not several
    ):
        tail = with_interval(last.alpha, last.alpha_low, last.alpha_high)
    return _Recorded(
        list(thin(points, SPARK_POINTS)),
        tail,
        last.pruning_ratio if last else None,
        _over_seeds(run),
        _against_controls(run, equal_steps=False),
        _against_controls(run, equal_steps=True),
    )


def _over_seeds(run: Run) -> str:
    noisy = of_arm(run.result.members, MAIN) if run.result else []
    known = numbers((one.result for one in noisy), "test_accuracy")
    return f"{min(known):.1f} to {max(known):.1f} %" if len(known) > 1 else ""


def _against_controls(run: Run, *, equal_steps: bool) -> str:
    """``noise-free −37, Gaussian +6``."""
    if run.result is None or not run.result.members:
        return ""
    names = {
        arm.key: words.control(arm.config).replace(" control", "")
        for arm in arms(run.effective)
        if arm.equal_steps == equal_steps
    }
    found = effects(run.result.members, main=MAIN, shares=[SHARE])
    gained = {key: round(at.difference.median) for key, (at,) in found.items() if key in names}
    return ", ".join(
        f"{names[key]} {f'{points:+d}'.replace('-', '−')}" for key, points in gained.items()
    )
