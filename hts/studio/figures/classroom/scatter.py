"""The runs of a class on one scatter: alpha, pruning ratio, and as colour what accuracy is left.

Where everybody was given the same noise, the accuracy that is left is the axis instead of alpha.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import alpha_axis, colour_bar, figure, note, percent_axis, rule, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.classroom.view import ClassPoint, ClassView
from hts.studio.figures.points import points
from hts.studio.figures.theme import named, scale
from hts.studio.foreign_text import in_figure

TITLE = "What the class has found"
NO_NOISE = 2.1  # where runs without noise stand, beyond the Gaussian end
SMALLEST, LARGEST = 11.0, 30.0  # size of a point, pixels
MOST_NAMES = 8


def class_scatter(view: ClassView, *, title: str = TITLE, large: bool = False) -> Card:
    """Every run as a point, the larger the more asked for it.  ``large``: for a projector."""
    caption = _caption(view)
    if not view.points:
        why = "The first run that ends appears here."
        return waiting("class-scatter", title, caption, why, size="screen" if large else "full")
    missed = [point for point in view.points if point.met is False]
    traces = [
        _trace("does not meet the goal", missed, "x", view, large),
        _trace(
            "meets the goal" if view.goal else "a run",
            [point for point in view.points if point.met is not False],
            "circle",
            view,
            large,
        ),
        _mine([point for point in view.points if point.mine], view, large),
    ]
    font = {"size": 18 if large else 12, "color": named("text")}
    shapes, notes = [], []
    if view.line is not None:
        shapes.append(rule(y=view.line, dash="dash", colour="text", width=1.6))
        letters = {"size": 15 if large else 11, "color": named("text")}
        notes.append(note(view.line_words, x=0, xref="x domain", y=view.line, xanchor="left",
                          yanchor="bottom", font=letters))  # fmt: skip
    colours: dict[str, Any] = {} if view.one_alpha else {"coloraxis": _colours(large)}
    laid = figure(
        [trace for trace in traces if trace["x"]],
        f"{view.id}-scatter",
        top=26,
        xaxis=_accuracies(view) if view.one_alpha else _alphas(view),
        yaxis=percent_axis("units removed"),
        shapes=shapes,
        annotations=notes,
        **colours,
        font=font,
        showlegend=bool(missed) or any(point.mine for point in view.points),
    )
    if large:
        for name in ("xaxis", "yaxis"):
            laid["layout"][name]["title"]["font"]["size"] = 20
        laid["layout"]["legend"]["font"]["size"] = 16
    return card(
        "class-scatter", title, caption, _said(view), laid, size="screen" if large else "full"
    )


def _alphas(view: ClassView) -> dict[str, Any]:
    low = min(1.4, math.floor(10 * min(_across(view.points, view))) / 10 - 0.05)
    ticks = [round(0.1 * k, 1) for k in range(math.ceil(10 * low), 21)]
    ticks = ticks if len(ticks) <= 8 else [tick for tick in ticks if round(10 * tick) % 2 == 0]
    return alpha_axis(
        low,
        NO_NOISE + 0.06,
        "alpha of the noise",
        tickvals=[*ticks, NO_NOISE],
        ticktext=[*(f"{tick:g}" for tick in ticks), "none"],
    )


def _accuracies(view: ClassView) -> dict[str, Any]:
    """From a round number below what most of the class has left, to 100 %."""
    low = 10 * math.floor(min(_across(view.points, view)) / 10 - 0.1)
    return percent_axis(
        "test accuracy after pruning", range=[max(-2, low), 102], dtick=10 if low >= 40 else 20
    )


def _across(points: Sequence[ClassPoint], view: ClassView) -> list[float]:
    if view.one_alpha:
        return [round(point.after, 2) for point in points]
    return [NO_NOISE if point.alpha is None else point.alpha for point in points]


def _trace(
    name: str, runs: Sequence[ClassPoint], symbol: str, view: ClassView, large: bool
) -> dict[str, Any]:
    drawn = points(
        _across(runs, view),
        short(run.ratio for run in runs),
        [_size(run, large) * (0.7 if symbol == "x" else 1) for run in runs],
        named("0") if view.one_alpha else short(run.after for run in runs),
        symbol=symbol,
        edge=(named("muted"), 1),
        name=name,
        hovertext=[_told(run) for run in runs],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )
    drawn["marker"] |= {"opacity": 0.85} if view.one_alpha else {"coloraxis": "coloraxis"}
    return drawn


def _mine(runs: Sequence[ClassPoint], view: ClassView, large: bool) -> dict[str, Any]:
    """A ring around the viewer's own runs."""
    return points(
        _across(runs, view),
        short(run.ratio for run in runs),
        [_size(run, large) + 9 for run in runs],
        named("2"),
        symbol="circle-open",
        edge=(named("2"), 2.5),
        name="yours",
        hoverinfo="skip",
        cliponaxis=False,
    )


def _size(point: ClassPoint, large: bool) -> float:
    size = min(LARGEST, SMALLEST + 4 * math.sqrt(len(point.names) - 1))
    return round(size * (1.5 if large else 1), 1)


def _colours(large: bool) -> dict[str, Any]:
    title = {"text": "accuracy<br>after", "side": "top", "font": {"size": 11}}
    bar = colour_bar(16 if large else 11, title=title, ticksuffix=" %")
    return {"colorscale": scale(), "cmin": 0, "cmax": 100, "colorbar": bar}


def _told(point: ClassPoint) -> str:
    named_ = in_figure(", ".join(point.names[:MOST_NAMES]))
    more = len(point.names) - MOST_NAMES
    who = f"{named_} and {more} more" if more > 0 else named_
    alpha = "no noise" if point.alpha is None else f"alpha {point.alpha:g}"
    return (
        f"<b>{who}</b><br>{alpha}: {words.percent(point.ratio)} removed<br>"
        f"test accuracy {words.percent(point.before)} → {words.percent(point.after)}"
    )


def _caption(view: ClassView) -> str:
    goal = f"{view.goal} " if view.goal else ""
    furthest = f" {view.furthest}" if view.furthest else ""
    held = " Frozen: later runs wait." if view.frozen else ""
    colour = "" if view.one_alpha else "; its colour is the test accuracy that is left"
    return (
        f"{goal}Each point is a run, pruned at squared error 0.1{colour}. The more students asked "
        f"for it, the larger it is.{furthest}{held}"
    )


def _said(view: ClassView) -> list[str]:
    count = len(view.points)
    said = [f"{count} run{'s' * (count != 1)} of the class"]
    if view.goal:
        said.append(f"{sum(p.met is True for p in view.points)} meet the goal: {view.goal[:-1]}")
    best = view.points[0]
    alpha = "no noise" if best.alpha is None else f"alpha {best.alpha:g}"
    said.append(
        f"first is {', '.join(best.names[:MOST_NAMES])} with {words.percent(best.ratio)} of units "
        f"removed at {alpha} and {words.percent(best.after)} test accuracy after pruning"
    )
    return [*said, view.furthest.rstrip(".")] if view.furthest else said
