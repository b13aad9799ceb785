"""The boards of the Compress page, made once for all viewers of this process."""

from __future__ import annotations

from typing import NamedTuple

from hts.pruning.across import Spread
from hts.pruning.criteria import CRITERIA
from hts.pruning.records import CompressionRecord
from hts.shared_cache import SharedCache
from hts.studio.figures import words
from hts.studio.figures.compress.answers import changed_answers
from hts.studio.figures.compress.curves import (
    accuracy_by_criterion,
    error_by_criterion,
    mark_within,
    place_at,
)
from hts.studio.figures.compress.weights import units_that_go, weight_matrix
from hts.studio.figures.run.board import encode_board
from pages._parts.compress.controls import Look


class Boards(NamedTuple):
    """JSON of the curves above, and of what one level does below."""

    curves: bytes
    weights: bytes


_made: SharedCache[Boards] = SharedCache(48)


def boards(record: CompressionRecord, look: Look, place: int, spread: Spread | None) -> Boards:
    """Everything drawn at level ``place`` of the record's views."""
    seen = (len(record.shown), tuple(record.classes))  # which of the data this person sees
    key = (record.run, record.seconds, seen, look, place,
           spread and (spread.runs, spread.criterion))  # fmt: skip
    return _made.get(key, lambda: _make(record, look, place, spread))


def _make(record: CompressionRecord, look: Look, place: int, spread: Spread | None) -> Boards:
    level = record.views_at[place]
    curves = [
        accuracy_by_criterion(
            record, level=level, points=look.points, against=look.against, spread=spread
        ),
        error_by_criterion(record, level=level),
    ]
    below = [
        units_that_go(record, look.criterion, place, layer=look.layer),
        weight_matrix(record, look.criterion, place, layer=look.layer),
        changed_answers(record, look.criterion, place),
    ]
    return Boards(
        *(encode_board({"cards": [c.payload() for c in part]}) for part in (curves, below))
    )


def read_out(record: CompressionRecord, look: Look, place: int) -> tuple[str, str]:
    """A sentence on the chosen level and one on the marks, and how all of it was measured."""
    curve = next(c for c in record.curves if c.criterion == look.criterion)
    at = place_at(curve, record.views_at[place])
    view = record.views[look.criterion][place]
    within, error = mark_within(curve, look.points), mark_within(curve, None)
    saved = 100 * (1 - curve.parameters[at] / curve.parameters[0])
    tested = words.count(record.test_points)
    if record.test_points < record.test_of:
        tested += f" of {words.count(record.test_of)}"
    every = "each one of" if curve.levels == curve.parts + 1 else "at"
    found = (
        f"{CRITERIA[look.criterion].title}, {words.percent(100 * curve.pruned[at])} removed: "
        f"**{words.percent(curve.test_accuracy[at])}** on test (whole network "
        f"{words.percent(curve.test_accuracy[0])}). "
        f"**{words.percent(100 * within.pruned)}** may go {within.rule}, "
        f"{words.percent(100 * error.pruned)} at squared error 0.1 "
        f"({words.percent(error.test_accuracy)} on test)."
    )
    how = (
        f"{words.percent(curve.train_accuracy[at])} on training, test loss {view.test_loss:.3g}, "
        f"{words.percent(saved)} fewer parameters. Measured {every} {words.count(curve.levels)} "
        f"levels on {tested} test examples, the same by which the triangles are chosen: on new "
        "data expect a little less."
    )
    return found, how
