"""One curve from several runs: medians with intervals.  No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hts.paired.median import medians_of
from hts.pruning.records import CompressionRecord
from hts.validate import BadInput


@dataclass(frozen=True)
class Spread:
    """Test accuracy over runs: median and its interval at each level.  Percent."""

    criterion: str
    runs: int
    level: float  # what the intervals hold, below 0.95 with fewer than six runs
    pruned: list[float]
    median: list[float]
    low: list[float]
    high: list[float]


def over_runs(
    records: Sequence[CompressionRecord], criterion: str, *, level: float = 0.95
) -> Spread:
    """Median test accuracy of ``criterion`` over ``records``, at the levels of their views.

    The interval lies between two of the runs.  Raises `BadInput` for fewer than two records: one
    run has no spread.
    """
    if len(records) < 2:
        raise BadInput(f"an interval needs at least 2 runs, got {len(records)}.")
    common = records[0].views_at
    values = np.array([_at(record, criterion, common) for record in records])
    found = medians_of(values, level=level)
    median, low, high = ([getattr(m, name) for m in found] for name in ("median", "low", "high"))
    held = min(found[0].level, level)
    return Spread(criterion, len(records), held, list(common), median, low, high)


def _at(record: CompressionRecord, criterion: str, levels: Sequence[float]) -> list[float]:
    """Test accuracy at ``levels``, each as it was measured: at the nearest level below it."""
    curve = next(c for c in record.curves if c.criterion == criterion)
    places = np.searchsorted(curve.pruned, np.asarray(levels) + 1e-9, side="right") - 1
    return [curve.test_accuracy[place] for place in places]
