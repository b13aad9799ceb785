"""What pruning takes from one layer: which units lose what, and the matrix before and after."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from hts.pruning.criteria import CRITERIA
from hts.pruning.records import CompressionRecord, Heat
from hts.studio.figures import words
from hts.studio.figures.axes import figure, percent_axis, short, two_panels
from hts.studio.figures.card import Card, card
from hts.studio.figures.compress.curves import order_of
from hts.studio.figures.theme import named, scale, series

UNITS = "Which units go"
MATRIX = "The weights before and after"


def units_that_go(record: CompressionRecord, criterion: str, place: int, *, layer: int = 0) -> Card:
    """How much of each unit's squared norm is gone at level ``place`` of the views."""
    view, heat = record.views[criterion][place], record.layers[layer]
    lost = view.lost[layer]
    width = 100 / len(lost)
    index = order_of(criterion)
    bars = {
        "type": "bar",
        "name": CRITERIA[criterion].title,
        "x": short(width * (i + 0.5) for i in range(len(lost))),
        "y": short(100 * share for share in lost),
        "width": width,
        "marker": {"color": series(index, 70), "line": {"width": 0}},
        "hovertemplate": f"{heat.of} ranked %{{x:.0f}} %: %{{y:.0f}} % gone<extra></extra>",
    }
    halves = [float(np.mean(part)) for part in np.array_split(np.array(lost), 2)]
    whole, none = sum(share > 0.999 for share in lost), sum(share < 0.001 for share in lost)
    laid = figure(
        [bars],
        f"{record.run} {criterion}",
        xaxis=percent_axis(f"{heat.of}, largest norm first"),
        yaxis=percent_axis("squared norm gone"),
        showlegend=False,
    )
    groups = len(lost)
    caption = (
        f"Share of the squared norm that goes, {heat.of} of {heat.name} sorted by norm and taken "
        f"together in {groups} groups."
    )
    said = (
        f"{CRITERIA[criterion].title}, {heat.name}: {whole} of {groups} groups go whole and {none} "
        f"stay whole; the larger half of the {heat.of} loses {words.percent(100 * halves[0])} on "
        f"average, the smaller half {words.percent(100 * halves[1])}"
    )
    return card("units", _titled(UNITS, record, layer), caption, [said], laid)


def weight_matrix(record: CompressionRecord, criterion: str, place: int, *, layer: int = 0) -> Card:
    """Mean |weight| over blocks of a layer, whole and at level ``place`` of the views."""
    view, heat = record.views[criterion][place], record.layers[layer]
    panels = [decoded(heat, heat.before), decoded(heat, view.heat[layer])]
    traces = [
        _panel(heat, panels[0], "x", with_scale=False),
        _panel(heat, panels[1], "x2", with_scale=True),
    ]
    removed = words.percent(100 * record.views_at[place])
    titles = ("whole", f"{CRITERIA[criterion].parts} pruned, {removed}")
    ends, up = ([0, heat.inputs], [heat.units, 0]), f"{heat.of}, largest first"
    layout = two_panels(titles, "inputs", up, *ends, width=0.44, nticks=4)
    laid = figure(traces, f"{record.run} {layer}", **layout)
    empty = [float(np.mean(codes == 0)) for codes in panels]
    span = f"{10**heat.low:.2g} to {10**heat.high:.2g}"
    caption = (
        f"Mean |w| over blocks of {heat.name}, {words.count(heat.units)} {heat.of} sorted by norm, "
        f"{words.count(heat.inputs)} inputs, logarithmic colours; empty is zero."
    )
    said = (
        f"{heat.name}: block means of |w| from {span}; {words.percent(100 * empty[0])} of the "
        f"blocks are zero before and {words.percent(100 * empty[1])} after"
    )
    return card("matrix", _titled(MATRIX, record, layer), caption, [said], laid, size="wide")


def _titled(title: str, record: CompressionRecord, layer: int) -> str:
    """``title``, with the layer's name where there is a choice."""
    return f"{title}: {record.layers[layer].name}" if len(record.layers) > 1 else title


def decoded(heat: Heat, text: str) -> np.ndarray:
    """The bytes of a heat map (rows, columns) uint8."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(heat.rows, heat.columns)


def _panel(heat: Heat, codes: np.ndarray, x: str, *, with_scale: bool) -> dict[str, Any]:
    sizes = heat.low + (codes.astype(float) - 1) / 254 * (heat.high - heat.low)
    shown = [
        [None if code == 0 else round(size, 2) for code, size in zip(*row, strict=True)]
        for row in zip(codes.tolist(), sizes.tolist(), strict=True)
    ]
    powers = list(range(int(np.ceil(heat.low)), int(np.floor(heat.high)) + 1))
    bar = {
        "x": 0.94, "xanchor": "left", "xpad": 0, "thickness": 9, "outlinewidth": 0,
        "tickvals": powers,
        "ticktext": [f"10<sup>{k}</sup>".replace("-", "−") for k in powers],
        "tickfont": {"size": 10, "color": named("muted")},
    }  # fmt: skip
    return {
        "type": "heatmap",
        "x0": heat.inputs / heat.columns / 2,
        "dx": heat.inputs / heat.columns,
        "y0": heat.units / heat.rows / 2,
        "dy": heat.units / heat.rows,
        "z": shown,
        "zmin": round(heat.low, 2),
        "zmax": round(heat.high, 2),
        "colorscale": scale(),
        "showscale": with_scale,
        **({"colorbar": bar} if with_scale else {}),
        "xaxis": x,
        "yaxis": "y" if x == "x" else "y2",
        "hovertemplate": "unit %{y:.0f}, input %{x:.0f}: |w| about 10<sup>%{z:.1f}</sup>"
        "<extra></extra>",
    }
