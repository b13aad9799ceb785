"""Mean-field laws as they evolve, on the line and in the plane, and how n units approach them."""

from __future__ import annotations

from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, line, positive, short
from hts.studio.figures.card import Card
from hts.studio.figures.theme import scale, series
from hts.studio.figures.theory.card import guide, log_card
from hts.theory.records import LimitResult, Line, Plane


def line_law(found: Line, time: int, name: str) -> Card:
    """Density at one of the times: reference, large system, small one."""
    at = short(found.places)
    each = len(found.places) // len(found.small[time])
    small = [v for v in found.small[time] for _ in range(each)]
    peak = max(max(row) for row in (*found.reference, *found.large))
    traces = [
        line("few units", at, short(small), 1, width=1.4),
        line("many units", at, short(found.large[time]), 2, dash="dot"),
        line("limit law", at, short(found.reference[time]), 0, width=2.4),
    ]
    laid = figure(traces, name, xaxis=axis("θ"), yaxis=axis("density", range=[0, 1.5 * peak]))
    return Card(
        id=name, title=found.name, caption=f"Density at time {found.times[time]:g}.",
        alt=words.sentence([f"highest {max(found.reference[time]):.2f} at the limit",
                            f"{max(found.large[time]):.2f} with many units"]),
        figure=laid,
    )  # fmt: skip


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
    return log_card(
        "limit-distance", "Distance of n units' law to the limit", "Largest difference of the "
        "distribution functions at the last time.", said, traces, "units n", sizes,
        "Kolmogorov distance", values,
    )  # fmt: skip


def limit_coupling(result: LimitResult) -> Card:
    """Units drawn to their mean beside their limit on the same noise, with the exact slopes."""
    traces, said, values = [], [], []
    for i, found in enumerate(result.coupling):
        error = found.error
        traces.append(band(error.sizes, short(error.low), short(error.high), i))
        traces.append(line(f"α {found.alpha:g}", error.sizes, positive(error.typical), i))
        traces.append(guide(error.sizes, error.typical, found.exact, showlegend=False))
        values += [*error.low, *error.high]
        said.append(f"α {found.alpha:g}: slope {found.slope}, exactly {found.exact:.3f}")
    sizes = result.coupling[0].error.sizes
    return log_card(
        "limit-coupling", "Units drawn to their mean, beside their limit", "Mean over units of "
        "the largest distance over time, on the same noise; dashed, the exact exponent 1/α − 1.",
        said, traces, "units n", sizes, "distance", values,
    )  # fmt: skip


def plane_law(plane: Plane, time: int) -> Card:
    """Counts of the large system's (w, b), with the small system's units as points."""
    middles = [(a + b) / 2 for a, b in zip(plane.across, plane.across[1:], strict=False)]
    heat = {
        "type": "heatmap", "x": short(middles), "y": short(middles), "z": plane.counts[time],
        "colorscale": scale(), "showscale": False, "hovertemplate": "w %{x}, b %{y}: %{z}"
        "<extra></extra>",
    }  # fmt: skip
    dots = {
        "type": "scatter", "mode": "markers", "name": "few units",
        "x": [p[0] for p in plane.small[time]], "y": [p[1] for p in plane.small[time]],
        "marker": {"size": 5, "color": series(1)},
    }  # fmt: skip
    reach = [plane.across[0], plane.across[-1]]
    laid = figure([heat, dots], "plane", xaxis=axis("w", range=reach),
                  yaxis=axis("b", range=reach))  # fmt: skip
    shown = sum(map(sum, plane.counts[time]))
    return Card(
        id="plane-law", title="Units tanh(w x + b)", caption=f"Many units as shades, few as "
        f"points, at time {plane.times[time]:g}.",
        alt=f"{shown} units in the frame at time {plane.times[time]:g}.", figure=laid,
    )  # fmt: skip


def plane_output(plane: Plane, time: int) -> Card:
    """What both systems compute, beside what they are to fit."""
    at = short(plane.x)
    traces = [
        line("target", at, short(plane.target), 3, dash="dash"),
        line("few units", at, short(plane.small_output[time]), 1),
        line("many units", at, short(plane.output[time]), 0, width=2.4),
    ]
    gaps = [abs(a - b) for a, b in zip(plane.output[time], plane.target, strict=True)]
    laid = figure(traces, "plane-output", xaxis=axis("x"),
                  yaxis=axis("f(x)", range=[-0.5, 1.0]))  # fmt: skip
    return Card(
        id="plane-output", title="What they compute", caption="Output of both systems and the "
        "curve they are trained on.", alt=f"Largest gap of many units to the target "
        f"{max(gaps):.2f}.", figure=laid,
    )  # fmt: skip
