"""Propagation of chaos: one noise in front, the others behind it, since they nearly coincide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.studio.figures.axes import band, line, positive, short
from hts.studio.figures.card import Card
from hts.studio.figures.theory.card import colours, guide, log_card, titles
from hts.theory.records import ChaosResult


def chaos_error(result: ChaosResult, chosen: int) -> Card:
    """Error of a unit against n, with the slope that is expected."""
    names, case = titles(result.cases), result.cases[chosen]
    colour = colours([case])[0]
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
        f"{names[chosen]} falls like n to the {case.slope}.".replace("-", "−"), said, traces,
        "units n", error.sizes, "distance", values, "full",
    )  # fmt: skip


def chaos_pairs(result: ChaosResult, chosen: int) -> Card:
    """Size of the correlation of two tagged units against n."""
    names, case = titles(result.cases), result.cases[chosen]
    colour = colours([case])[0]
    traces = _behind(
        [(c.pair_widths, [abs(v) for v in c.correlation]) for c in result.cases], chosen
    )
    ends = zip(case.correlation_low, case.correlation_high, strict=True)
    near, far = zip(*[sorted((abs(low), abs(high))) for low, high in ends], strict=True)
    sizes = [abs(c) for c in case.correlation]
    traces += [
        band(case.pair_widths, positive(near), positive(far), colour),
        line(names[chosen], case.pair_widths, positive(sizes), colour),
    ]
    said = [
        f"{name}: {abs(c.correlation[0]):.3g} at n = {c.pair_widths[0]}, "
        f"{abs(c.correlation[-1]):.3g} at n = {c.pair_widths[-1]}"
        for name, c in zip(names, result.cases, strict=True)
    ]
    widths = [float(n) for n in case.pair_widths]
    values = [abs(v) for c in result.cases for v in c.correlation]
    return log_card(
        "chaos-pairs", "Two tagged units", "Size of the correlation of two units' shares in the "
        "network's output, with its 95 % interval; it is negative, as units share one residual.",
        said, traces, "units n", widths, "correlation, size", values,
    )  # fmt: skip


def chaos_law(result: ChaosResult, chosen: int) -> Card:
    """Wasserstein distance of one unit's law to the limit's; dotted: what sampling alone gives."""
    names, case = titles(result.cases), result.cases[chosen]
    colour = colours([case])[0]
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
