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
    short,
)
from hts.studio.figures.card import Card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named
from hts.studio.figures.view import RunView

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
        return waiting("norms", TITLE, CAPTION, "The first snapshot is on its way.")
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run, view) in enumerate(shown):
        trace = line(
            run.label,
            short(100 * rank for rank in view.rank),
            positive(view.sorted_norms),
            i,
            width=2.4 if position == 0 else 1.8,
        )
        trace["hovertemplate"] = (
            "%{x:.1f} % of units have a norm of at least %{y:.3g}<extra>%{fullData.name}</extra>"
        )
        traces.append(trace)
        middle = view.sorted_norms[len(view.sorted_norms) // 2]
        said.append(
            f"{run.label}: largest norm {view.sorted_norms[0]:.3g}, median near {middle:.3g}, "
            f"{words.count(view.units)} {view.of} of {words.count(view.inputs)} inputs"
        )
    kept = 100 * (1 - pruned)
    said.append(f"pruning {words.percent(100 * pruned)} keeps the {words.percent(kept)} largest")
    norms = [norm for _, _, view in shown for norm in view.sorted_norms if norm > 0]
    shade = {
        "type": "rect",
        "xref": "x",
        "yref": "y domain",
        "x0": kept,
        "x1": 102,
        "y0": 0,
        "y1": 1,
        "fillcolor": named("muted", 12),
        "line": {"width": 0},
        "layer": "below",
    }
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
        yaxis=log_axis("norm", min(norms), max(norms)),
        shapes=[shade, rule(x=kept, dash="solid")],
        annotations=marks,
    )
    return Card(
        id="norms",
        title=titled(TITLE, runs, layer),
        caption=CAPTION,
        alt=words.sentence(said),
        figure=laid,
    )


RUN_FIGURES.register(
    RunFigure(name="norms", place=60, draw=unit_norms, takes=("pruned", "layer"), compares=True)
)
