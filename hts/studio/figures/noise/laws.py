"""Densities and tails of stable laws, with the power law each tends to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.studio.figures.axes import QUIET, axis, figure, line, log_axis, positive, short
from hts.studio.figures.card import Card, Figure, card
from hts.studio.figures.points import points
from hts.studio.figures.theme import Idea, ideas, series

KEEP = "noise"


@dataclass(frozen=True, kw_only=True)
class LawCurve:
    """A symmetric stable law at scale 1; ``constant`` is C of ``P(X > x) ~ C x^-alpha``.

    ``sizes`` and ``shares`` are a sample's: the share of values at least that large.
    """

    alpha: float
    density_x: Sequence[float]
    density: Sequence[float]
    tail_x: Sequence[float]
    beyond: Sequence[float]  # P(|X| > x)
    constant: float
    sizes: Sequence[float] = ()
    shares: Sequence[float] = ()


def law_name(alpha: float) -> str:
    """``α = 1.75``; the two laws with names of their own carry them."""
    known = {2.0: " (Gaussian)", 1.0: " (Cauchy)"}
    return f"α = {alpha:g}{known.get(alpha, '')}"


def density_card(laws: Sequence[LawCurve], caption: str, *, logarithmic: bool) -> Card:
    """Densities; on logarithmic axes of |x| with the power law ``alpha C |x|^(-alpha-1)``."""
    traces = _lines(laws, [(law.density_x, law.density) for law in laws], logarithmic)
    if logarithmic:
        powers = [(law.alpha * law.constant, law.alpha + 1) for law in laws]
        ends = laws[0].density_x[0], laws[0].density_x[-1]
        traces += _powers(powers, ends[1])
        x = log_axis("|x|", *ends)
        y = log_axis("density", 1e-8, 1)
    else:
        x = axis("x", range=[-6, 6])
        y = axis("density", range=[0, 1.08 * max(max(law.density) for law in laws)])
    said = [f"{law_name(law.alpha)}: peak {max(law.density):.3f}" for law in laws]
    return card("density", "Density", caption, said, _figure(traces, x, y))


def tail_card(laws: Sequence[LawCurve], caption: str, *, logarithmic: bool) -> Card:
    """P(|X| > x), the sample's shares as dots; on logarithmic axes ``2 C x^-alpha`` besides."""
    traces = _lines(laws, [(law.tail_x, law.beyond) for law in laws], logarithmic)
    for law, drawn in zip(laws, _drawn(laws), strict=True):
        sample = positive(law.sizes), positive(law.shares)
        traces.append(points(*sample, 5, series(drawn.colour, 55), symbol=drawn.symbol, **QUIET))
    if logarithmic:
        ends = laws[0].tail_x[0], laws[0].tail_x[-1]
        traces += _powers([(2 * law.constant, law.alpha) for law in laws], ends[1])
        x, y = log_axis("x", *ends), log_axis("P(|X| > x)", 1e-6, 1)
    else:
        x, y = axis("x", range=[0, 10]), axis("P(|X| > x)", range=[0, 1.02])
    said = [
        f"{law_name(law.alpha)}: P(|X| > {law.tail_x[-1]:.3g}) is {law.beyond[-1]:.2g}"
        for law in laws
    ]
    return card("tail", "Tail", caption, said, _figure(traces, x, y), size="wide")


def _lines(
    laws: Sequence[LawCurve],
    points: Sequence[tuple[Sequence[float], Sequence[float]]],
    logarithmic: bool,
) -> list[dict[str, Any]]:
    traces, drawn = [], _drawn(laws)
    for place in reversed(range(len(laws))):  # the chosen law lies on top
        x, y = (positive(v) if logarithmic else short(v) for v in points[place])
        name, width = law_name(laws[place].alpha), 2.6 if place == 0 else 1.8
        hover = "x = %{x:.3g}: %{y:.3g}"
        traces.append(
            line(name, x, y, drawn[place].colour, dash=drawn[place].dash, width=width, hover=hover,
                 legendrank=place)
        )  # fmt: skip
    return traces


def _drawn(laws: Sequence[LawCurve]) -> list[Idea]:
    return ideas(law.alpha for law in laws)


def _powers(powers: Sequence[tuple[float, float]], end: float) -> list[dict[str, Any]]:
    """Dashed lines ``factor x^-exponent`` from x = 1 on; none for a law without a power tail."""
    traces: list[dict[str, Any]] = []
    for place, (factor, exponent) in enumerate(powers):
        if factor == 0:
            continue
        ends = [1.0, end]
        drawn = line(
            "power law",
            ends,
            short(factor * x**-exponent for x in ends),
            "text",
            opacity=75 if place == 0 else 45,
            width=1.3,
            dash="dash",
            hoverinfo="skip",
            showlegend=not traces,
            legendgroup="power",
            legendrank=9,
        )
        traces.append(drawn)
    return traces


def _figure(traces: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]) -> Figure:
    # Zoom belongs to the axes: it must not survive a change from linear to logarithmic ones.
    return figure(traces, f"{KEEP}-{x.get('type', 'linear')}", xaxis=x, yaxis=y)
