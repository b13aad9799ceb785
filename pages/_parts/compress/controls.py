"""The controls of the Compress page; every one of them is in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from hts.glossary import term
from hts.pruning.criteria import CRITERIA
from hts.pruning.records import CompressionRecord
from hts.studio.figures.compress.curves import AXES
from hts.studio.store.run_row import Run
from pages._parts.board.pick import pick_network
from pages._parts.board.views import data_title, noise_words
from pages._parts.shell.number_field import kept_number
from pages._parts.shell.own_address import begin_as_asked, keep_as_asked

AGAINST = dict(zip(("Removed", "Parameters", "Bytes", "Multiply-adds"), AXES, strict=True))
SCOPES = {"Each layer alike": "layer", "Smallest anywhere": "global"}
POINTS = ["0.5", "1", "2", "5"]  # of accuracy, those that are measured
START = 50.0  # percent removed
MOST_RUNS = 200  # that are listed


class Look(NamedTuple):
    criterion: str
    against: str
    points: float
    scope: str
    layer: int


def choose_run(runs: Sequence[Run], start: Run) -> Run:
    """The run, or network of one, of the address or of the list."""
    return pick_network(
        runs, start=start, name=run_name, key="compress_run",
        told=f"Finished runs with weights, among the newest {MOST_RUNS}; open any other from the "
        "page Runs.",
        lost="There is no finished run {} with weights.",
    )  # fmt: skip


def choose_look(run: Run) -> Look:
    """What is shown of the run."""
    criteria = {criterion.label: name for name, criterion in CRITERIA.items()}
    removed = switch(
        "Remove", list(criteria), "criterion",
        help="\n\n".join(f"**{c.label}**: {c.sentence}" for c in CRITERIA.values()),
    )  # fmt: skip
    points = switch(
        "Accuracy that may be lost, points", POINTS, "points", default="1",
        help="The triangles: the last level before test accuracy first falls further than this.",
    )  # fmt: skip
    against = switch(
        "Against", list(AGAINST), "against",
        help="What the curves are drawn against: the share of parts removed, or what is saved. "
        "Single zeros save bytes only once a sparse file is the smaller one.",
    )  # fmt: skip
    scope, layer = "Each layer alike", 1
    if layers(run) > 1:
        scope = switch("Across layers", list(SCOPES), "scope")
        layer = kept_number("Layer shown", "layer", 1, whole=True, low=1, high=layers(run),
                            bind="query-params")  # fmt: skip
        layer = min(layer, layers(run))  # it may have been taken for another run
    return Look(criteria[removed], AGAINST[against], float(points), SCOPES[scope], layer - 1)


def switch(label: str, options: list[str], key: str, **more: Any) -> Any:
    """A choice that is in the address; the first option to begin with."""
    return st.segmented_control(
        label, options, key=key, required=True, bind="query-params",
        **{"default": options[0], **more},
    )  # fmt: skip


def choose_level(record: CompressionRecord) -> int:
    """Which of the levels that were measured; its place among them."""
    levels = [f"{100 * level:g}" for level in record.views_at]
    first = min(levels, key=lambda level: abs(float(level) - START))
    begin_as_asked("removed_percent", levels, first=first)
    chosen = st.select_slider(
        term("pruned-share").label,
        levels,
        format_func=lambda level: f"{level} %",
        key="removed_percent",
        help="Every level on this slider was measured; nothing is read between levels.",
    )
    keep_as_asked("removed_percent", levels, first=first)
    return levels.index(chosen)


def layers(run: Run) -> int:
    """How many layers of the run are pruned."""
    return sum(run.config.family.prunable(run.config))


def run_name(run: Run) -> str:
    """A run in a list."""
    config = run.config
    seeds = f"seed {config.seed}"
    if config.replicates > 1:
        seeds = f"{config.replicates} seeds"
    return f"{data_title(config.data)}, {noise_words(run)}, n {config.width}, {seeds} ({run.id})"
