"""The tail index while training, with its interval and the alpha that was injected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor
from typing import Any

import numpy as np

from hts.studio.figures import marks, words
from hts.studio.figures.axes import QUIET, axis, band, figure, line, note, rule, short, thin
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import rejected
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import (
    Seen,
    bundle,
    faint_lines,
    middle,
    seeds_said,
    seen,
    spread,
    strands,
)
from hts.studio.figures.run.course import course
from hts.studio.figures.run.layers import several, titled
from hts.studio.figures.theme import Idea
from hts.studio.figures.view import ArmView, RunView, TailAt

TITLE = "Tail index over training"
CAPTION = (
    "Stability index of the law fitted to {layer} at each snapshot{interval}; level line: the "
    "alpha of the injected noise."
)
GRADIENT = "gradient noise"
OF_GRADIENT = (
    " Dashed, or open triangles where the fit was rejected: that of the layer's gradient noise."
)


def tail_history(arms: Sequence[ArmView], *, layer: int = 0) -> Card:
    """Tail index of one layer against iteration; of a single seed with its interval."""
    title = titled(TITLE, arms, layer)
    name = several(arms) and next(
        (view.name for arm in arms for run in arm.runs if (view := run.layer(layer))), None
    )
    seeds = seeds_said(arms)
    caption = CAPTION.format(
        layer=name or "the hidden layer", interval="" if seeds else ", with its interval"
    )

    def estimates(run: RunView) -> Sequence[TailAt] | None:
        return thin([s for s in run.tails(layer) if s.alpha is not None]) or None

    shown = seen(arms, estimates)
    if not shown:
        why = "No tail index yet: the first snapshot with an estimate is on its way."
        return waiting("tail", title, caption, why)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    lowest = 2.0
    marked = False
    for one in shown:
        curves = bundle(
            ([s.step for s in points], [s.alpha if s.fits else None for s in points])
            for points in one.parts
        )
        hover = "step %{x}: α %{y:.2f}"
        drawn = strands(
            one, curves, faint=faint_lines(arms), hover=hover, width=2.2, decimals=False
        )
        drawn[-1] |= {"mode": "lines+markers", "marker": {"size": 5, "symbol": one.look.symbol}}
        last = [points[-1] for points in one.parts]
        about = _said(last)
        if len(one.parts) == 1:
            points = one.parts[0]
            lows, highs = (
                short(getattr(s, end) if s.fits else None for s in points)
                for end in ("alpha_low", "alpha_high")
            )
            if one in shown[:2]:
                steps = [s.step for s in points]
                drawn.insert(0, band(steps, lows, highs, one.look.colour, legendgroup=one.arm.key))
            drawn[-1]["customdata"] = list(zip(lows, highs, strict=True))
            hover += " (%{customdata[0]:.2f} to %{customdata[1]:.2f})"
            drawn[-1]["hovertemplate"] = f"{hover}<extra>%{{fullData.name}}</extra>"
            if last[0].fits:
                ends = (words.alpha(end) for end in (last[0].alpha_low, last[0].alpha_high))
                about += f", interval {' to '.join(ends)}"
        if gone := _rejected(one, curves.x[np.isnan(curves.y).all(axis=0)]):
            drawn.append(gone | {"showlegend": not marked})
            marked = True
        traces += drawn
        said.append(
            f"{one.arm.label}: {about} at step {max(s.step for s in last)}, "
            f"{words.injected(one.arm.runs[0].config)} injected"
        )
        known = [v for points in one.parts for s in points for v in (s.alpha, s.alpha_low)]
        lowest = min([lowest, *(v for v in known if v is not None)])
    noises = [(one, found) for one in shown if (found := _gradients(one, layer))]
    for one, (drawn, about, low) in noises:
        named = {trace.get("name") for trace in traces}
        traces += [trace | {"showlegend": trace["name"] not in named} for trace in drawn]
        said.append(f"{one.arm.label}: {GRADIENT} {about}")
        lowest = min(lowest, low)
    end = max(one.arm.longest.steps_done for one in shown)
    changes = [mark for one in shown for mark in marks.so_far(one.arm.longest)]
    shapes, labels = marks.drawn(changes, end)
    said += marks.said(marks.so_far(shown[0].arm.longest))
    noted = False
    for one in shown:
        if one.arm.stability is None:
            continue
        steps, alphas = marks.injected_course(one.arm.longest.config, end)
        there = [alpha for alpha in alphas if alpha is not None] or [one.arm.stability]
        lowest = min(lowest, *there)
        moves = len(set(alphas)) > 1
        if moves:
            traces.append(_course(steps, alphas, one.look))
        else:
            shapes.append(rule(y=there[0], dash=one.look.dash, colour=one.look.colour))
        if not noted:
            at = {"xref": "x domain", "x": 0.01, "xanchor": "left", "y": there[0]}
            text = "injected α" if moves else f"injected α = {there[0]:g}"
            labels.append(note(text, yanchor="top", **at))
        noted = True
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=axis("iteration", rangemode="tozero"),
        yaxis=axis("tail index α", range=[max(0.0, floor(2 * lowest - 0.2) / 2), 2.08]),
        shapes=shapes,
        annotations=labels,
        meta=course([one.arm for one in shown], {}),
    )
    caption += (OF_GRADIENT if noises else "") + seeds + (f" {words.OPEN_MARKS}" if marked else "")
    return card("tail", title, caption, said, laid)


def _gradients(
    one: Seen[Sequence[TailAt]], layer: int
) -> tuple[list[dict[str, Any]], str, float] | None:
    """The gradient noise of an arm: its line, what is said of it, its lowest value."""
    parts = [thin(found) for run in one.arm.runs if (found := run.gradient_tails(layer))]
    if not parts:
        return None
    noise = Seen(one.arm, one.look, parts)
    curves = bundle(
        ([s.step for s in points], [s.alpha if s.fits else None for s in points])
        for points in parts
    )
    hover = f"step %{{x}}: α %{{y:.2f}}<extra>{one.arm.label}: {GRADIENT}</extra>"
    style = {"legendgroup": one.arm.key, "hovertemplate": hover}
    steps, alphas = [int(at) for at in curves.x], short(curves.quantile(0.5))
    drawn = []
    if any(alpha is not None for alpha in alphas):
        dashed = line(GRADIENT, steps, alphas, one.look.colour, width=1.6, dash="dash")
        drawn.append(dashed | style)
    if gone := _rejected(noise, curves.x[np.isnan(curves.y).all(axis=0)]):
        marker = gone["marker"] | {"symbol": "triangle-down-open"}
        drawn.append(gone | style | {"name": f"{GRADIENT}, fit rejected", "marker": marker})
    lowest = min(_known(s.alpha) for points in parts for s in points)
    return drawn, _said([points[-1] for points in parts]), lowest


def _rejected(one: Seen[Sequence[TailAt]], steps: Iterable[float]) -> dict[str, Any] | None:
    """Marks where an arm has estimates at ``steps``, at their median; None without any."""
    alphas = {
        step: middle(found)
        for step in map(int, steps)
        if (found := [_known(s.alpha) for points in one.parts for s in points if s.step == step])
    }
    if not alphas:
        return None
    at, symbol = list(alphas), one.look.symbol
    return rejected(at, short(alphas.values()), symbol, legendgroup=one.arm.key)


def _said(last: Sequence[TailAt]) -> str:
    """The last estimates of the seeds, those of rejected fits left out and counted."""
    fitting = [_known(s.alpha) for s in last if s.fits]
    if not fitting:
        return f"tail index {words.REJECTED}"
    gone = len(last) - len(fitting)
    return f"tail index {spread(fitting, words.alpha)}" + (f" ({gone} rejected)" if gone else "")


def _course(steps: Sequence[int], alphas: Sequence[float | None], look: Idea) -> dict[str, Any]:
    """The alpha that was injected, where it changes."""
    drawn = line("injected", steps, alphas, look.colour, width=1.2, dash=look.dash, **QUIET)
    return drawn | {"line": drawn["line"] | {"shape": "hv"}}


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


RUN_FIGURES.register(ArmFigure(name="tail", place=50, draw=tail_history, compares=True))
