"""A network in the plane: inputs below, hidden units by size, classes above; pruned units fade.

A unit's disc has the area of its squared norm, the largest in the middle, so what is left of the
area is what is left of the squared norm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from hts.plane import PlaneUnits
from hts.pruning.columns import removed_units
from hts.records import Snapshot
from hts.studio.figures import words
from hts.studio.figures.axes import QUIET, figure, line, note, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import points
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.boundary import awaited
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import ideas, named, series
from hts.studio.figures.view import RunView

TITLE = "The network"
CAPTION = (
    "Inputs below, hidden units in the middle, classes above. A unit's area is its share of the "
    "squared norm; pruned units fade. Lines join the largest that are left, thick for large weights"
)
INPUTS = ("x", "y", "1")
LINES = 16  # units with lines
PIXELS = 85  # the layer's radius on a card, which is about as high on every screen
UNIT = 1000  # coordinates are whole thousandths of the layer's radius: short on their way
FILL = 0.6  # of the layer's area to the power 1/2, so that discs seldom touch
TURN = np.pi * (3 - np.sqrt(5))  # from one disc to the next, as in a sunflower
HIGH, WIDE = 1450, 1150  # half the drawing


@per_snapshot
def network_drawing(runs: Sequence[RunView], *, pruned: float) -> Card | None:
    """The first two of ``runs`` side by side without the fraction ``pruned`` of their units.

    None where the first has no units recorded: its problem is not in the plane, or the store is
    from before there were.
    """
    if awaited(runs):
        return waiting("network", TITLE, f"{CAPTION}.")
    known = [
        (run, run.snapshot, run.snapshot.boundary.units)
        for run in runs
        if run.snapshot and run.snapshot.boundary and run.snapshot.boundary.units
    ][:2]
    if not known or known[0][0] is not runs[0]:
        return None
    looks = ideas(run.config.stability for run, _, _ in known)
    traces: list[dict[str, Any]] = []
    said, notes = [], []
    layout: dict[str, Any] = {}
    for place, ((run, snapshot, units), look) in enumerate(zip(known, looks, strict=True)):
        axes, shape = _axes(place, len(known))
        layout |= shape
        left = units.total - int(removed_units(np.array(pruned), units.total))
        traces += [trace | axes for trace in _drawn(units, left, look.colour)]
        kept = words.percent(_kept(snapshot, pruned))
        count = f"{words.count(left)} of {words.count(units.total)} units left"
        said.append(f"{run.label}: {count}, with {kept} of the squared norm")
        text = f"{count}<br>{kept} of the squared norm"
        title = note(
            f"{run.label}<br>{text}" if len(known) > 1 else text,
            xref=f"{axes['xaxis']} domain", yref="paper", x=0.5, xanchor="center", y=1,
            yanchor="bottom", bgcolor="rgba(0,0,0,0)",
        )  # fmt: skip
        title["font"]["color"] = series(look.colour)
        notes.append(title)
    top = 32 + 14 * (len(known) > 1)
    laid = figure(traces, runs[0].id, top=top, annotations=notes, showlegend=False, **layout)
    caption = CAPTION + "".join(_left_out(known[0][1], known[0][2])) + "."
    return card("network", TITLE, caption, said, laid)


def _axes(place: int, panels: int) -> tuple[dict[str, str], dict[str, Any]]:
    """Axes of the panel at ``place``, and their layout: no ticks, one scale for all."""
    suffix = "" if place == 0 else str(place + 1)
    bare = {"visible": False, "fixedrange": True}
    linked = {"scaleanchor": "x", "scaleratio": 1} if place == 0 else {"matches": "y"}
    x = {"range": [-WIDE, WIDE], "domain": [place / panels, (place + 1) / panels]}
    if place:
        x["matches"] = "x"
    y = {"range": [-HIGH, HIGH], "anchor": f"x{suffix}"}
    return {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}, {
        f"xaxis{suffix}": bare | x | {"anchor": f"y{suffix}"},
        f"yaxis{suffix}": bare | y | linked,
    }


def _drawn(units: PlaneUnits, left: int, colour: int | str) -> list[dict[str, Any]]:
    norms = units.norms
    x, y, radius = _places(np.array(norms))
    kept = int(np.searchsorted(units.rank, left))
    inputs = [(at, -HIGH + 130) for at in _spread(len(units.weights[0]))]
    classes = len(units.output[0]) if units.output else 0
    outputs = [(at, HIGH - 130) for at in _spread(classes)]
    lines = list(zip(x[: min(kept, LINES)].tolist(), y.tolist(), strict=False))
    wires = _wires(lines, inputs, units.weights) + _wires(lines, outputs, units.output)
    labels = {"mode": "markers+text", **QUIET, "textfont": {"size": 11}}
    return [
        *wires,
        _discs(x[kept:], y[kept:], radius[kept:], norms[kept:], named("muted", 18)),
        _discs(x[:kept], y[:kept], radius[:kept], norms[:kept], series(colour, 85)),
        points(
            *_columns(inputs), 18, named("background"), edge=(named("muted"), 1),
            text=list(INPUTS[: len(inputs)]), **labels,
        ),
        points(
            *_columns(outputs), 18, [series(index) for index in range(classes)],
            hovertemplate="class %{pointNumber}<extra></extra>",
        ),
    ]  # fmt: skip


def _wires(
    units: list[tuple[int, int]], nodes: list[tuple[int, int]], weights: list[list[float]]
) -> list[dict[str, Any]]:
    """Lines between ``units`` and ``nodes`` in three widths, by size next to the largest weight."""
    sizes = np.abs(np.array(weights[: len(units)])).reshape(len(units), len(nodes))
    grades = np.digitize(sizes, np.array([0.2, 0.5]) * sizes.max(initial=0))
    traces = []
    for grade, width in enumerate((0.4, 0.8, 1.4)):
        ends = [
            end
            for unit, node in np.argwhere(grades == grade).tolist()
            for end in (units[unit], nodes[node], (None, None))
        ]
        x, y = [a for a, _ in ends], [b for _, b in ends]
        traces.append(line("", x, y, "muted", width=width, opacity=45, **QUIET))
    return traces


def _columns(places: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [x for x, _ in places], [y for _, y in places]


def _spread(nodes: int) -> list[int]:
    return [round(at) for at in np.linspace(-1, 1, 2 * nodes + 1)[1::2] * UNIT]


def _places(norms: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres, and radii as parts of the layer's, of discs with areas in ``norms`` squared."""
    squares = norms**2
    share = squares / max(squares.sum(), np.finfo(float).tiny)
    away = np.sqrt(np.cumsum(share) - share / 2)
    away[0] = 0
    turn = np.arange(len(norms)) * TURN
    x, y = np.round(UNIT * away * np.cos(turn)), np.round(UNIT * away * np.sin(turn))
    return x.astype(int), y.astype(int), FILL * np.sqrt(share)


def _discs(
    x: np.ndarray, y: np.ndarray, radius: np.ndarray, norms: Sequence[float], colour: str
) -> dict[str, Any]:
    discs = points(
        x.tolist(), y.tolist(), np.maximum(2 * PIXELS * radius, 1.5).round(1).tolist(), colour,
        edge=(named("background"), 0.5), customdata=short(norms),
        hovertemplate="norm %{customdata:.3g}<extra></extra>",
    )  # fmt: skip
    discs["marker"]["opacity"] = 1  # Plotly's own choice for sizes of many kinds is less
    return discs


def _kept(snapshot: Snapshot, pruned: float) -> float:
    """Percent of the first layer's squared norm that is left, read between recorded shares."""
    error = snapshot.layers[0].relative_error or snapshot.curve.relative_error
    return read_at(snapshot.curve.pruned, [100 * (1 - e**2) for e in error], pruned)


def _left_out(snapshot: Snapshot, units: PlaneUnits) -> Iterator[str]:
    """What is not drawn of a deep network and of a wide layer."""
    if len(snapshot.layers) > 1:
        yield f"; the hidden layers after the first are left out ({len(snapshot.layers) - 1})"
    drawn = len(units.rank)
    if drawn < units.total:
        largest = next(i for i, rank in enumerate([*units.rank, -1]) if rank != i)
        rest = words.count(units.total - largest)
        yield f"; drawn: the {largest} largest and {drawn - largest} of the other {rest}"


RUN_FIGURES.register(RunFigure(name="network", place=2, draw=network_drawing, compares=True))
