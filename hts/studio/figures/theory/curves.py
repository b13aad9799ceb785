"""Euler's error against the step and the width; tail indices against the step size."""

from __future__ import annotations

from typing import Any

from hts.studio.figures.axes import axis, figure, line, note, positive, rule, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.points import points, whiskers
from hts.studio.figures.theme import NOISE_FREE, Idea, idea_at, series
from hts.studio.figures.theory.card import log_card, marked, told, type_words
from hts.theory.records import EmergentResult, EulerResult

INFINITE, NOTHING = "plain SGD: infinite variance →", "nothing settles →"


def euler_error(result: EulerResult) -> Card:
    """Mean unit (solid) and largest unit (dashed) of the widest system against the step."""
    traces, said, values = [], [], []
    for drawn, title, case in told(result.cases):
        colour = drawn.colour
        mean, largest = case.mean[-1], case.largest[-1]
        traces.append(marked(line(title, mean.sizes, positive(mean.typical), colour), drawn))
        traces.append(line(f"{title}, largest unit", largest.sizes, positive(largest.typical),
                           colour, dash="dash", width=1.4, showlegend=False))  # fmt: skip
        values += [*mean.typical, *largest.typical]
        said.append(f"{title}: slope {case.slopes[-1].slope:.3f}, largest unit "
                    f"{case.slopes_of_largest[-1].slope:.3f}")  # fmt: skip
    first = result.cases[0]
    return log_card(
        "euler-error", f"Error against the step, n = {first.widths[-1]}",
        f"{type_words(result.cases)}Largest distance over time to the path at the finest step, on "
        "the same noise. Solid: mean over units. Dashed: the largest unit.", said, traces, "step η",
        first.mean[-1].sizes, "error", values,
    )  # fmt: skip


def euler_width(result: EulerResult) -> Card:
    """Errors at the smallest step against the width."""
    traces, said, values = [], [], []
    for drawn, title, case in told(result.cases):
        for dash, curves in (("solid", case.mean), ("dash", case.largest)):
            at = [curve.typical[-1] for curve in curves]
            name = title if dash == "solid" else f"{title}, largest unit"
            one = line(name, case.widths, positive(at), drawn.colour, dash=dash,
                       showlegend=dash == "solid")  # fmt: skip
            traces.append(marked(one, drawn))
            values += at
        said.append(f"{title}: slope {case.slope_on_width.slope:+.3f}, largest unit "
                    f"{case.slope_of_largest_on_width.slope:+.3f}")  # fmt: skip
    widths = [float(n) for n in result.cases[0].widths]
    return log_card(
        "euler-width", "Error against the width, smallest step", "Solid: mean over units. Dashed: "
        "the largest of the n units.", said, traces, "units n",
        widths, "error", values,
    )  # fmt: skip


def emergent_index(result: EmergentResult) -> Card:
    """Predicted and measured tail index against the step size."""
    steps = [m.step for m in result.measured]

    def measured(name: str, drawn: Idea, *parts: str) -> dict[str, Any]:
        alpha, low, high = ([getattr(row, part) for row in rows] for part in parts)
        bars = whiskers(alpha, low, high, series(drawn.colour), 1.2, 3)
        return points(short(steps), short(alpha), 8, series(drawn.colour), symbol=drawn.symbol,
                      error_y=bars, name=name)  # fmt: skip

    rows = result.measured
    injected = f"with injected α = {result.settings.alpha:g}"
    traces = [
        line("predicted", short(result.steps), short(result.predicted), NOISE_FREE.colour),
        measured("plain SGD", NOISE_FREE, "alpha", "low", "high"),
        measured(
            injected, idea_at(result.settings.alpha), "injected", "injected_low", "injected_high"
        ),
    ]
    top = max(m.high for m in rows)
    laid = figure(
        traces, "emergent", xaxis=axis("step size η", range=[0.9 * steps[0], 1.05 * steps[-1]]),
        yaxis=axis("tail index", range=[0, 1.05 * top]),
        shapes=[rule(y=2.0), rule(x=result.critical), rule(x=result.divergence, dash="dash")],
        annotations=[note(said, x=at, xanchor="left", y=1, yref="y domain", yanchor="top")
                     for said, at in ((INFINITE, result.critical), (NOTHING, result.divergence))],
    )  # fmt: skip
    said = [f"step {m.step:.3g}: measured {m.alpha:.2f}" for m in rows]
    batch, inputs = result.settings.batch, result.settings.inputs
    title = f"Tail index against the step size, batch {batch}, {inputs} input{'s' * (inputs != 1)}"
    caption = (
        "Hill's estimate over independent chains with its 95 % interval. Below an index of 2 the "
        "variance is infinite."
    )
    return card("emergent-index", title, caption, said, laid, size="full")
