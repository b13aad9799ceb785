"""Tail estimates against how many of the largest values they use, on several scales."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any, Literal

from hts.estimates import with_interval
from hts.records import TailCurve
from hts.studio.figures.axes import axis, band, figure, line, log_axis, note, rule, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import points
from hts.studio.figures.theme import named, series
from hts.tails.estimators.kinds import ESTIMATORS

Scale = Literal["log", "linear", "threshold"]
Height = Literal["alpha", "xi"]

COLOURS = (0, 2, 3)  # of estimators, which are no noises
TITLE = "Tail estimates against k"
CAPTION = (
    "Each estimate uses the k largest {of} alone; bands are 95 %, of chance only. Look for a level "
    "stretch: without one there is no k at which the estimate means anything. Small k wavers, "
    "large k reads the middle of the law instead of its tail. What lies above is not drawn."
)
RULES = {
    "share": "5 %", "stability": "stability", "bootstrap": "double bootstrap", "ks": "KS distance",
}  # fmt: skip
_TOP = {"alpha": 4.0, "xi": 1.5}


def against_k(
    curves: Sequence[TailCurve],
    *,
    of: str,
    k: int | None = None,
    scale: Scale = "log",
    height: Height = "alpha",
    truth: float | None = None,
    known: str = "truth",
    keep: str = "tails",
) -> Card:
    """Tail-only estimates, the first one's choices of k marked, and ``k`` ruled.

    ``scale``: k logarithmic or linear, or the value that k values exceed; ``height``: alpha, or
    the extreme-value index xi = 1/alpha; ``truth``: alpha, where it is ``known`` as that.
    """
    caption = CAPTION.format(of=of)
    curves = [curve for curve in curves if curve.k]
    if not curves:
        why = "There are too few values for a tail."
        return waiting("against-k", TITLE, caption, why, size="full")
    traces: list[dict[str, Any]] = []
    for place, curve in reversed(list(enumerate(curves))):
        traces += _curve(curve, COLOURS[place % len(COLOURS)], scale, height)
    traces += _choices(curves[0], scale, height)
    shapes, marks = [], []
    if k is not None:
        shapes.append(rule(x=_at(curves[0], k, scale), dash="solid", colour="text"))
    if truth is not None:
        level = truth if height == "alpha" else 1 / truth
        shapes.append(rule(y=level, dash="dash", colour="text"))
        if level < _TOP[height]:
            marks.append(note(f"{known} {level:.3g}", xref="x domain", x=0.995, xanchor="right",
                              y=level, yanchor="bottom"))  # fmt: skip
    title = "tail index α" if height == "alpha" else "extreme-value index ξ = 1/α"
    step = 1 if height == "alpha" else 0.5
    low = 0.0 if height == "alpha" else -0.5
    laid = figure(
        traces,
        # Zoom belongs to the axes: it must not survive a change of scale.
        f"{keep}-{scale}-{height}",
        xaxis=_axis(curves, of, scale),
        yaxis=axis(title, range=[low, _TOP[height]], dtick=step),
        shapes=shapes,
        annotations=marks,
    )
    return card("against-k", TITLE, caption, _said(curves, k), laid, size="full")


def _curve(curve: TailCurve, place: int, scale: Scale, height: Height) -> list[dict[str, Any]]:
    x = _places(curve, scale)
    alpha, low, high = (_heights(v, height) for v in (curve.alpha, curve.low, curve.high))
    name = ESTIMATORS[curve.method].title
    told = zip(curve.k, low, high, strict=True)
    drawn = line(
        name,
        x,
        short(alpha),
        place,
        width=2.6 if place == 0 else 1.8,
        hover="k = %{customdata[0]}: %{y:.2f} (%{customdata[1]:.2f} to %{customdata[2]:.2f})",
        customdata=[[k, round(a, 3), round(b, 3)] for k, a, b in told],
        legendrank=place,
        legendgroup=name,
    )
    top = 3 * _TOP[height]  # what is far above the axis makes no other picture
    low, high = ([max(-top, min(v, top)) for v in side] for side in (low, high))
    opacity = 18 if place == 0 else 8
    return [band(x, short(low), short(high), place, opacity=opacity, legendgroup=name), drawn]


def _choices(curve: TailCurve, scale: Scale, height: Height) -> list[dict[str, Any]]:
    """What the rules for choosing k chose, on the first curve."""
    if not curve.chosen:
        return []
    at = {rule: _index(curve, k) for rule, k in curve.chosen.items()}
    x, y = _places(curve, scale), _heights(curve.alpha, height)
    drawn = points(
        [x[i] for i in at.values()],
        short(y[i] for i in at.values()),
        9,
        named("background"),
        symbol="diamond",
        edge=(series(0), 2),
        name="k by a rule",
        customdata=[[RULES.get(rule, rule), curve.chosen[rule]] for rule in at],
        hovertemplate="k = %{customdata[1]} by %{customdata[0]}: %{y:.2f}<extra></extra>",
        legendrank=9,
    )
    return [drawn]


def _places(curve: TailCurve, scale: Scale) -> list[float]:
    return list(curve.threshold) if scale == "threshold" else [float(k) for k in curve.k]


def _heights(alpha: Sequence[float], height: Height) -> list[float]:
    return list(alpha) if height == "alpha" else [1 / a for a in alpha]


def _index(curve: TailCurve, k: int) -> int:
    return min(range(len(curve.k)), key=lambda i: abs(curve.k[i] - k))


def _at(curve: TailCurve, k: int, scale: Scale) -> float:
    return float(k) if scale != "threshold" else curve.threshold[_index(curve, k)]


def _axis(curves: Sequence[TailCurve], of: str, scale: Scale) -> dict[str, Any]:
    places = [p for curve in curves for p in _places(curve, scale)]
    low, high = min(places), max(places)
    if scale == "linear":
        return axis(f"number k of largest {of}", range=[0, high])
    title = f"number k of largest {of}" if scale == "log" else "threshold that they exceed"
    return log_axis(title, low, high, range=[log10(low), log10(high)])


def _said(curves: Sequence[TailCurve], k: int | None) -> list[str]:
    said = []
    for curve in curves:
        i = len(curve.k) // 2 if k is None else _index(curve, k)
        said.append(
            f"{ESTIMATORS[curve.method].title} at k = {curve.k[i]}: "
            f"{with_interval(curve.alpha[i], curve.low[i], curve.high[i])}"
        )
    return said
