"""Averages that settle or do not, and how few values carry the sum of squares."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import (
    Numbers,
    axis,
    figure,
    line,
    log_axis,
    percent_axis,
    positive,
    rule,
    short,
)
from hts.studio.figures.card import Card, Figure, Size
from hts.studio.figures.noise.laws import KEEP, law_name


def running_mean_card(
    alphas: Sequence[float], counts: Sequence[int], means: Sequence[Sequence[float]], caption: str
) -> Card:
    """Mean of the first n values against n, one line per alpha."""
    # Up to the tenth value a mean is a few values: the frame is made for what comes later.
    late = [abs(v) for row in means for n, v in zip(counts, row, strict=True) if n >= 10]
    reach = 1.1 * sorted(late)[int(0.97 * (len(late) - 1))]
    traces = [
        _line(alpha, list(counts), short(row), i)
        for i, (alpha, row) in enumerate(zip(alphas, means, strict=True))
    ]
    for trace in traces:
        trace["hovertemplate"] = "first %{x}: mean %{y:.3g}<extra>%{fullData.name}</extra>"
    said = [
        f"{law_name(a)}: {row[-1]:.3g} at the end" for a, row in zip(alphas, means, strict=True)
    ]
    laid = figure(
        traces[::-1],
        KEEP,
        xaxis=_counts(counts),
        yaxis=axis("mean of the first n", range=[-reach, reach]),
        shapes=[rule(y=0)],
    )
    return _card("mean", "Running mean", caption, said, laid)


def running_variance_card(
    alphas: Sequence[float],
    counts: Sequence[int],
    variances: Sequence[Sequence[float]],
    caption: str,
) -> Card:
    """Variance of the first n values against n on logarithmic axes, one line per alpha."""
    traces = [
        _line(alpha, list(counts), positive(row), i)
        for i, (alpha, row) in enumerate(zip(alphas, variances, strict=True))
    ]
    for trace in traces:
        trace["hovertemplate"] = "first %{x}: variance %{y:.3g}<extra>%{fullData.name}</extra>"
    said = [
        f"{law_name(a)}: {row[-1]:.3g} at the end" for a, row in zip(alphas, variances, strict=True)
    ]
    late = [v for row in variances for n, v in zip(counts, row, strict=True) if n >= 4 and v > 0]
    laid = figure(
        traces[::-1],
        KEEP,
        xaxis=_counts(counts),
        yaxis=log_axis("variance of the first n", min(late), max(late)),
        shapes=[rule(y=2)] if 2 in alphas else [],
    )
    return _card("variance", "Running variance", caption, said, laid, "wide")


def share_card(
    alphas: Sequence[float],
    fractions: Sequence[float],
    shares: Sequence[Sequence[float]],
    marked: float,
    caption: str,
) -> Card:
    """Share of the sum of squares against the share of largest values; ``marked`` is a rule."""
    percents: Numbers = short(100 * f for f in fractions)
    traces = []
    said = []
    for i, (alpha, row) in enumerate(zip(alphas, shares, strict=True)):
        trace = _line(alpha, percents, short(100 * s for s in row), i)
        trace["hovertemplate"] = (
            "largest %{x:.2g} % of values: %{y:.1f} % of the sum of squares"
            "<extra>%{fullData.name}</extra>"
        )
        traces.append(trace)
        at = min(range(len(fractions)), key=lambda k: abs(fractions[k] - marked))
        said.append(f"{law_name(alpha)}: the largest 1 % carry {100 * row[at]:.0f} %")
    laid = figure(
        traces[::-1],
        KEEP,
        xaxis=log_axis(
            "largest values, %",
            100 * fractions[0],
            100,
            ticktext=["0.01", "0.1", "1", "10", "100"],
            tickvals=[0.01, 0.1, 1, 10, 100],
            range=[log10(100 * fractions[0]), 2],
        ),
        yaxis=percent_axis("share of the sum of squares"),
        shapes=[rule(x=100 * marked)],
    )
    return _card("share", "Sum of squares in the largest values", caption, said, laid, "full")


def _line(alpha: float, x: Numbers | Sequence[int], y: Numbers, index: int) -> dict[str, Any]:
    width = 2.4 if index == 0 else 1.8
    return line(law_name(alpha), x, y, index, width=width, legendrank=index)


def _counts(counts: Sequence[int]) -> dict[str, Any]:
    return log_axis("number of values n", 1, counts[-1], range=[0, log10(counts[-1])])


def _card(
    name: str, title: str, caption: str, said: list[str], laid: Figure, size: Size = ""
) -> Card:
    return Card(
        id=name,
        title=title,
        caption=caption,
        alt=words.sentence(said),
        figure=laid,
        size=size,
    )
