"""One curve from several runs: means with intervals.  No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from hts.pruning.records import CompressionRecord
from hts.validate import BadInput


@dataclass(frozen=True)
class Spread:
    """Test accuracy over runs: mean and its t interval at each level.  Percent."""

    criterion: str
    runs: int
    level: float
    pruned: list[float]
    mean: list[float]
    low: list[float]
    high: list[float]


def over_runs(
    records: Sequence[CompressionRecord], criterion: str, *, level: float = 0.95
) -> Spread:
    """Mean test accuracy of ``criterion`` over ``records``, at the levels of their views.

    The interval is Student's for the mean, cut to [0, 100].  Raises `BadInput` for fewer than two
    records: one run has no spread.
    """
    if len(records) < 2:
        raise BadInput(f"an interval needs at least 2 runs, got {len(records)}.")
    common = records[0].views_at
    values = np.array([_at(record, criterion, common) for record in records])
    mean, runs = values.mean(axis=0), len(records)
    half = stdtrit(runs - 1, (1 + level) / 2) * values.std(axis=0, ddof=1) / np.sqrt(runs)
    low, high = np.clip(mean - half, 0, 100), np.clip(mean + half, 0, 100)
    return Spread(criterion, runs, level, list(common), mean.tolist(), low.tolist(), high.tolist())


def _at(record: CompressionRecord, criterion: str, levels: Sequence[float]) -> list[float]:
    """Test accuracy at ``levels``, each as it was measured: at the nearest level below it."""
    curve = next(c for c in record.curves if c.criterion == criterion)
    places = np.searchsorted(curve.pruned, np.asarray(levels) + 1e-9, side="right") - 1
    return [curve.test_accuracy[place] for place in places]
