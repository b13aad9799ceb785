"""Norms of the units from largest to smallest, and where pruning cuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import (
    figure,
    line,
    log_axis,
    note,
    percent_axis,
    positive,
    rule,
    shade,
    short,
)
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named
from hts.studio.figures.view import RunView

HOVER = "%{x:.1f} % of units have a norm of at least %{y:.3g}"
TITLE = "Norms of the units"
CAPTION = (
    "Each hidden unit's incoming weights as one norm, largest first: "
    "pruning keeps what is left of the line and removes the rest."
)


@per_snapshot
def unit_norms(runs: Sequence[RunView], *, pruned: float, layer: int = 0) -> Card:
    """Sorted unit norms of one hidden layer; ``pruned`` is the fraction removed, in [0, 1]."""
    shown = [(i, run, view) for i, run in enumerate(runs) if (view := run.layer(layer))]
    shown = [item for item in shown if any(norm > 0 for norm in item[2].sorted_norms)]
    if not shown:
        return waiting("norms", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run, view) in enumerate(shown):
        ranks, norms = short(100 * rank for rank in view.rank), positive(view.sorted_norms)
        width = 2.4 if position == 0 else 1.8
        traces.append(line(run.label, ranks, norms, i, width=width, hover=HOVER))
        middle = view.sorted_norms[len(view.sorted_norms) // 2]
        said.append(
            f"{run.label}: largest norm {view.sorted_norms[0]:.3g}, median near {middle:.3g}, "
            f"{words.count(view.units)} {view.of} of {words.count(view.inputs)} inputs"
        )
    kept = 100 * (1 - pruned)
    said.append(f"pruning {words.percent(100 * pruned)} keeps the {words.percent(kept)} largest")
    sizes = [norm for _, _, view in shown for norm in view.sorted_norms if norm > 0]
    marks = [
        note(word, x=kept, y=0.98, yref="y domain", yanchor="top", xanchor=anchor, xshift=shift)
        for word, anchor, shift, room in (
            ("kept", "right", -5, kept),
            ("pruned", "left", 5, 100 - kept),
        )
        if room >= 15
    ]
    laid = figure(
        traces,
        runs[0].id,
        xaxis=percent_axis("units, largest norm first"),
        yaxis=log_axis("norm", min(sizes), max(sizes)),
        shapes=[shade(named("muted", 12), x=(kept, 102)), rule(x=kept, dash="solid")],
        annotations=marks,
    )
    return card("norms", titled(TITLE, runs, layer), CAPTION, said, laid)


RUN_FIGURES.register(RunFigure(name="norms", place=60, draw=unit_norms, compares=True))
