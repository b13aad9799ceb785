"""The report of a run: its settings, what it came to, and every figure, in one HTML file."""

from __future__ import annotations

from collections.abc import Sequence

from hts.config.arms import arms
from hts.data import info
from hts.pruning.records import CompressionRecord
from hts.studio.figures import words
from hts.studio.figures.compress.answers import changed_answers
from hts.studio.figures.compress.curves import accuracy_by_criterion, error_by_criterion
from hts.studio.figures.compress.weights import units_that_go, weight_matrix
from hts.studio.figures.report import Rows, report_page
from hts.studio.figures.run import every_layer
from hts.studio.figures.run.difference import sentences
from hts.studio.figures.view import ArmView, RunView, arms_of
from hts.studio.store.run_row import Run, networks_of
from hts.studio.store.store import Store
from hts.studio.store.tail import View

AT = (0.5, 0.8, 0.95)  # pruned shares at which a run is compared with its controls in words
MOST_INPUTS = 1000  # whose constants are listed
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
    """HTML text, some 1 MB because plotly.js is inside it.  Needs no torch.

    With ``compression`` the figures of the Compress page are in it, of ``criterion`` at level
    ``place`` of its views (by default the one nearest to half).
    """
    run = store.runs.get(run_id)
    shown = _arms(store, run)
    pruned = PRUNED
    if compression is not None:
        levels = compression.views_at
        if place is None:
            place = min(range(len(levels)), key=lambda i: abs(levels[i] - PRUNED))
        pruned = levels[place]
    drawn = every_layer(shown, pruned=pruned)
    if compression is not None and place is not None:
        drawn += [
            accuracy_by_criterion(compression, level=pruned, points=points),
            error_by_criterion(compression, level=pruned),
            *(
                draw(compression, criterion, place, layer=layer)
                for layer in range(len(compression.layers))
                for draw in (units_that_go, weight_matrix)
            ),
            changed_answers(compression, criterion, place),
        ]
    title = f"{info(run.config.data).title}, {words.injected(run.effective)}"
    settings = [(name.replace("_", " "), str(v)) for name, v in run.effective.to_dict().items()]
    said = run.result.message if run.result else f"The run is {run.state}."
    tables: list[tuple[str, Rows]] = [
        ("What it came to", _outcome(run, shown)),
        ("Settings", settings),
    ]
    tables.append(("Inputs, (raw - mean) / standard deviation", _inputs(run)))
    return report_page(title, f"Run {run.id}. {said}", tables, drawn)


def _arms(store: Store, run: Run) -> list[ArmView]:
    """The run itself, or its networks arm by arm."""
    if not networks_of(run):
        view = _seen(store.tail.view(run.id), words.injected(run.effective))
        return list(arms_of([view]))
    views, seeds = store.tail.networks(run.id), run.config.replicates
    found = []
    for place, arm in enumerate(arms(run.effective)):
        label = words.arm(arm)
        networks = views[place * seeds : (place + 1) * seeds]
        runs = tuple(_seen(view, label) for view in networks)
        found.append(ArmView(key=arm.key, label=label, runs=runs))
    return found


def _seen(view: View, label: str) -> RunView:
    run = view.run
    return RunView(
        id=run.id,
        label=label,
        config=run.effective,
        evaluations=view.evaluations,
        summaries=view.summaries,
        snapshot=view.snapshot,
        state=run.state,
        step=run.step,
        result=run.result,
    )


def _inputs(run: Run) -> Rows:
    """What a raw example is, and the constants that scale it."""
    scaling = info(run.config.data).scaling
    rows = scaling.rows()
    more = len(rows) - MOST_INPUTS
    rest = (
        [("and more", f"{more}, as raw.mean and raw.sd in the exported file")] if more > 0 else []
    )
    said = ("a raw example", scaling.said)
    return [said, ("", "mean", "standard deviation"), *rows[:MOST_INPUTS], *rest]


def _outcome(run: Run, shown: Sequence[ArmView]) -> Sequence[tuple[str, str]]:
    """What was measured; of several networks medians, and the comparison with each control."""
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
    if result.members:
        rows = [(f"{name}, median of seeds", value) for name, value in rows]
        rows += [("at equal pruned share", said) for at in AT for said in sentences(shown, at)]
    return rows
