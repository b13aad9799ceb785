"""Verdicts and intervals on layers of every law, shape and number format: a run that goes on.

One cell is a law, a shape and a format; formats share their draws.  Of large layers only what
`hts.inspect` reads is drawn.  Every repeat is named by seed, law, shape and number, and cells take
turns, so that at any moment all have the same number of repeats, until large ones have theirs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hts.inspection.layer import FEWEST_ROWS, UNITS_USED, tails_of
from hts.inspection.matrix import Matrix
from hts.platforms import replace
from hts.records import VerdictKind
from hts.seeds import generator
from hts.tails.layer import ENTRIES_USED
from hts.validate import BadInput
from hts.verify.grid_laws import FORMATS, GRID_LAWS

SHAPES = ((50, 10), (50, 10_000), (10_000, 10), (512, 4608), (4096, 4096), (10_000, 10_000))
REPEATS, FEW, MANY_ENTRIES = 400, 40, 1_000_000  # repeats up to so many entries, and above
SEED = 1
QUICK: dict[str, Any] = {
    "laws": ("stable 1.75, type II", "Gaussian", "Student-t 3"),
    "shapes": ((50, 10), (512, 4608)),
}
_SAVED_EVERY = 20.0  # seconds

Task = tuple[str, int, int, int]  # law, units, inputs, number of the repeat
Looked = dict[str, "Seen"]


@dataclass(kw_only=True)
class Cell:
    """Counts over ``repeats`` layers.  ``asked``: intervals that should hold alpha."""

    law: str
    units: int
    inputs: int
    format: str
    repeats: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    refused: int = 0  # no verdict
    asked: int = 0
    covered: int = 0
    seconds: float = 0.0  # of estimate and verdict

    @property
    def wanted(self) -> int:
        return wanted(self.units, self.inputs)

    @property
    def wrong(self) -> int:
        """Verdicts that claim what is not true."""
        law = GRID_LAWS[self.law]
        return sum(n for kind, n in self.verdicts.items() if law.wrong(_kind(kind)))

    def count(self, seen: Seen) -> None:
        self.repeats += 1
        self.seconds += seen.seconds
        if seen.kind is None:
            self.refused += 1
        else:
            self.verdicts[seen.kind] = self.verdicts.get(seen.kind, 0) + 1
        if seen.covered is not None:
            self.asked += 1
            self.covered += seen.covered


@dataclass(frozen=True)
class Seen:
    """Of one layer: the verdict, whether the interval holds alpha, and how long it took."""

    kind: VerdictKind | None
    covered: bool | None
    seconds: float


def _reader(weights: np.ndarray) -> Callable[[int, int], np.ndarray]:
    return lambda start, stop: weights[start:stop]


def wanted(units: int, inputs: int) -> int:
    """Repeats of the whole grid."""
    return REPEATS if units * inputs <= MANY_ENTRIES else FEW


def look(task: Task) -> Looked:
    """One repeat of a law and shape in every format."""
    law_name, units, inputs, repeat = task
    law = GRID_LAWS[law_name]
    rng = generator(SEED, "tails", "grid", law_name, units, inputs, repeat)
    if law.by_units:
        shape = (min(units, max(FEWEST_ROWS, UNITS_USED // inputs)), inputs)
    else:
        shape = (units, min(inputs, max(2, ENTRIES_USED // units)))
    drawn = law.weights(rng, *shape)
    found = {}
    for name, rounded in FORMATS.items():
        weights = rounded(drawn)
        matrix = Matrix(*shape, _reader(weights))
        began = time.perf_counter()
        entries, by_units, verdict = tails_of(matrix, f"{repeat}", law.noise, [])
        seconds = time.perf_counter() - began
        tail = entries or by_units
        covered = None
        if tail is not None and law.alpha is not None and units >= law.fewest:
            covered = tail.low <= law.alpha <= tail.high
        found[name] = Seen(None if verdict is None else verdict.kind, covered, seconds)
    return found


def run(
    path: Path,
    *,
    laws: Sequence[str] = tuple(GRID_LAWS),
    shapes: Sequence[tuple[int, int]] = SHAPES,
    repeats: int = REPEATS,
    each: Callable[[Callable[[Task], Looked], list[Task]], Iterator[Looked]] = map,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Cell]:
    """The grid up to so many ``repeats`` of each cell, going on from what ``path`` holds already.

    ``each`` computes in order, as ``map`` does, perhaps in several processes.
    """
    cells = read(path)
    for law in laws:
        for units, inputs in shapes:
            for name in FORMATS:
                cells.setdefault((law, units, inputs, name), _cell(law, units, inputs, name))
    todo = _turns(cells, laws, shapes, repeats)
    saved = time.monotonic()
    for done, (task, found) in enumerate(zip(todo, each(look, todo), strict=True)):
        for name, seen in found.items():
            cells[(*task[:3], name)].count(seen)
        if time.monotonic() - saved > _SAVED_EVERY:
            write(path, cells)
            saved = time.monotonic()
        progress((done + 1) / len(todo))
    write(path, cells)
    return list(cells.values())


def read(path: Path) -> dict[tuple[str, int, int, str], Cell]:
    """The cells that a run has stored, none where there is no file; raises `BadInput`."""
    if not path.exists():
        return {}
    try:
        rows = [Cell(**json.loads(line)) for line in path.read_text().splitlines()]
    except (ValueError, TypeError) as error:
        raise BadInput(f"{path.name} must be a stored grid, got a line that is none.") from error
    return {(c.law, c.units, c.inputs, c.format): c for c in rows if c.law in GRID_LAWS}


def write(path: Path, cells: dict[tuple[str, int, int, str], Cell]) -> None:
    """One line a cell, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for cell in cells.values():
        lines.append(json.dumps(asdict(cell) | {"seconds": round(cell.seconds, 3)}))
    part = path.with_suffix(".part")
    part.write_text("\n".join(lines) + "\n")
    replace(part, path)


def _cell(law: str, units: int, inputs: int, name: str) -> Cell:
    return Cell(law=law, units=units, inputs=inputs, format=name)


def _kind(kind: str) -> VerdictKind:
    return kind  # type: ignore[return-value]


def _turns(
    cells: dict[tuple[str, int, int, str], Cell],
    laws: Sequence[str],
    shapes: Sequence[tuple[int, int]],
    repeats: int,
) -> list[Task]:
    """What is left to do, in turns."""
    first = next(iter(FORMATS))
    left = [
        (law, units, inputs, repeat)
        for law in laws
        for units, inputs in shapes
        for repeat in range(
            cells[(law, units, inputs, first)].repeats, min(repeats, wanted(units, inputs))
        )
    ]
    return sorted(left, key=lambda task: task[3])
