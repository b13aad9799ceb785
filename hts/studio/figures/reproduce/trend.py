"""Pruning ratios against alpha or against n: a line per noise type, a dot per seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, line, note, rule, short
from hts.studio.figures.card import Card, Size, card
from hts.studio.figures.points import points
from hts.studio.figures.theme import Idea, named, series


@dataclass(frozen=True, kw_only=True)
class TrendLine:
    """A mean with its interval at every place, and the single runs."""

    name: str
    looks: Idea
    x: Sequence[float]
    mean: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]
    runs: Sequence[Sequence[float]]  # at every place, one per seed


def trend_card(
    lines: Sequence[TrendLine],
    *,
    name: str,
    title: str,
    caption: str,
    across: Literal["alpha", "n"],
    quiet: float | None = None,
    size: Size = "full",
) -> Card:
    """``quiet``: the value without noise, in percent, as a rule across."""
    traces: list[dict[str, Any]] = []
    for drawn in lines:
        colour = drawn.looks.colour
        edge = {"width": 1.5, "color": named("background")}
        marker = {"size": 7, "symbol": drawn.looks.symbol, "line": edge}
        at, group = list(drawn.x), {"legendgroup": drawn.name}
        traces.append(band(at, short(drawn.low), short(drawn.high), colour) | group)
        traces.append(_dots(drawn) | group)
        mean = line(
            drawn.name,
            at,
            short(drawn.mean),
            colour,
            width=2.4,
            dash=drawn.looks.dash,
            marker=marker,
            customdata=list(zip(short(drawn.low), short(drawn.high), strict=True)),
            hovertemplate="%{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f})"
            f"<extra>{drawn.name}</extra>",
        )
        traces.append(mean | group | {"mode": "lines+markers"})
    shapes, notes = [], []
    if quiet is not None:
        shapes.append(rule(y=quiet))
        place = {"xref": "x domain", "yanchor": "top", "xanchor": "right"}
        notes.append(note("no noise", x=1, y=quiet, **place))
    laid = figure(
        traces,
        f"reproduce-{name}",
        xaxis=_across(across, sorted({x for drawn in lines for x in drawn.x})),
        yaxis=axis("pruning ratio", ticksuffix=" %", rangemode="tozero", nticks=7),
        shapes=shapes,
        annotations=notes,
    )
    said = [title.lower(), "" if quiet is None else f"without noise {quiet:.1f} %"]
    said += [_said(drawn, across) for drawn in lines]
    return card(name, title, caption, said, laid, size=size)


def _across(kind: str, values: Sequence[float]) -> dict[str, Any]:
    if kind == "alpha":
        ends = [max(values) + 0.02, min(values) - 0.02]  # tails grow heavier to the right
        texts = [f"{value:g}" for value in values]
        return axis("α, tails heavier →", tickvals=list(values), ticktext=texts, range=ends)
    texts = [words.count(round(value)) for value in values]
    return axis("n, units of the hidden layer", type="log", tickvals=list(values), ticktext=texts)


def _dots(drawn: TrendLine) -> dict[str, Any]:
    runs = [(x, run) for x, runs in zip(drawn.x, drawn.runs, strict=True) for run in runs]
    return points(
        [x for x, _ in runs],
        short(run for _, run in runs),
        5,
        series(drawn.looks.colour, 45),
        showlegend=False,
        hovertemplate=f"one seed: %{{y:.1f}} %<extra>{drawn.name}</extra>",
    )


def _said(drawn: TrendLine, across: str) -> str:
    letter = "alpha" if across == "alpha" else "n"
    known = [(x, m) for x, m in zip(drawn.x, drawn.mean, strict=True) if m is not None]
    return f"{drawn.name}: " + ", ".join(f"{m:.1f} % at {letter} {x:g}" for x, m in known)
