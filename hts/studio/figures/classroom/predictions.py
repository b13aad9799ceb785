"""What a class has predicted, with the truth marked once it is revealed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hts.studio.figures.axes import axis, figure, names_axis, note, rule
from hts.studio.figures.card import Card, Size, card, waiting
from hts.studio.figures.classroom.view import Predictions
from hts.studio.figures.theme import named, series
from hts.studio.foreign_text import in_figure

TITLE = "What was predicted"
MOST_BINS = 12


def prediction_card(given: Predictions, *, keep: str, large: bool = False) -> Card:
    """Bars of how many chose what, or a histogram of numbers; ``keep``: whose zoom it keeps.

    ``large``: for a projector.
    """
    size: Size = "screen" if large else "full"
    count = sum((given.counts or {}).values()) + len(given.numbers)
    caption = f"{given.question} {count} answer{'s' * (count != 1)}"
    caption += "; the truth is marked." if given.truth is not None else "."
    if not count:
        return waiting("predictions", TITLE, caption, "Nobody has answered yet.", size=size)
    laid = _numbers(given, keep) if given.counts is None else _chosen(given, keep)
    if large:
        layout = laid["layout"]
        layout["font"]["size"] = 18
        layout["xaxis"]["title"]["font"]["size"] = layout["yaxis"]["title"]["font"]["size"] = 20
        for words_there in layout.get("annotations", ()):
            words_there["font"]["size"] = 22
    return card("predictions", TITLE, caption, _said(given), laid, size=size)


def _chosen(given: Predictions, keep: str) -> Any:
    counts = given.counts or {}
    names = [in_figure(name) for name in counts]
    truth = in_figure(given.truth)
    colours = [series(0) if name == truth or given.truth is None else named("muted", 45)
               for name in names]  # fmt: skip
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": list(counts.values()),
        "text": [
            f"{n} ✓" if name == truth else str(n)
            for name, n in zip(names, counts.values(), strict=True)
        ],
        "textposition": "auto",
        "marker": {"color": colours},
        "hovertemplate": "%{y}: %{x}<extra></extra>",
        "showlegend": False,
    }
    return figure(
        [bars],
        f"{keep}-predictions",
        xaxis=_whole_axis(max(counts.values())),
        yaxis=names_axis(names),
        bargap=0.35,
        showlegend=False,
    )  # fmt: skip


def _numbers(given: Predictions, keep: str) -> Any:
    truth = given.truth if isinstance(given.truth, float) else None
    values, unit = np.array(given.numbers), in_figure(given.unit)
    ends = [*given.numbers, *([] if truth is None else [truth])]
    edges = _edges(min(ends), max(ends))
    counts, _ = np.histogram(values, edges)
    bars = {
        "type": "bar",
        "x": (0.5 * (edges[:-1] + edges[1:])).tolist(),
        "width": np.diff(edges).tolist(),
        "y": counts.tolist(),
        "marker": {"color": series(0, 75), "line": {"width": 1, "color": named("background")}},
        "hovertext": [
            f"{low:g} to {high:g} {unit}: {n}"
            for low, high, n in zip(edges[:-1], edges[1:], counts, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }
    shapes, notes = [], []
    for value, what, colour in ((truth, "truth", "4"), (given.mine, "yours", "2")):
        if isinstance(value, float):
            shapes.append(rule(x=value, dash="solid", colour=colour, width=2.5))
            text = f"{what} {value:g} {unit}".strip()
            notes.append(note(text, x=value, y=1 if what == "truth" else 0.88, yref="y domain",
                              xanchor="left", yanchor="top", xshift=4,
                              font={"size": 12, "color": named("text")}))  # fmt: skip
    return figure(
        [bars],
        f"{keep}-predictions",
        xaxis=axis(unit or "answer"),
        yaxis=_whole_axis(int(counts.max())),
        shapes=shapes,
        annotations=notes,
        showlegend=False,
    )


def _edges(low: float, high: float) -> np.ndarray:
    """Ends of bins of a round width that hold everything from ``low`` to ``high``."""
    span = max(high - low, abs(high) * 0.1, 1.0)
    rough = span / MOST_BINS
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(power * step for step in (1, 2, 5, 10) if power * step >= rough)
    first = math.floor(low / width)
    last = max(math.floor(high / width) + 1, first + 1)
    return width * np.arange(first, last + 1)


def _whole_axis(most: int) -> dict[str, Any]:
    step = max(1, math.ceil(most / 5))
    return axis("answers", range=[0, most + 0.15 * max(1, most)], dtick=step, tick0=0)


def _said(given: Predictions) -> list[str]:
    said = [given.question.rstrip(" ?.") + "?"]
    if given.counts is not None:
        said += [f"{name}: {count}" for name, count in given.counts.items()]
    else:
        middle = float(np.median(given.numbers))
        said.append(
            f"{len(given.numbers)} answers from {min(given.numbers):g} to {max(given.numbers):g}, "
            f"half of them below {middle:g} {given.unit}".strip()
        )
    if given.truth is not None:
        told = given.truth if isinstance(given.truth, str) else f"{given.truth:g} {given.unit}"
        said.append(f"the truth is {told}".strip())
    return said
