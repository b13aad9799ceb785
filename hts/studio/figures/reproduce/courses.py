"""Medians over seeds along an axis, a line and a band each: noises beside their controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.paired.median import Median
from hts.studio.figures.axes import (
    alpha_axis,
    axis,
    band,
    figure,
    line,
    percent_axis,
    pruned_axis,
    short,
)
from hts.studio.figures.card import Card, Size, card
from hts.studio.figures.theme import ideas, named


@dataclass(frozen=True, kw_only=True)
class Course:
    """One line.  ``stability``: of its noise, None without; ``again``: at equal steps, thinner."""

    name: str
    medians: Sequence[Median]
    stability: float | None
    again: bool = False


def trend_card(
    courses: Sequence[Course], *, over: str, at: Sequence[float], up: str, **words: Any
) -> Card:
    """Against the alphas or widths ``at`` of a trend test."""
    ticks: dict[str, Any] = {"tickvals": list(at), "ticktext": [f"{value:g}" for value in at]}
    across = alpha_axis(min(at) - 0.03, max(at) + 0.03, **ticks)
    if over != "alpha":
        across = axis(f"{over}, logarithmic", type="log", **ticks)
    return _card(courses, at, across, percent_axis(up), **words)


def curves_card(courses: Sequence[Course], *, at: Sequence[float], **words: Any) -> Card:
    """Test accuracy against the percent of units removed ``at``."""
    return _card(courses, at, pruned_axis(), axis("test accuracy", ticksuffix=" %"), **words)


def _card(
    courses: Sequence[Course],
    at: Sequence[float],
    across: dict[str, Any],
    up: dict[str, Any],
    *,
    name: str,
    title: str,
    caption: str,
    size: Size = "full",
) -> Card:
    plain = [course for course in courses if not course.again]
    looks = dict(zip((c.name for c in plain), ideas(c.stability for c in plain), strict=True))
    traces, said = [], [title.lower()]
    for course in courses:
        look = looks[course.name]
        low, middle, high = (
            short(getattr(m, end) for m in course.medians) for end in ("low", "median", "high")
        )
        label = f"{course.name}, equal steps" if course.again else course.name
        group: dict[str, Any] = {"legendgroup": label}
        if not course.again:
            traces.append(band(at, low, high, look.colour, opacity=12) | group)
        edge = {"width": 1.2, "color": named("background")}
        marker = {"size": 5 if course.again else 8, "symbol": look.symbol, "line": edge}
        traces.append(
            line(
                label, at, middle, look.colour, dash=look.dash, width=1 if course.again else 2.2,
                mode="lines+markers", marker=marker, customdata=list(zip(low, high, strict=True)),
                hover="%{x}: %{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f})",
                **group,
            )
        )  # fmt: skip
        ends = ", ".join(f"{y:.1f} % at {x:g}" for x, y in zip(at, middle, strict=True))
        said.append(f"{label}: {ends}")
    laid = figure(traces, f"reproduce-{name}", xaxis=across, yaxis=up)
    return card(name, title, caption, said, laid, size=size)
