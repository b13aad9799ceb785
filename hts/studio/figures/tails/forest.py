"""All estimates of one tail index side by side: a point and an interval for each estimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.estimates import with_interval
from hts.records import MethodEstimate, TailIndex
from hts.studio.figures import words
from hts.studio.figures.axes import alpha_axis, figure, names_axis, note, rule, shade, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import points, whiskers
from hts.studio.figures.theme import named, series
from hts.tails.estimators.base import Estimator
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.skewed_fit import SKEWED

COLOURS = (0, 2)  # of estimators that fit a law, and of those that look at the tail alone
TITLE = "One sample, every estimator"
CAPTION = (
    "Points with 95 % intervals; open and grey where the fit was rejected: the law with that α "
    "does not describe the sample, or the tail is no power law. Intervals hold chance, not a wrong "
    "assumption: where estimates differ by more than these are wide, some assumption is wrong."
)
Found = tuple[MethodEstimate, TailIndex]
TOP = 5.0  # estimates beyond are told at the edge: they only say that no power law is near
_WIDE = 1.0  # a wider interval may run out of the picture
_WHOLE, _TAIL = "fits a stable law", "looks at the tail alone"


def forest_card(
    estimates: Sequence[MethodEstimate],
    *,
    truth: float | None = None,
    known: str = "truth",
    keep: str = "tails",
) -> Card:
    """The estimates of one sample.  ``truth``: what they should find, ``known`` as that."""
    shown = [(e, e.tail) for e in estimates if e.tail is not None]
    if not shown:
        return waiting("forest", TITLE, CAPTION, "No estimator has an answer for this sample.")
    at = [] if truth is None or truth > TOP else [truth]
    low, high = _ends([tail for _, tail in shown], at)
    traces: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    for place, name in enumerate((_WHOLE, _TAIL)):
        group = [(e, tail) for e, tail in shown if _how(e).tail_only == bool(place)]
        if group:
            traces.append(_fitted(name, [one for one in group if one[1].fits], place, high))
        for e, tail in group:
            if tail.alpha > high:
                far = f"← {tail.alpha:.3g}"
                marks.append(note(far, x=high, y=_how(e).label, xanchor="left"))
    if gone := [one for one in shown if not one[1].fits]:
        traces.append(_points("fit rejected", gone, high, "background", "muted"))
    shapes = [shade(named("muted", 9), x=(2, 1e3))]  # beyond 2 there is no stable law
    if at:
        shapes.append(rule(x=at[0], dash="dash", colour="text", width=1.6))
        ink = {"size": 11, "color": named("text")}
        marks.append(note(f"{known} {at[0]:g}", x=at[0], y=0, yref="y domain", yanchor="bottom",
                          xanchor="left", xshift=4, font=ink))  # fmt: skip
    laid = figure(
        traces,
        f"{keep}-forest",
        xaxis=alpha_axis(low, high, "tail index α, 2 is Gaussian"),
        yaxis=names_axis([_how(e).label for e, _ in shown]),
        shapes=shapes,
        annotations=marks,
    )  # fmt: skip
    return card("forest", TITLE, CAPTION, _said(shown, truth, known), laid, size="full")


def _how(estimate: MethodEstimate) -> Estimator:
    return ESTIMATORS.get(estimate.method, SKEWED)


def _ends(tails: Sequence[TailIndex], known: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis: all points up to `TOP`, and the intervals that say something."""
    ends = [1.5, 2.1, *known]
    for tail in tails:
        if tail.alpha <= TOP:
            ends.append(tail.alpha)
            if tail.high - tail.low <= _WIDE:
                ends += [tail.low, tail.high]
    return max(0.0, min(ends) - 0.1), max(ends) + 0.1


def _fitted(name: str, group: Sequence[Found], place: int, edge: float) -> dict[str, Any]:
    """Estimates in the colour of their group, which the legend shows though all were rejected."""
    colour = COLOURS[place]
    if not group:
        return points([None], [None], 10, series(colour), edge=(series(colour), 2), name=name)
    alphas, lows, highs = zip(*((t.alpha, t.low, t.high) for _, t in group), strict=True)
    drawn = _points(name, group, edge, colour, colour)
    return drawn | {"error_x": whiskers(alphas, lows, highs, series(colour), 2, 5)}


def _points(
    name: str, group: Sequence[Found], edge: float, inside: int | str, around: int | str
) -> dict[str, Any]:
    return points(
        short(tail.alpha if tail.alpha <= edge else None for _, tail in group),
        [_how(e).label for e, _ in group],
        10,
        named(inside),
        edge=(named(around), 2),
        name=name,
        text=[e.title for e, _ in group],
        customdata=[
            f" ({words.alpha(t.low)} to {words.alpha(t.high)})" if t.fits else ", fit rejected"
            for _, t in group
        ],
        hovertemplate="%{text}: α = %{x:.3f}%{customdata}<extra></extra>",
    )


def _said(shown: Sequence[Found], truth: float | None, known: str) -> list[str]:
    said = [] if truth is None else [f"{known} {truth:g}"]
    for e, t in shown:
        told = with_interval(t.alpha, t.low, t.high) if t.fits else words.REJECTED
        said.append(f"{e.title}: {told}")
    return said
