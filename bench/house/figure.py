"""The rooms of this repository, drawn from its imports: ``python -m bench house --svg``.

A box is a folder with the folders in it.  What stands on a floor imports only from floors below it;
a line is drawn where no detour over other lines says the same.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape

from bench.house.imports import PRODUCT, Graph, House, cycles, longest_chain

STOREYS = (("hts.studio", "#fdebd8"), ("hts", "#d9efec"), ("", "#e9e9ee"))
FACES = {
    "hts": "ground",
    "hts.__init__": "import hts",
    "hts.__main__": "python -m hts",
    "app": "app.py",
}
BOX, ROW, GAP = (112, 30), 74, 12


def rooms() -> dict[str, set[str]]:
    """Box -> the boxes that its files import from.  The ground of the library is one box, hts."""
    found: dict[str, set[str]] = defaultdict(set)
    for room, targets in House().rooms.items():
        if room.split(".")[0] in PRODUCT:
            found[_box(room)] |= {_box(target) for target in targets} - {_box(room)}
    return dict(found)


def draw() -> str:
    """The picture as SVG text."""
    graph = rooms()
    assert cycles(graph) == [], cycles(graph)
    floors: dict[int, list[str]] = defaultdict(list)
    for box in sorted(graph):
        floors[len(longest_chain(_below(graph, box)))].append(box)
    width = max(len(row) for row in floors.values()) * (BOX[0] + GAP) + GAP
    top = max(floors)
    places = {
        box: (
            (width - len(row) * (BOX[0] + GAP) + GAP) / 2 + place * (BOX[0] + GAP),
            (top - floor) * ROW + GAP,
        )
        for floor, row in floors.items()
        for place, box in enumerate(row)
    }
    lines = [_line(places[box], places[to]) for box in graph for to in _bare(graph, box)]
    boxes = [_drawn(box, *place) for box, place in places.items()]
    said = f"{len(graph)} rooms on {len(floors)} floors; each imports only from floors below."
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top * ROW}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{said}</title>'
    )
    return "\n".join([head, *lines, *boxes, "</svg>\n"])


def _box(room: str) -> str:
    parts = room.split(".")
    if parts[0] == "hts" and len(parts) > 1 and parts[1] == "studio":
        return ".".join(parts[:3])
    return ".".join(parts[: 2 if parts[0] == "hts" else 1])


def _below(graph: Graph, box: str) -> dict[str, set[str]]:
    seen, waiting = set(), [box]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += graph[one]
    return {one: set(graph[one]) for one in seen}


def _bare(graph: Graph, box: str) -> set[str]:
    """The rooms that ``box`` imports from and no other of these does, at any distance."""
    direct = set(graph[box])
    return {to for to in direct if not any(to in _below(graph, by) for by in direct - {to})}


def _line(upper: tuple[float, float], lower: tuple[float, float]) -> str:
    (x, y), (u, v) = upper, lower
    half = BOX[0] / 2
    return (f'<line x1="{x + half:g}" y1="{y + BOX[1]:g}" x2="{u + half:g}" y2="{v:g}" '
            f'stroke="#9aa0a6"/>')  # fmt: skip


def _drawn(box: str, x: float, y: float) -> str:
    fill = next(colour for start, colour in STOREYS if box.startswith(start))
    name = FACES.get(box, box.removeprefix("hts.").removeprefix("studio."))
    return (f'<rect x="{x:g}" y="{y:g}" width="{BOX[0]}" height="{BOX[1]}" rx="4" fill="{fill}" '
            f'stroke="#5f6368"/><text x="{x + BOX[0] / 2:g}" y="{y + 19:g}" '
            f'text-anchor="middle">{escape(name)}</text>')  # fmt: skip
