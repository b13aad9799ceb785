"""Networks of several layers: what a layer is called, and all of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Any

from hts.records import LayerView
from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, percent_axis, rule, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.points import points, whiskers
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.theme import series
from hts.studio.figures.view import RunView

TITLE = "Layer by layer"
CAPTION = (
    "Tail index of every pruned layer with its interval (dashed: injected), and how much of it "
    "can be removed at squared error 0.1."
)


def several(runs: Sequence[RunView]) -> bool:
    """Whether any of the runs has more than one layer to look at."""
    return any(len(run.snapshot.layers) > 1 for run in runs if run.snapshot)


def titled(title: str, runs: Sequence[RunView], layer: int) -> str:
    """``title``, with the layer's name where there is a choice."""
    names = [view.name for run in runs if (view := run.layer(layer))]
    return f"{title}: {names[0]}" if names and several(runs) else title


def layer_by_layer(runs: Sequence[RunView]) -> Card | None:
    """Tail index and pruning ratio of each layer; None for networks of one layer."""
    shown = [(i, run, run.snapshot.layers) for i, run in enumerate(runs) if run.snapshot]
    if not several(runs):
        return None
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    lowest = 2.0
    shapes: list[dict[str, Any]] = []
    for i, run, layers in shown:
        estimated = [layer for layer in layers if layer.tail]
        traces += [_tails(run, estimated, i), _ratios(run, layers, i)]
        said += [f"{run.label}, {_in_words(layer)}" for layer in layers]
        lowest = min([lowest, *(layer.tail.low for layer in estimated if layer.tail)])
        injected = run.config.at(max(1, run.steps_done)).stability
        if injected is not None:
            lowest = min(lowest, injected)
            shapes.append(rule(y=injected, dash="dash", colour=i))
    without = [layer.name for layer in shown[0][2] if layer.tail is None]
    caption = CAPTION
    if without:
        caption += f" {shown[0][1].label}: no tail index for {', '.join(without)}."
    laid = figure(
        traces,
        runs[0].id,
        xaxis=axis("layer", type="category", categoryorder="array", anchor="y2",
                   categoryarray=list(dict.fromkeys(_short(x.name) for _, _, xs in shown
                                                    for x in xs))),
        yaxis=axis("tail index α", domain=[0.5, 1], range=[max(0.0, floor(2 * lowest - 0.2) / 2),
                                                          2.08]),
        yaxis2=percent_axis("pruned", domain=[0, 0.38], dtick=50),
        shapes=shapes,
        barmode="group",
        bargap=0.3,
    )  # fmt: skip
    return card("layers", TITLE, caption, said, laid, size="wide")


def _tails(run: RunView, layers: Sequence[LayerView], index: int) -> dict[str, Any]:
    tails = [layer.tail for layer in layers if layer.tail]
    alphas, lows, highs = ([getattr(t, end) for t in tails] for end in ("alpha", "low", "high"))
    told = [
        [round(t.low, 2), round(t.high, 2), f"{words.count(t.size)} {t.sample}",
         "" if t.fits else "<br>fit not trusted"]
        for t in tails
    ]  # fmt: skip
    return points(
        [_short(layer.name) for layer in layers],
        short(alphas),
        8,
        series(index),
        symbol=["circle" if t.fits else "circle-open" for t in tails],
        error_y=whiskers(alphas, lows, highs, series(index), 1.6, 5),
        name=run.label,
        legendgroup=str(index),
        customdata=told,
        hovertemplate="%{x}: α %{y:.2f} (%{customdata[0]} to %{customdata[1]}) by "
        "%{customdata[2]}%{customdata[3]}<extra>%{fullData.name}</extra>",
    )


def _ratios(run: RunView, layers: Sequence[LayerView], index: int) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": run.label,
        "legendgroup": str(index),
        "showlegend": False,
        "x": [_short(layer.name) for layer in layers],
        "y": short(layer.pruning_ratio for layer in layers),
        "yaxis": "y2",
        "marker": {"color": series(index, 60), "line": {"width": 0}},
        "customdata": [[words.count(layer.units), layer.of] for layer in layers],
        "hovertemplate": "%{x}: %{y:.1f} % of %{customdata[0]} %{customdata[1]}"
        "<extra>%{fullData.name}</extra>",
    }


def _in_words(layer: LayerView) -> str:
    tail = "no tail index"
    if layer.tail is not None:
        tail = words.tail_index(layer.tail) + ("" if layer.tail.fits else ", fit not trusted")
    removed = f"{words.percent(layer.pruning_ratio)} of {words.count(layer.units)} {layer.of}"
    return f"{layer.name}: {tail}, {removed} pruned"


def _short(name: str) -> str:
    return name.replace("convolution", "conv.")


RUN_FIGURES.register(RunFigure(name="layers", place=90, draw=layer_by_layer))
