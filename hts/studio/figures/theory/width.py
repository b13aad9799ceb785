"""Compressibility against width: the error, who reaches a bound, and the theorem's own steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, line, log_axis, positive, rule, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.theme import ideas, series
from hts.studio.figures.theory.card import marked, told, type_words, width_axis
from hts.theory.claims import share_words
from hts.theory.records import Reach, RegimeRow, WidthResult


def width_error(result: WidthResult, place: int) -> Card:
    """e(kappa) at ``result.settings.kappas[place]`` against n, with the guide of heavy tails."""
    traces, said, values = [], [], []
    widths = [float(n) for n in result.settings.widths]
    for drawn, title, case in told(result.cases):
        means, colour = case.mean[place], drawn.colour
        traces.append(band(widths, positive(case.low[place]), short(case.high[place]), colour))
        traces.append(marked(line(title, widths, positive(means), colour), drawn))
        values += [*means, *(v for v in case.low[place] if v > 0.05)]
        if case.exponent is not None:
            last = widths[-1]
            guide = [means[-1] * (n / last) ** (case.exponent / 2) for n in widths]
            traces.append(line(f"guide, {title}", widths, positive(guide), colour,
                               dash="dot", width=1.2, showlegend=False))  # fmt: skip
        said.append(f"{title}: {means[0]:.3f} at n = {widths[0]:g}, {means[-1]:.3f} at "
                    f"{widths[-1]:g}, squared slope {case.slopes[place].slope:.3f}")  # fmt: skip
    kappa = result.settings.kappas[place]
    laid = figure(
        traces, f"width-{kappa:g}", xaxis=width_axis("units n", widths),
        yaxis=_share_axis("relative error e(κ)", min(values)),
    )  # fmt: skip
    caption = (
        f"{type_words(result.cases)}Mean over replicates with its 95 % interval; dotted, a guide "
        "of slope 1/2 − 1/α through the widest."
    )
    title = f"e(κ) when the share κ = {kappa:g} is kept"
    return card("width-error", title, caption, said, laid, size="full")


def width_reach(result: WidthResult, kappa: float, eps: float) -> Card:
    """In how many replicates e(kappa) <= eps, against n: the smallest n that is reached with the
    probability of the settings is where a line meets the dotted one and stays above it."""
    traces, said = [], []
    widths, wanted = list(result.settings.widths), result.settings.probability
    for drawn, title, case in told(result.cases):
        reach = _reach(case.reach, kappa, eps)
        if reach is None:
            continue
        shares = [100 * share for share in reach.shares]
        traces.append(marked(line(title, widths, short(shares), drawn.colour), drawn))
        said.append(f"{title}: " + ("not reached" if reach.width is None
                                    else f"from n = {words.count(reach.width)}"))  # fmt: skip
    laid = figure(
        traces, "width-reach", xaxis=width_axis("units n", widths),
        yaxis=axis("share of replicates", range=[-4, 104], ticksuffix=" %", dtick=25),
        shapes=[rule(y=100 * wanted)],
    )  # fmt: skip
    title = f"Smallest n with e({kappa:g}) ≤ {eps:g} in {100 * wanted:g} % of replicates"
    caption = f"{type_words(result.cases)}Smallest n: {'; '.join(said)}."
    return card("width-reach", title, caption, said, laid, size="full")


def regime_error(result: WidthResult, place: int) -> Card:
    """e(kappa) at the theorem's step (filled) and at the practical one (hollow), same seeds."""
    ran = [row for row in result.regime if row.theorem is not None]
    traces, said, values = [], [], []
    alphas = list(dict.fromkeys(row.alpha for row in result.regime))
    for i, (alpha, drawn) in enumerate(zip(alphas, ideas(alphas), strict=True)):
        rows = [row for row in ran if row.alpha == alpha]
        for which, shown in enumerate(("theorem", "practical")):
            shift = 10 ** (0.03 * (2 * i + which - len(alphas) + 0.5))  # side by side
            mean, half = _values(rows, shown, place)
            values += [m - h for m, h in zip(mean, half, strict=True)]
            traces.append(
                {**line(f"α {alpha:g}", [shift * row.width for row in rows], short(mean),
                        drawn.colour),
                 "mode": "markers", "showlegend": shown == "theorem",
                 "error_y": {"array": short(half), "thickness": 1.2, "width": 3},
                 "marker": {"size": 8, "color": series(drawn.colour),
                            "symbol": drawn.symbol + "-open" * (shown != "theorem")}}
            )  # fmt: skip
            said += [f"α {alpha:g}, n = {row.width}, {shown} step: {share_words(m, h)}"
                     for row, m, h in zip(rows, mean, half, strict=True)]  # fmt: skip
    kappa, widths = result.settings.kappas[place], [row.width for row in ran]
    laid = figure(
        traces, f"regime-{kappa:g}",
        xaxis=width_axis("units n", widths, 0.15) | ticks_at(sorted({*widths})),
        yaxis=_share_axis("relative error e(κ)", min([v for v in values if v > 0.05])),
    ) if ran else None  # fmt: skip
    caption = (
        f"κ = {kappa:g}; filled, the theorem's step η, n to the power −α/2 − 1; hollow, "
        f"η = {result.settings.step:g}; means with 95 % intervals."
    )
    empty = "No system was small enough to be run at the theorem's step."
    title = "At the theorem's step and at the practical one"
    return card("regime-error", title, caption, said, laid, empty=empty)


def regime_steps(result: WidthResult) -> Card:
    """How many steps the theorem's step size takes to the horizon; hollow where it was not run."""
    traces, said = [], []
    alphas = list(dict.fromkeys(row.alpha for row in result.regime))
    for alpha, drawn in zip(alphas, ideas(alphas), strict=True):
        rows = sorted((r for r in result.regime if r.alpha == alpha), key=lambda r: r.width)
        marks = [drawn.symbol + "-open" * (row.theorem is None) for row in rows]
        traces.append(
            {**line(f"α {alpha:g}", [r.width for r in rows], [r.steps for r in rows],
                    drawn.colour),
             "mode": "lines+markers",
             "marker": {"size": 8, "symbol": marks, "color": series(drawn.colour)}}
        )  # fmt: skip
        said.append(f"α {alpha:g}: {rows[-1].steps:.2g} steps at n = {rows[-1].width}")
    here, widths = result.settings.steps, [row.width for row in result.regime]
    most = max((row.steps for row in result.regime), default=here)
    laid = figure(
        traces, "regime-steps", xaxis=width_axis("units n", widths, 0.15),
        yaxis=log_axis("steps to the horizon", here, most), shapes=[rule(y=here)],
    ) if widths else None  # fmt: skip
    title = "What the theorem's step costs"
    caption = (
        f"Filled: run here; hollow: only counted. Dotted, the {here} steps of the practical step "
        "at every n."
    )
    return card("regime-steps", title, caption, said, laid, empty="No alpha is below 2.")


def ticks_at(widths: Sequence[int]) -> dict[str, Any]:
    """Ticks of a logarithmic axis at just these widths: there are points nowhere else."""
    return {"tickvals": list(widths), "ticktext": [words.count(width) for width in widths]}


def _reach(found: Sequence[Reach], kappa: float, eps: float) -> Reach | None:
    return next((reach for reach in found if (reach.kappa, reach.eps) == (kappa, eps)), None)


def _values(rows: Sequence[RegimeRow], which: str, place: int) -> tuple[list[float], list[float]]:
    """Means and halves of their intervals of some rows."""
    means = [getattr(row, which)[place] for row in rows]
    return means, [getattr(row, f"{which}_half")[place] for row in rows]


def _share_axis(title: str, low: float) -> dict[str, Any]:
    """A logarithmic axis of shares from ``low`` to 1."""
    first = math.log10(0.93 * low)
    ticks = [t for t in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0) if t >= 10**first]
    return axis(title, type="log", range=[first, 0.02], tickvals=ticks,
                ticktext=[f"{t:g}" for t in ticks])  # fmt: skip
