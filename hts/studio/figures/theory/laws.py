"""Mean-field laws as they evolve, on the line and in the plane, and how n units approach them."""

from __future__ import annotations

from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, line, positive, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.points import points
from hts.studio.figures.theme import ideas, scale, series
from hts.studio.figures.theory.card import guide, log_card, marked
from hts.theory.records import LimitResult

FEW, MANY = 2, 4  # colours of the small system and of the large one, in every figure of these


def sizes(result: LimitResult) -> tuple[str, str]:
    """What the small system and the large one are called: ``30 units``, ``100 000 units``."""
    return words.many(result.settings.few, "unit"), words.many(result.settings.units, "unit")


def line_law(result: LimitResult, place: int, time: int) -> Card:
    """Density at one of the times: reference, large system, small one."""
    found, (few, many), name = result.lines[place], sizes(result), f"line-{place}"
    at = short(found.places)
    each = len(found.places) // len(found.small[time])
    small = [v for v in found.small[time] for _ in range(each)]
    peak = max(max(row) for row in (*found.reference, *found.large))
    traces = [
        line(few, at, short(small), FEW, width=1.4),
        line("limit law", at, short(found.reference[time]), 0, width=4.5, opacity=55),
        line(many, at, short(found.large[time]), MANY, dash="dot"),
    ]
    laid = figure(traces, name, xaxis=axis("θ"), yaxis=axis("density", range=[0, 1.5 * peak]))
    peaks = [max(rows[time]) for rows in (found.reference, found.large)]
    said = [f"highest {peaks[0]:.2f} at the limit", f"{peaks[1]:.2f} with {many}"]
    return card(name, found.name, f"Density at time {found.times[time]:g}.", said, laid)


def limit_distance(result: LimitResult) -> Card:
    """Kolmogorov distance of n units to the limit law, both problems on the line."""
    traces, said, values = [], [], []
    drawn = ideas([result.settings.alpha] * len(result.lines))
    for look, found in zip(drawn, result.lines, strict=True):
        error = found.distance
        traces.append(band(error.sizes, short(error.low), short(error.high), look.colour))
        one = line(found.name, error.sizes, positive(error.typical), look.colour)
        traces.append(marked(one, look))
        values += [*error.low, *error.high]
        said.append(f"{found.name}: slope {found.slope.slope:.3f}")
    widths = result.lines[0].distance.sizes
    return log_card(
        "limit-distance", "Distance of n units' law to the limit", "Largest difference of the "
        "distribution functions at the last time.", said, traces, "units n", widths,
        "Kolmogorov distance", values,
    )  # fmt: skip


def limit_coupling(result: LimitResult) -> Card:
    """Units drawn to their mean beside their limit on the same noise, with the exact slopes."""
    traces, said, values = [], [], []
    drawn = ideas(found.alpha for found in result.coupling)
    for found, look in zip(result.coupling, drawn, strict=True):
        error, colour = found.error, look.colour
        traces.append(band(error.sizes, short(error.low), short(error.high), colour))
        one = line(f"α {found.alpha:g}", error.sizes, positive(error.typical), colour)
        traces.append(marked(one, look))
        traces.append(guide(error.sizes, error.typical, found.exact, showlegend=False))
        values += [*error.low, *error.high]
        said.append(f"α {found.alpha:g}: slope {found.slope}, exactly {found.exact:.3f}")
    widths = result.coupling[0].error.sizes
    return log_card(
        "limit-coupling", "Units drawn to their mean, beside their limit", "Mean over units of "
        "the largest distance over time, on the same noise; dashed, the exact exponent 1/α − 1.",
        said, traces, "units n", widths, "distance", values,
    )  # fmt: skip


def plane_law(result: LimitResult, time: int) -> Card:
    """Counts of the large system's (w, b), with the small system's units as points."""
    plane, (few, many) = result.plane, sizes(result)
    middles = [(a + b) / 2 for a, b in zip(plane.across, plane.across[1:], strict=False)]
    heat = {
        "type": "heatmap", "x": short(middles), "y": short(middles), "z": plane.counts[time],
        "colorscale": scale(), "showscale": False, "hovertemplate": "w %{x}, b %{y}: %{z}"
        "<extra></extra>",
    }  # fmt: skip
    w, b = ([unit[i] for unit in plane.small[time]] for i in (0, 1))
    dots = points(w, b, 5, series(FEW), name=few)
    reach = [plane.across[0], plane.across[-1]]
    laid = figure([heat, dots], "plane", xaxis=axis("w", range=reach),
                  yaxis=axis("b", range=reach))  # fmt: skip
    now = f"at time {plane.times[time]:g}."
    said = f"{sum(map(sum, plane.counts[time]))} units in the frame {now}"
    caption = f"{many} as shades, {few} as points, {now}"
    return card("plane-law", "Units tanh(w x + b)", caption, said, laid)


def plane_output(result: LimitResult, time: int) -> Card:
    """What both systems compute, beside what they are to fit."""
    plane, (few, many) = result.plane, sizes(result)
    at = short(plane.x)
    traces = [
        line("target", at, short(plane.target), 3, dash="dash"),
        line(few, at, short(plane.small_output[time]), FEW),
        line(many, at, short(plane.output[time]), MANY, width=2.4),
    ]
    gaps = [abs(a - b) for a, b in zip(plane.output[time], plane.target, strict=True)]
    laid = figure(traces, "plane-output", xaxis=axis("x"),
                  yaxis=axis("f(x)", range=[-0.5, 1.0]))  # fmt: skip
    caption = "Output of both systems and the curve they are trained on."
    said = f"Largest gap of {many} to the target {max(gaps):.2f}."
    return card("plane-output", "What they compute", caption, said, laid)
