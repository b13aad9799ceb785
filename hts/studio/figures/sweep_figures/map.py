"""The heat map of a sweep: one cell per combination of two settings, its median or a share."""

from __future__ import annotations

from typing import Any

from hts.studio.figures.axes import axis, colour_bar, figure, short
from hts.studio.figures.card import Card, Size, card, waiting
from hts.studio.figures.points import points
from hts.studio.figures.sweep_figures.view import SweepAxis, SweepCell, SweepView
from hts.studio.figures.theme import named, scale, two_sided
from hts.studio.foreign_text import in_figure

MOST_TOLD = 12  # cells that a text alternative lists one by one
ROOM_FOR_INTERVALS = (8, 7)  # columns and rows up to which a cell has room for its interval
ROOM_FOR_VALUES = (20, 14)


def sweep_map(view: SweepView) -> Card:
    """Medians on a grid with categorical axes; a click on a cell picks its column and row."""
    columns, rows = len(view.x.labels), len(view.y.labels)
    size: Size = "full" if columns > 7 else "wide"
    title = view.measure + (f", {view.fixed}" if view.fixed else "")
    known = [cell.middle for _, _, cell in view.each() if cell.middle is not None]
    if not view.cells:
        return waiting("sweep-map", title, _caption(view), "There are no runs here.", size=size)
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if view.signed:
        high = max(abs(low), abs(high))
        low = -high
    room = max((high - low) * 0.02, 10.0**-view.digits)  # one value has a colour of its own too
    places: dict[str, Any] = {"x": list(range(columns)), "y": list(range(rows))}
    plain = {**places, "type": "heatmap", "xgap": 3, "ygap": 3}
    means = {
        **plain,
        "z": [short(cell.middle for cell in cells) for cells in view.cells],
        "zmin": low - room,
        "zmax": high + room,
        "colorscale": two_sided() if view.signed else scale(),
        "showscale": bool(known),
        "colorbar": colour_bar(ticksuffix=view.unit),
        "text": [[_written(view, cell) for cell in cells] for cells in view.cells],
        "texttemplate": "%{text}",
        "textfont": {"weight": 600},
        "hovertext": [
            [_told(view, x, y, cell) for x, cell in enumerate(cells)]
            for y, cells in enumerate(view.cells)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[[x, y] for x in range(columns)] for y in range(rows)],
    }
    blank = {
        **plain,
        "z": [[1 if cell.middle is None else None for cell in cells] for cells in view.cells],
        "zmin": 0,
        "zmax": 2,
        "colorscale": [[0, named("grid", 40)], [1, named("grid", 40)]],
        "showscale": False,
        "hoverinfo": "skip",
    }
    laid = figure(
        [blank, means, _states(view), _troubles(view)],
        f"{view.id}-map-{view.x.name}-{view.y.name}",
        top=26,  # the buttons would lie on the colour bar
        xaxis=_places(view.x),
        yaxis=_places(view.y, title=bool(view.y.name)),
        shapes=[] if view.chosen is None else [_outline(*view.chosen)],
        showlegend=False,
        dragmode=False,
    )
    return card("sweep-map", title, _caption(view), _spoken(view), laid, size=size, pick=True)


def _places(setting: SweepAxis, *, title: bool = True) -> dict[str, Any]:
    count = len(setting.labels)
    ends = [-0.5, count - 0.5]
    return axis(
        setting.title if title else "",
        range=ends[::-1] if setting.falling else ends,
        tickvals=list(range(count)),
        ticktext=list(map(in_figure, setting.labels)),
        showgrid=False,
        ticks="",
        fixedrange=True,
        type="linear",
    )


def _written(view: SweepView, cell: SweepCell) -> str:
    """What stands in the cell, as far as there is room."""
    columns, rows = len(view.x.labels), len(view.y.labels)
    if cell.middle is None or columns > ROOM_FOR_VALUES[0] or rows > ROOM_FOR_VALUES[1]:
        return ""
    interval = view.interval(cell)
    if not interval or columns > ROOM_FOR_INTERVALS[0] or rows > ROOM_FOR_INTERVALS[1]:
        return view.number(cell.middle)
    return f"{view.number(cell.middle)}<br>{interval}"


def _told(view: SweepView, column: int, row: int, cell: SweepCell) -> str:
    """What the pointer is told."""
    lines = [f"<b>{in_figure(view.place(column, row))}</b>", f"{view.measure}: {view.spoken(cell)}"]
    if cell.low is not None and cell.high is not None:
        ends = f"{view.number(cell.low)} to {view.number(cell.high)}"
        lines.append(f"{100 * cell.level:.0f} % interval {ends}")
    lines += [said] if (said := view.verdict(cell)) else []
    parts = [f"{len(cell.values)} of {cell.runs} runs"]
    for word in ("running", "diverged", "failed", "useless"):
        if count := getattr(cell, word):
            parts.append(f"{count} {word}")
    return "<br>".join([*lines, ", ".join(parts)])


def _states(view: SweepView) -> dict[str, Any]:
    """The word in a cell without a mean."""
    blank = [(x, y, cell.state) for x, y, cell in view.each() if cell.middle is None]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for x, _, _ in blank],
        "y": [y for _, y, _ in blank],
        "text": [state for _, _, state in blank],
        "textfont": {"size": 11, "color": named("muted")},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _troubles(view: SweepView) -> dict[str, Any]:
    """A cross in the corner of a cell some of whose runs diverged, failed or came to nothing."""
    marked = [(x, y) for x, y, cell in view.each() if cell.lost]
    x, y = [x + 0.41 for x, _ in marked], [y + 0.36 for _, y in marked]
    edge = (named("background"), 1.5)
    return points(x, y, 9, named("5"), symbol="x", edge=edge, hoverinfo="skip")


def _outline(column: int, row: int) -> dict[str, Any]:
    ends = {"x0": column - 0.49, "x1": column + 0.49, "y0": row - 0.49, "y1": row + 0.49}
    return {"type": "rect", "line": {"color": named("text"), "width": 2.5}, **ends}


def _caption(view: SweepView) -> str:
    marks = ""
    if any(cell.lost for _, _, cell in view.each()):
        useless = any(cell.useless for _, _, cell in view.each())
        ended = "diverged, failed or came to nothing" if useless else "diverged or failed"
        marks = (
            f" A cross marks cells in which runs {ended}; they do not enter the "
            f"{'share' if view.share else 'median'}."
        )
    if view.without and any(cell.absent for _, _, cell in view.each()):
        marks += f" {view.without}"
    return (
        f"{view.says} {view.averages.capitalize()} over seeds with {view.intervals}.{marks} Choose "
        "a cell to see its runs."
    )


def _spoken(view: SweepView) -> list[str]:
    known = [(x, y, cell) for x, y, cell in view.each() if cell.middle is not None]
    fixed = f", {view.fixed}" if view.fixed else ""
    name = f"{view.measure}, {view.averages[:-1]} over seeds{fixed}"
    if not known:
        return [f"{name}: no result yet", *view.troubles()]
    if len(known) <= MOST_TOLD:
        said = [f"{view.place(x, y)}: {view.spoken(cell)}" for x, y, cell in known]
    else:
        ends = [pick(known, key=lambda item: item[2].middle or 0.0) for pick in (min, max)]
        said = [
            f"{word} {view.spoken(cell)} at {view.place(x, y)}"
            for word, (x, y, cell) in zip(("lowest", "highest"), ends, strict=True)
        ]
    return [name, *said, *view.troubles()]
