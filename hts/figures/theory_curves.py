"""Errors of the theory's experiments against sizes, on logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hts.figures import words
from hts.figures.axes import axis, band, figure, line, log_axis, positive, short
from hts.figures.card import Card, Size
from hts.figures.theme import named
from hts.theory.records import ChaosResult, EmergentResult, EulerResult, LimitResult, WidthResult
from hts.theory.settings import Case


def chaos_error(result: ChaosResult) -> Card:
    """Error of a unit against n, a line per noise, -1/2 dashed."""
    traces, said = [], []
    for i, case in enumerate(result.cases):
        title = _title(case.kind, case.alpha)
        error = case.error
        traces.append(band(error.sizes, short(error.low), short(error.high), i))
        traces.append(line(title, error.sizes, positive(error.typical), i))
        said.append(f"{title}: slope {case.slope.slope:.3f}")
    first = result.cases[0].error
    traces.append(_guide("slope −1/2", first.sizes, first.typical, -0.5))
    values = [v for case in result.cases for v in (*case.error.low, *case.error.high)]
    return _card("chaos-error", "Distance of n units to the limit", "Mean over units of the "
                 "largest distance over time, geometric mean over replicates with its 95 % "
                 "interval.", said, traces, "units n", first.sizes, "distance", values)  # fmt: skip


def chaos_pairs(result: ChaosResult) -> Card:
    """Correlation of two tagged units against n, its size."""
    traces, said = [], []
    for i, case in enumerate(result.cases):
        title = _title(case.kind, case.alpha)
        sizes = [abs(c) for c in case.correlation]
        traces.append(line(title, case.pair_widths, positive(sizes), i))
        said.append(f"{title}: {sizes[0]:.3g} at n = {case.pair_widths[0]}, {sizes[-1]:.3g} at "
                    f"n = {case.pair_widths[-1]}")  # fmt: skip
    widths = [float(n) for n in result.cases[0].pair_widths]
    values = [abs(c) for case in result.cases for c in case.correlation]
    return _card("chaos-pairs", "Two tagged units", "Size of the correlation of two units' shares "
                 "in the network's output; it is negative, as units share one residual.", said,
                 traces, "units n", widths, "correlation, size", values)  # fmt: skip


def chaos_law(result: ChaosResult) -> Card:
    """Wasserstein distance of one unit's law to the limit's; dotted: what sampling alone gives."""
    traces, said, values = [], [], []
    for i, case in enumerate(result.cases):
        title = _title(case.kind, case.alpha)
        traces.append(line(title, case.error.sizes, positive(case.wasserstein), i))
        traces.append(line(f"{title}, sampling", case.error.sizes, positive(case.floor), i,
                           dash="dot", width=1, showlegend=False))  # fmt: skip
        values += [*case.wasserstein, *case.floor]
        said.append(f"{title}: {case.wasserstein[-1]:.3g} at the largest n")
    return _card("chaos-law", "The law of one unit", "Wasserstein-1 distance of pooled, coupled "
                 "samples on two projections; dotted, two independent samples of the limit.",
                 said, traces, "units n", result.cases[0].error.sizes, "W₁", values)  # fmt: skip


def euler_error(result: EulerResult) -> Card:
    """Mean unit (solid) and largest unit (dashed) of the widest system against the step."""
    traces, said, values = [], [], []
    for i, case in enumerate(result.cases):
        title = _title(case.kind, case.alpha)
        mean, largest = case.mean[-1], case.largest[-1]
        traces.append(line(title, mean.sizes, positive(mean.typical), i))
        traces.append(line(f"{title}, largest unit", largest.sizes, positive(largest.typical), i,
                           dash="dash", width=1.4))  # fmt: skip
        values += [*mean.typical, *largest.typical]
        said.append(f"{title}: slope {case.slopes[-1].slope:.3f}, largest unit "
                    f"{case.slopes_of_largest[-1].slope:.3f}")  # fmt: skip
    first = result.cases[0]
    return _card("euler-error", f"Error against the step, n = {first.widths[-1]}", "Largest "
                 "distance over time to the path at the finest step, on the same noise.", said,
                 traces, "step η", first.mean[-1].sizes, "error", values)  # fmt: skip


def euler_width(result: EulerResult) -> Card:
    """Errors at the smallest step against the width."""
    traces, said, values = [], [], []
    for i, case in enumerate(result.cases):
        title = _title(case.kind, case.alpha)
        for dash, curves in (("solid", case.mean), ("dash", case.largest)):
            at = [curve.typical[-1] for curve in curves]
            name = title if dash == "solid" else f"{title}, largest unit"
            traces.append(line(name, case.widths, positive(at), i, dash=dash))
            values += at
        said.append(f"{title}: slope {case.slope_on_width.slope:+.3f}, largest unit "
                    f"{case.slope_of_largest_on_width.slope:+.3f}")  # fmt: skip
    widths = [float(n) for n in result.cases[0].widths]
    return _card("euler-width", "Error against the width, smallest step", "The mean unit does not "
                 "feel n; the largest of n units is one of more.", said, traces, "units n", widths,
                 "error", values)  # fmt: skip


def width_error(result: WidthResult, place: int) -> Card:
    """e(kappa) at ``result.settings.kappas[place]`` against n, with the guide of heavy tails."""
    traces, said, values = [], [], []
    widths = [float(n) for n in result.settings.widths]
    for i, case in enumerate(result.cases):
        title = _title(case.kind, case.alpha)
        means = case.mean[place]
        traces.append(band(widths, short(case.low[place]), short(case.high[place]), i))
        traces.append(line(title, widths, positive(means), i))
        values += means
        if case.exponent is not None:
            last = widths[-1]
            guide = [means[-1] * (n / last) ** (case.exponent / 2) for n in widths]
            traces.append(line(f"guide {title}", widths, positive(guide), i, dash="dot", width=1,
                               showlegend=False))  # fmt: skip
        said.append(f"{title}: {means[0]:.3f} at n = {widths[0]:g}, {means[-1]:.3f} at "
                    f"{widths[-1]:g}")  # fmt: skip
    kappa = result.settings.kappas[place]
    return _card("width-error", f"e(κ) at κ = {kappa:g}", "Mean over replicates with its 95 % "
                 "interval; dotted, the guide n^(1/2 − 1/α) through the widest.", said, traces,
                 "units n", widths, "relative error", values, "full")  # fmt: skip


def limit_distance(result: LimitResult) -> Card:
    """Kolmogorov distance of n units to the limit law, both problems on the line."""
    traces, said, values = [], [], []
    for i, found in enumerate(result.lines):
        error = found.distance
        traces.append(band(error.sizes, short(error.low), short(error.high), i))
        traces.append(line(found.name, error.sizes, positive(error.typical), i))
        values += [*error.low, *error.high]
        said.append(f"{found.name}: slope {found.slope.slope:.3f}")
    sizes = result.lines[0].distance.sizes
    return _card("limit-distance", "Distance of n units' law to the limit", "Largest difference of "
                 "the distribution functions at the last time.", said, traces, "units n", sizes,
                 "Kolmogorov distance", values)  # fmt: skip


def emergent_index(result: EmergentResult) -> Card:
    """Predicted and measured tail index against the step size."""
    steps = [m.step for m in result.measured]

    def measured(name: str, index: int, alpha: list[float], low: list[float],
                 high: list[float]) -> dict[str, Any]:  # fmt: skip
        trace = line(name, short(steps), short(alpha), index)
        above = [h - a for h, a in zip(high, alpha, strict=True)]
        below = [a - lo for a, lo in zip(alpha, low, strict=True)]
        return {**trace, "mode": "markers", "marker": {"size": 8},
                "error_y": {"array": short(above), "arrayminus": short(below),
                            "thickness": 1.2, "width": 3}}  # fmt: skip

    rows = result.measured
    traces = [
        line("predicted", short(result.steps), short(result.predicted), 0),
        measured("plain SGD", 0, [m.alpha for m in rows], [m.low for m in rows],
                 [m.high for m in rows]),
        measured(f"with injected α = {result.settings.alpha:g}", 1, [m.injected for m in rows],
                 [m.injected_low for m in rows], [m.injected_high for m in rows]),
    ]  # fmt: skip
    top = max(m.high for m in rows)
    laid = figure(
        traces, "emergent", xaxis=axis("step size η", range=[0.9 * steps[0], 1.05 * steps[-1]]),
        yaxis=axis("tail index", range=[0, 1.05 * top]),
        shapes=[{"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": 2, "y1": 2,
                 "line": {"color": named("muted"), "dash": "dot", "width": 1.2}}],
    )  # fmt: skip
    said = [f"step {m.step:.3g}: measured {m.alpha:.2f}" for m in rows]
    return Card(id="emergent-index", title="Tail index against the step size", caption="Hill's "
                "estimate over independent chains with its 95 % interval. Below the dotted line "
                "the variance is infinite.", alt=words.sentence(said), figure=laid,
                size="full")  # fmt: skip


def _title(kind: str, alpha: float | None) -> str:
    return Case(kind, alpha).title.replace("alpha", "α")


def _guide(name: str, sizes: Sequence[float], typical: Sequence[float], slope: float) -> Any:
    x, y = np.log(np.asarray(sizes)), np.log(np.asarray(typical))
    values = np.exp(y.mean() + slope * (x - x.mean()))
    trace = line(name, list(sizes), short(values), 0, dash="dash", width=1.4)
    trace["line"]["color"] = named("muted")
    return trace


def _card(
    name: str,
    title: str,
    caption: str,
    said: list[str],
    traces: list[dict[str, Any]],
    across: str,
    sizes: Sequence[float],
    up: str,
    values: Sequence[float],
    size: Size = "",
) -> Card:
    there = [v for v in values if v > 0]
    laid = figure(
        traces, name, xaxis=log_axis(across, min(sizes), max(sizes)),
        yaxis=log_axis(up, min(there), max(there)),
    )  # fmt: skip
    return Card(id=name, title=title, caption=caption, alt=words.sentence(said), figure=laid,
                size=size)  # fmt: skip
