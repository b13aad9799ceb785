"""Propagation of chaos: one noise in front, the others behind it, since they nearly coincide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import band, line, positive, short
from hts.studio.figures.card import Card
from hts.studio.figures.theory.card import guide, log_card, looks, titles
from hts.theory.dependence import LEAST
from hts.theory.records import ChaosResult


def chaos_error(result: ChaosResult, chosen: int) -> Card:
    """Error of a unit against n, with the slope that is expected."""
    names, case = titles(result.cases), result.cases[chosen]
    colour = looks([case])[0].colour
    error = case.error
    traces = _behind([(c.error.sizes, c.error.typical) for c in result.cases], chosen)
    traces += [
        band(error.sizes, short(error.low), short(error.high), colour),
        line(names[chosen], error.sizes, positive(error.typical), colour),
    ]
    if case.expected is not None:
        traces.append(guide(error.sizes, error.typical, case.expected))
    said = [
        f"{name}: slope {c.slope.slope:.3f}" for name, c in zip(names, result.cases, strict=True)
    ]
    values = [v for c in result.cases for v in c.error.typical] + error.low + error.high
    return log_card(
        "chaos-error", "Distance of n units to the limit", "Mean over units of the largest "
        "distance over time, geometric mean over replicates with its 95 % interval: "
        + words.minus(f"{names[chosen]} falls like n to the {case.slope}."), said, traces,
        "units n", error.sizes, "distance", values, "full",
    )  # fmt: skip


def chaos_pairs(result: ChaosResult, chosen: int) -> Card:
    """What the mean of n units varies, over independent ones; the other noises by their value."""
    names, case = titles(result.cases), result.cases[chosen]
    own = looks([case])[0].colour
    widths = case.averages[0].ratio.sizes
    traces = _behind(
        [(c.averages[0].ratio.sizes, c.averages[0].ratio.typical) for c in result.cases], chosen
    )
    for one, dash in zip(case.averages, ("solid", "dash", "dot"), strict=True):
        traces += [
            band(widths, short(one.ratio.low), short(one.ratio.high), own),
            line(one.observable, widths, positive(one.ratio.typical), own, dash=dash),
        ]
    said = [
        f"{name}: {c.averages[0].ratio.typical[-1]:.3g} at n = {widths[-1]:g}"
        for name, c in zip(names, result.cases, strict=True)
    ]
    ratios = [one.ratio for c in result.cases for one in c.averages]
    values = [*(v for r in ratios for v in (*r.low, *r.high)), LEAST, 1.0]
    return log_card(
        "chaos-pairs", "Two tagged units",
        f"How much the mean of n units varies under {names[chosen]}, over that of independent "
        "units (1), by the unit's share in the output and by its rank, with 95 % "
        "intervals over blocks of systems. A factor that all share would make it rise like n, a "
        "fixed sum would be 0; a constant is what independence in the limit gives.",
        said, traces, "units n", widths, "variance over independent", values,
    )  # fmt: skip


def chaos_law(result: ChaosResult, chosen: int) -> Card:
    """Wasserstein distance of one unit's law to the limit's; dotted: what sampling alone gives."""
    names, case = titles(result.cases), result.cases[chosen]
    colour = looks([case])[0].colour
    traces = _behind([(c.error.sizes, c.wasserstein) for c in result.cases], chosen)
    traces += [
        line(names[chosen], case.error.sizes, positive(case.wasserstein), colour),
        line(
            "sampling alone", case.error.sizes, positive(case.floor), "muted", dash="dot", width=1.4
        ),
    ]
    said = [
        f"{name}: {c.wasserstein[-1]:.3g} at the largest n"
        for name, c in zip(names, result.cases, strict=True)
    ]
    values = [v for c in result.cases for v in c.wasserstein] + case.floor
    return log_card(
        "chaos-law", "The law of one unit", "Wasserstein-1 distance to the limit's law of pooled, "
        "coupled samples, the larger of two projections; dotted, of two independent samples of "
        "the limit.", said, traces, "units n", case.error.sizes, "W₁", values,
    )  # fmt: skip


def _behind(
    curves: list[tuple[Sequence[float], Sequence[float]]], chosen: int
) -> list[dict[str, Any]]:
    """All curves but one, thin and grey, under one name in the legend."""
    traces: list[dict[str, Any]] = []
    for place, (x, y) in enumerate(curves):
        if place != chosen:
            traces.append(line("other noises", x, positive(y), "muted", opacity=60, width=1.2,
                               legendgroup="others", showlegend=not traces,
                               hoverinfo="skip"))  # fmt: skip
    return traces
