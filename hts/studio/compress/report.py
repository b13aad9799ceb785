"""The report of a run: its settings, what it came to, and every figure, in one HTML file."""

from __future__ import annotations

from collections.abc import Sequence

from hts.data import info
from hts.pruning.records import CompressionRecord
from hts.studio.figures import words
from hts.studio.figures.compress.answers import changed_answers
from hts.studio.figures.compress.curves import accuracy_by_criterion, error_by_criterion
from hts.studio.figures.compress.weights import units_that_go, weight_matrix
from hts.studio.figures.report import report_page
from hts.studio.figures.run import cards
from hts.studio.figures.view import RunView, arms_of
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store

PRUNED = 0.5  # the fraction that is marked where nothing else was chosen


def report(
    store: Store,
    run_id: str,
    compression: CompressionRecord | None = None,
    *,
    criterion: str = "columns",
    place: int | None = None,
    points: float = 1.0,
) -> str:
    """HTML text, some 5 MB because plotly.js is inside it.  Needs no torch.

    With ``compression`` the figures of the Compress page are in it, of ``criterion`` at level
    ``place`` of its views (by default the one nearest to half).
    """
    run = store.runs.get(run_id)
    view = RunView(
        id=run.id,
        label=words.injected(run.effective),
        config=run.effective,
        evaluations=store.series.evaluations(run_id),
        summaries=store.series.summaries(run_id),
        snapshot=store.tail.view(run_id).snapshot,
        state=run.state,
        step=run.step,
        result=run.result,
    )
    pruned = PRUNED
    if compression is not None:
        levels = compression.views_at
        if place is None:
            place = min(range(len(levels)), key=lambda i: abs(levels[i] - PRUNED))
        pruned = levels[place]
    drawn = cards(arms_of([view]), pruned=pruned)
    if compression is not None and place is not None:
        drawn += [
            accuracy_by_criterion(compression, level=pruned, points=points),
            error_by_criterion(compression, level=pruned),
            units_that_go(compression, criterion, place),
            weight_matrix(compression, criterion, place),
            changed_answers(compression, criterion, place),
        ]
    title = f"{info(run.config.data).title}, {words.injected(run.effective)}"
    settings = [(name.replace("_", " "), str(v)) for name, v in run.effective.to_dict().items()]
    said = run.result.message if run.result else f"The run is {run.state}."
    tables = [("What it came to", _outcome(run)), ("Settings", settings)]
    return report_page(title, f"Run {run.id}. {said}", tables, drawn)


def _outcome(run: Run) -> Sequence[tuple[str, str]]:
    result = run.result
    if result is None:
        return []
    rows = [
        ("training accuracy", words.percent(result.train_accuracy)),
        ("test accuracy", words.percent(result.test_accuracy)),
        ("units that go at squared error 0.1", words.percent(result.pruning_ratio)),
        ("test accuracy then", words.percent(result.test_accuracy_pruned)),
    ]
    if result.tail_index is not None:
        rows.append(("weights", words.tail_index(result.tail_index)))
    return rows
