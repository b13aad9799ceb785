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
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import Seen, middle, quarters, seen
from hts.studio.figures.theme import named
from hts.studio.figures.view import ArmView

TITLE = "Layer by layer"
CAPTION = (
    "Tail index of every pruned layer with {whiskers} (level lines: injected), and its "
    "norm-compressible share{medians}."
)


def several(arms: Sequence[ArmView]) -> bool:
    """Whether any of the networks has more than one layer to look at."""
    runs = (run for arm in arms for run in arm.runs)
    return any(len(run.snapshot.layers) > 1 for run in runs if run.snapshot)


def titled(title: str, arms: Sequence[ArmView], layer: int) -> str:
    """``title``, with the layer's name where there is a choice."""
    views = (run.layer(layer) for arm in arms for run in arm.runs)
    name = next((view.name for view in views if view), None)
    return f"{title}: {name}" if name and several(arms) else title


def layer_by_layer(arms: Sequence[ArmView]) -> Card | None:
    """Tail index and norm-compressible share of each layer; None for networks of one layer.

    Of several seeds medians, the whiskers around the middle half.
    """
    if not several(arms):
        return None
    shown = seen(arms, lambda run: run.snapshot.layers if run.snapshot else None)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    lowest = 2.0
    gone = False
    shapes: list[dict[str, Any]] = []
    for one in shown:
        by_layer = list(zip(*one.parts, strict=False))
        traces += [_tails(one, by_layer), _shares(one, by_layer)]
        if len(one.parts) == 1:
            said += [f"{one.arm.label}, {_in_words(layer)}" for layer in one.parts[0]]
        tails = [layer.tail for layers in one.parts for layer in layers if layer.tail]
        gone |= "circle-open" in traces[-2]["marker"].get("symbol", ())
        lowest = min([lowest, *(tail.low for tail in tails)])
        last = one.arm.longest
        injected = last.config.at(max(1, last.steps_done)).stability
        if injected is not None:
            lowest = min(lowest, injected)
            shapes.append(rule(y=injected, dash=one.look.dash, colour=one.look.colour))
    without = [layer.name for layer in shown[0].parts[0] if layer.tail is None]
    alone = all(len(one.parts) == 1 for one in shown)
    caption = CAPTION.format(
        whiskers="its interval" if alone else "the middle half of the seeds",
        medians="" if alone else "; medians of the seeds",
    )
    if without:
        caption += f" {shown[0].arm.label}: no tail index for {', '.join(without)}."
    if gone:
        caption += f" {words.OPEN_MARKS}"
    if not alone:
        said = [f"medians of the seeds for {words.many(len(shown[0].parts[0]), 'layer')}"]
    names = [_short(layer.name) for one in shown for layers in one.parts for layer in layers]
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=axis("layer", type="category", categoryorder="array", anchor="y2",
                   categoryarray=list(dict.fromkeys(names))),
        yaxis=axis("tail index α", domain=[0.5, 1], range=[max(0.0, floor(2 * lowest - 0.2) / 2),
                                                          2.08]),
        yaxis2=percent_axis("share", domain=[0, 0.38], dtick=50),
        shapes=shapes,
        barmode="group",
        bargap=0.3,
    )  # fmt: skip
    return card("layers", TITLE, caption, said, laid, size="wide")


def _tails(one: Seen[Any], by_layer: Sequence[Sequence[LayerView]]) -> dict[str, Any]:
    names, alphas, fits, told = [], [], [], []
    lows: list[float | None] = []
    highs: list[float | None] = []
    for layers in by_layer:
        tails = [layer.tail for layer in layers if layer.tail]
        if not tails:
            continue
        names.append(_short(layers[0].name))
        fitting = [tail for tail in tails if tail.fits]
        fits.append(bool(fitting))
        alphas.append(middle(tail.alpha for tail in fitting or tails))
        if not fitting:
            lows.append(None)
            highs.append(None)
            told.append(", fit rejected")
            continue
        low, high = fitting[0].low, fitting[0].high
        if len(layers) > 1:
            low, high = quarters(tail.alpha for tail in fitting)
        lows.append(low)
        highs.append(high)
        who = f"{words.count(fitting[0].size)} {fitting[0].sample}"
        if len(layers) > 1:
            who = words.many(len(fitting), "seed")
            who += f", {gone} rejected" if (gone := len(tails) - len(fitting)) else ""
        told.append(f" ({words.alpha(low)} to {words.alpha(high)}) by {who}")
    colour = named(one.look.colour)
    return points(
        names,
        short(alphas),
        8,
        [colour if good else named("muted") for good in fits],
        symbol=["circle" if good else "circle-open" for good in fits],
        error_y=whiskers(alphas, lows, highs, colour, 1.6, 5),
        name=one.arm.label,
        legendgroup=one.arm.key,
        customdata=told,
        hovertemplate="%{x}: α %{y:.2f}%{customdata}<extra>%{fullData.name}</extra>",
    )


def _shares(one: Seen[Any], by_layer: Sequence[Sequence[LayerView]]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": one.arm.label,
        "legendgroup": one.arm.key,
        "showlegend": False,
        "x": [_short(layers[0].name) for layers in by_layer],
        "y": short(middle(layer.pruning_ratio for layer in layers) for layers in by_layer),
        "yaxis": "y2",
        "marker": {"color": named(one.look.colour, 60), "line": {"width": 0}},
        "customdata": [[words.count(layers[0].units), layers[0].of] for layers in by_layer],
        "hovertemplate": "%{x}: %{y:.1f} % of %{customdata[0]} %{customdata[1]}"
        "<extra>%{fullData.name}</extra>",
    }


def _in_words(layer: LayerView) -> str:
    tail = "no tail index"
    if layer.tail is not None:
        tail = words.tail_index(layer.tail)
    removed = f"{words.percent(layer.pruning_ratio)} of {words.count(layer.units)} {layer.of}"
    return f"{layer.name}: {tail}, {removed} pruned"


def _short(name: str) -> str:
    return name.replace("convolution", "conv.")


RUN_FIGURES.register(ArmFigure(name="layers", place=95, draw=layer_by_layer))
