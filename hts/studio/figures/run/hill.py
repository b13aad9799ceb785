"""The Hill plot, a diagnostic, beside the estimate that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from hts.glossary import term
from hts.records import HillCurve, TailIndex
from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, log_axis, note, rule, shade, short
from hts.studio.figures.card import SOON, Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import (
    bundle,
    faint_lines,
    middle,
    seeds_said,
    seen,
    spread,
    strands,
)
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named
from hts.studio.figures.view import ArmView, RunView

TITLE = term("hill-plot").label
CAPTION = (
    "Hill estimates against the number of largest weights used; the level line is the reported "
    "estimate. Diagnostic, biased near 2; estimates above 4 are not shown."
)
TOP = 4.0  # the vertical axis ends here: stable laws have alpha of at most 2


@per_snapshot
def hill_plot(arms: Sequence[ArmView], *, layer: int = 0) -> Card:
    """Hill curves and the reported tail index, of a single seed with their intervals."""
    waits = all(run.layer(layer) is None for arm in arms for run in arm.runs)

    def known(run: RunView) -> tuple[HillCurve, TailIndex | None] | None:
        view = run.layer(layer)
        return (view.hill, view.tail) if view and view.hill and view.hill.k else None

    shown = seen(arms, known)
    if not shown:
        why = "No Hill curve: too few weights, or their upper order statistics are equal."
        return waiting("hill", TITLE, CAPTION, SOON if waits else why)
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    said: list[str] = []
    hover = "%{x} largest weights: Hill estimate %{y:.2f}"
    for one in shown:
        hills = [hill for hill, _ in one.parts]
        tails = [tail for _, tail in one.parts if tail]
        first = one is shown[0]
        if first and len(hills) == 1:
            (hill,) = hills
            traces.append(band(hill.k, short(hill.low), short(hill.high), one.look.colour))
        curves = bundle(((hill.k, hill.alpha) for hill in hills), log_x=True)
        faint = faint_lines(arms)
        traces += strands(one, curves, faint=faint, hover=hover, width=2.2, decimals=False)
        middles = spread((hill.alpha[len(hill.alpha) // 2] for hill in hills), words.number)
        text = f"{one.arm.label}: Hill estimate {middles}"
        text += f" at {hills[0].k[len(hills[0].k) // 2]} weights"
        if len(hills) == 1 and tails:
            text += f", reported {words.tail_index(tails[0])}"
            if first and tails[0].fits:
                shapes.append(shade(named(one.look.colour, 14), y=(tails[0].low, tails[0].high)))
        elif tails:
            text += f", reported {words.median_tail_index(tails)}"
        if first and any(tail.fits for tail in tails):
            alpha = middle(tail.alpha for tail in tails if tail.fits)
            shapes.append(rule(y=alpha, dash="solid", colour="text"))
            place = {"xref": "x domain", "x": 1, "xanchor": "right"}
            marks.append(
                note(f"reported α = {words.alpha(alpha)}", y=alpha, yanchor="bottom", **place)
            )
        elif first and tails:
            marks.append(note(f"reported {words.REJECTED}", xref="x domain", x=1, xanchor="right",
                              y=TOP, yanchor="top"))  # fmt: skip
        said.append(text)
    corner = {"xref": "x domain", "yref": "y domain", "xanchor": "left", "yanchor": "top"}
    marks.append(note("diagnostic, biased near 2", x=0.02, y=0.98, **corner))
    ks = [k for one in shown for hill, _ in one.parts for k in hill.k]
    ends = [log10(max(1, min(ks))), log10(max(2, *ks))]
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=log_axis("number of largest weights k", 1, max(ks), range=ends),
        yaxis=axis("tail index α", range=[0, TOP], dtick=1),
        shapes=shapes,
        annotations=marks,
    )
    said.append("a diagnostic, biased near 2")
    return card("hill", titled(TITLE, arms, layer), CAPTION + seeds_said(arms), said, laid)


RUN_FIGURES.register(ArmFigure(name="hill", place=90, draw=hill_plot))
