"""What pruning takes from one layer: which units lose what, and the matrix before and after."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from hts.pruning.criteria import CRITERIA
from hts.pruning.records import CompressionRecord, Heat
from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, note, percent_axis, short
from hts.studio.figures.card import Card
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
    return Card(
        id="units",
        title=UNITS,
        caption=f"Share of the squared norm that goes, {heat.of} of {heat.name} sorted by norm and "
        f"taken together in {groups} groups.",
        alt=words.sentence(
            [
                (
                    f"{CRITERIA[criterion].title}, {heat.name}: {whole} of {groups} groups go "
                    f"whole and {none} stay whole"
                ),
                (
                    f"the larger half of the {heat.of} loses {words.percent(100 * halves[0])} on "
                    f"average, the smaller half {words.percent(100 * halves[1])}"
                ),
            ]
        ),
        figure=laid,
    )


def weight_matrix(record: CompressionRecord, criterion: str, place: int, *, layer: int = 0) -> Card:
    """Mean |weight| over blocks of a layer, whole and at level ``place`` of the views."""
    view, heat = record.views[criterion][place], record.layers[layer]
    panels = [decoded(heat, heat.before), decoded(heat, view.heat[layer])]
    traces: list[dict[str, Any]] = []
    for x, codes in zip(("x", "x2"), panels, strict=True):
        traces.append(_panel(heat, codes, x, with_scale=x == "x2"))
    flat = {"showgrid": False, "ticks": "", "nticks": 4, "zeroline": False}
    removed = words.percent(100 * record.views_at[place])
    headings = ("whole", f"{CRITERIA[criterion].parts} pruned, {removed}")
    laid = figure(
        traces,
        f"{record.run} {layer}",
        xaxis=axis("inputs", domain=[0, 0.44], range=[0, heat.inputs], **flat),
        xaxis2=axis("inputs", domain=[0.48, 0.92], range=[0, heat.inputs], anchor="y2", **flat),
        yaxis=axis(f"{heat.of}, largest first", range=[heat.units, 0], **flat),
        yaxis2=axis("", range=[heat.units, 0], anchor="x2", matches="y", showticklabels=False,
                    **flat),
        showlegend=False,
        annotations=[
            note(text, xref=f"{x} domain", yref="y domain", x=0.5, xanchor="center", y=1.01,
                 yanchor="bottom", bgcolor="rgba(0,0,0,0)")
            for text, x in zip(headings, ("x", "x2"), strict=True)
        ],
    )  # fmt: skip
    laid["layout"]["margin"]["t"] = 30
    empty = [float(np.mean(codes == 0)) for codes in panels]
    span = f"{10**heat.low:.2g} to {10**heat.high:.2g}"
    return Card(
        id="matrix",
        title=MATRIX,
        caption=f"Mean |w| over blocks of {heat.name}, {words.count(heat.units)} {heat.of} sorted "
        f"by norm, {words.count(heat.inputs)} inputs, logarithmic colours; empty is zero.",
        alt=words.sentence(
            [
                f"{heat.name}: block means of |w| from {span}",
                (
                    f"{words.percent(100 * empty[0])} of the blocks are zero before and "
                    f"{words.percent(100 * empty[1])} after"
                ),
            ]
        ),
        figure=laid,
        size="wide",
    )


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
