"""The Hill plot, a diagnostic, beside the estimate that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
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
    "Hill estimates against the number k of largest {unit} used; the level line is the reported "
    "estimate. Diagnostic, biased near 2; estimates above 4 are not shown."
)
TOP = 4.0  # the vertical axis ends here: stable laws have alpha of at most 2
LIGHT = "Every Hill estimate is above {top:g}: no heavy tail at any number of largest {unit}."


@per_snapshot
def hill_plot(arms: Sequence[ArmView], *, layer: int = 0) -> Card:
    """Hill curves and the reported tail index, of a single seed with their intervals."""
    waits = all(run.layer(layer) is None for arm in arms for run in arm.runs)

    def known(run: RunView) -> tuple[HillCurve, TailIndex | None] | None:
        view = run.layer(layer)
        return (view.hill, view.tail) if view and view.hill and len(view.hill.k) > 1 else None

    shown = seen(arms, known)
    if not shown:
        why = "No Hill curve: too few units or weights, or their largest values are equal."
        return waiting("hill", TITLE, CAPTION.format(unit="values"), SOON if waits else why)
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    reported = ""
    said: list[str] = []
    ks: list[float] = []
    units: set[str] = set()
    for one in shown:
        hills = [hill for hill, _ in one.parts]
        tails = [tail for _, tail in one.parts if tail]
        unit = _unit({tail.sample for tail in tails})
        first = one is shown[0]
        curves = bundle(((hill.k, hill.alpha) for hill in hills), log_x=True)
        hover = f"%{{x}} largest {unit}: Hill estimate %{{y:.2f}}"
        drawn = strands(
            one, curves, faint=faint_lines(arms), hover=hover, width=2.2, decimals=False
        )
        there = _below_the_top(drawn)
        if first or there:
            units.add(unit)
        if first and there and len(hills) == 1:
            (hill,) = hills
            traces.append(band(hill.k, short(hill.low), short(hill.high), one.look.colour))
        traces += drawn if there else []
        ks += there
        middles = spread((hill.alpha[len(hill.alpha) // 2] for hill in hills), words.number)
        text = f"{one.arm.label}: Hill estimate {middles}"
        text += f" at {hills[0].k[len(hills[0].k) // 2]} {unit}"
        if len(hills) == 1 and tails:
            text += f", reported {words.tail_index(tails[0])}"
            if first and tails[0].fits:
                shapes.append(shade(named(one.look.colour, 14), y=(tails[0].low, tails[0].high)))
        elif tails:
            text += f", reported {words.median_tail_index(tails)}"
        if first and any(tail.fits for tail in tails):
            alpha = middle(tail.alpha for tail in tails if tail.fits)
            shapes.append(rule(y=alpha, dash="solid", colour="text"))
            reported = f"level line: reported α = {words.alpha(alpha)}"
        elif first and tails:
            reported = f"reported {words.REJECTED}"
        said.append(text)
    unit = _unit(units)
    title, caption = titled(TITLE, arms, layer), CAPTION.format(unit=unit)
    if not ks:
        return waiting("hill", title, caption, LIGHT.format(top=TOP, unit=unit))
    domain = {"xref": "x domain", "yref": "y domain"}
    marks = [
        note("diagnostic, biased near 2", x=0.02, xanchor="left", y=0.98, yanchor="top", **domain),
        # Far below 1 there is hardly ever a curve.
        note(reported, x=0.99, xanchor="right", y=0.02, yanchor="bottom", **domain),
    ]
    ends = [log10(min(ks)), log10(max(ks))]
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=log_axis(f"number k of largest {unit}", 1, max(ks), range=ends),
        yaxis=axis("tail index α", range=[0, TOP], dtick=1),
        shapes=shapes,
        annotations=[mark for mark in marks if mark["text"]],
    )
    said.append("a diagnostic, biased near 2")
    return card("hill", title, caption + seeds_said(arms), said, laid)


def _unit(samples: set[str]) -> str:
    """What is counted, in the plural; ``values`` where arms count different things."""
    (unit,) = samples if len(samples) == 1 else {"values"}
    return "weights" if unit == "entries" else unit


def _below_the_top(drawn: Sequence[dict[str, Any]]) -> list[float]:
    """Ends along the horizontal axis of the pieces of lines that are seen."""
    return [
        x
        for trace in drawn
        if "fill" not in trace
        for piece in pairwise(zip(trace["x"], trace["y"], strict=True))
        if any(y is not None and y <= TOP for _, y in piece)
        for x, _ in piece
    ]


RUN_FIGURES.register(ArmFigure(name="hill", place=90, draw=hill_plot))
