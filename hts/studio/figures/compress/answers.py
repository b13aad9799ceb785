"""Answers that pruning changes: regions of the plane, or test examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from hts.pruning.criteria import CRITERIA
from hts.pruning.records import CompressionRecord, Flip, Plane, ShownExample
from hts.studio.figures import words
from hts.studio.figures.axes import figure, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run.boundary import Panel, changed_share, regions
from hts.studio.figures.theme import named, scale, series

FLIPS = "Answers that flip"
PLANE = "Decision regions"
_ACROSS = 4


def changed_answers(record: CompressionRecord, criterion: str, place: int) -> Card:
    """The plane where the problem is one, else some test examples, at level ``place``."""
    if record.plane is not None:
        return _regions(record, record.plane, criterion, place)
    return _examples(record, criterion, place)


def _regions(record: CompressionRecord, plane: Plane, criterion: str, place: int) -> Card:
    view = record.views[criterion][place]
    full, pruned = (
        _rows(digits, len(plane.x)) for digits in (plane.full, view.boundary or plane.full)
    )
    removed = words.percent(100 * record.views_at[place])
    panels = [Panel("whole", plane, full, full), Panel(f"{removed} removed", plane, pruned, full)]
    laid, classes = regions(panels, record.run)
    changed = words.percent(changed_share(full, pruned))
    caption = (
        "What the network answers at every place of the plane, whole and pruned; dots are "
        "training examples."
    )
    effect = (
        f"{CRITERIA[criterion].title}: removing {removed} changes the answer on {changed} of the "
        f"plane and on {view.flipped} of {record.test_points} test examples"
    )
    return card("answers", PLANE, caption, [f"{classes} classes", effect], laid, size="full")


def _rows(digits: str, width: int) -> list[list[int]]:
    return [[int(d) for d in digits[i : i + width]] for i in range(0, len(digits), width)]


def _examples(record: CompressionRecord, criterion: str, place: int) -> Card:
    view = record.views[criterion][place]
    removed = words.percent(100 * record.views_at[place])
    share = words.percent(100 * view.flipped / max(1, record.test_points))
    told = (
        f"With {removed} removed, {view.flipped} of {record.test_points} test answers ({share}) "
        f"are other ones: {view.became_wrong} that were right became wrong, "
        f"{view.became_right} that were wrong became right"
    )
    if not view.flips:
        why = "No answer changes at this level."
        if view.flipped and not record.shown:
            why = "The examples are of a table that you do not see."
        return waiting("answers", FLIPS, f"{told}.", why, size="full")
    said = [told]
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    notes = []
    for spot, flip in enumerate(view.flips):
        example = record.shown[flip.example]
        suffix = "" if spot == 0 else str(spot + 1)
        column, row = spot % _ACROSS, spot // _ACROSS
        high = row_span(row, -(-len(view.flips) // _ACROSS))
        domain = [column / _ACROSS + 0.015, (column + 1) / _ACROSS - 0.015]
        bare = {"visible": False, "fixedrange": True}
        layout[f"xaxis{suffix}"] = {**bare, "domain": domain, "anchor": f"y{suffix}"}
        layout[f"yaxis{suffix}"] = {**bare, "domain": high, "anchor": f"x{suffix}"}
        if record.image_shape is not None:
            layout[f"yaxis{suffix}"] |= {"autorange": "reversed", "scaleanchor": f"x{suffix}"}
        traces.append(_drawn(record, example, suffix))
        text = _answers(record, example, flip)
        said.append(text)
        notes.append({
            "text": text, "showarrow": False, "xref": "paper", "yref": "paper",
            "x": sum(domain) / 2, "y": high[1], "xanchor": "center", "yanchor": "bottom",
            "font": {"size": 11, "color": named("muted")},
        })  # fmt: skip
    layout |= {"showlegend": False, "annotations": notes, "top": 20}
    laid = figure(traces, f"{record.run} {criterion}", **layout)
    caption = f"{told}. Shown: {len(view.flips)} of them, with the answer before and after."
    return card("answers", FLIPS, caption, said, laid, size="full")


def row_span(row: int, rows: int) -> list[float]:
    """Lower and upper end of a row of small figures, the first on top, with room for words."""
    return [1 - (row + 1) / rows + 0.02, 1 - row / rows - 0.1 / rows]


def _answers(record: CompressionRecord, example: ShownExample, flip: Flip) -> str:
    before, after, truth = (record.classes[i] for i in (example.before, flip.answer, example.truth))
    right = example.before == example.truth or flip.answer == example.truth
    mark = "right before" if example.before == example.truth else "right after"
    return f"{before} → {after}, {mark if right else f'is {truth}'}"


def _drawn(record: CompressionRecord, example: ShownExample, suffix: str) -> dict[str, Any]:
    place = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "hoverinfo": "skip"}
    if record.image_shape is None:
        look = {"type": "scatter", "mode": "lines", "line": {"color": series(0), "width": 1.4}}
        return {**look, "y": short(example.values), **place}
    channels, height, width = record.image_shape
    values = np.array(example.values).reshape(channels, height, width)
    if channels == 3:
        low, span = values.min(), max(float(np.ptp(values)), 1e-9)
        bright = np.round(255 * (values - low) / span).astype(int)
        return {"type": "image", "z": bright.transpose(1, 2, 0).tolist(), **place}
    shades = {"type": "heatmap", "colorscale": scale(), "showscale": False}
    return {**shades, "z": values[0].tolist(), **place}
