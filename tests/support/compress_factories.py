"""A compression record made of plain numbers, as a worker would have measured it."""

from __future__ import annotations

import base64
import dataclasses

import numpy as np

from hts.pruning.criteria import CRITERIA
from hts.pruning.records import (
    CompressionRecord,
    CriterionCurve,
    Flip,
    Heat,
    LevelView,
    Mark,
    Plane,
    ShownExample,
)

LEVELS = [0.0, 0.25, 0.5, 0.75, 1.0]
ROWS, COLUMNS, UNITS = 4, 6, 40


def record(*, kind: str = "images", run: str = "0123456789-1", **more) -> CompressionRecord:
    """``kind``: images, series or plane."""
    image = (1, 8, 8) if kind == "images" else None
    shown = [
        ShownExample(truth=i % 3, before=(i + i % 2) % 3, values=np.linspace(0, i, 64).tolist())
        for i in range(5)
    ]
    made = CompressionRecord(
        run=run,
        scope="layer",
        classes=["zero", "one", "two"],
        image_shape=image,
        train_points=500,
        test_points=300,
        test_of=300,
        views_at=LEVELS,
        curves=[_curve(name, 0.1 * i) for i, name in enumerate(CRITERIA)],
        views={name: [_view(i, kind) for i in range(len(LEVELS))] for name in CRITERIA},
        layers=[_heat()],
        shown=shown,
        plane=_plane() if kind == "plane" else None,
        seconds=1.5,
    )
    return dataclasses.replace(made, **more)


def _curve(name: str, shift: float) -> CriterionCurve:
    pruned = [i / UNITS for i in range(UNITS + 1)]
    accuracy = [95 - 60 * max(0.0, p - 0.6 + shift) for p in pruned]
    marks = [
        Mark(
            rule="squared error 0.1" if points is None else f"within {points:g} points",
            points=points,
            pruned=0.5,
            removed=20,
            train_accuracy=97.0,
            test_accuracy=94.5,
            relative_error=0.3,
            parameters=320,
        )
        for points in (None, 0.5, 1.0, 2.0, 5.0)
    ]
    sizes = [16 * (UNITS - i) + 2 for i in range(UNITS + 1)]
    return CriterionCurve(
        criterion=name,
        levels=UNITS + 1,
        parts=UNITS,
        pruned=pruned,
        train_accuracy=[a + 2 for a in accuracy],
        test_accuracy=accuracy,
        relative_error=pruned,
        parameters=sizes,
        bytes=[4 * size for size in sizes],
        multiply_adds=sizes,
        marks=marks,
    )


def _view(place: int, kind: str) -> LevelView:
    flips = [Flip(example=i, answer=2) for i in range(place)]
    codes = np.full((ROWS, COLUMNS), 120, np.uint8)
    codes[ROWS - place :] = 0
    return LevelView(
        test_loss=0.2 + place,
        flipped=3 * place,
        became_wrong=2 * place,
        became_right=place,
        flips=flips,
        lost=[[0.0] * (UNITS - 10 * place) + [1.0] * (10 * place)],
        heat=[base64.b64encode(codes.tobytes()).decode()],
        boundary="0" * 8 + "1" * 8 if kind == "plane" else None,
    )


def _heat() -> Heat:
    codes = np.linspace(255, 1, ROWS * COLUMNS).astype(np.uint8)
    return Heat(
        name="hidden 1",
        of="units",
        units=UNITS,
        inputs=64,
        rows=ROWS,
        columns=COLUMNS,
        low=-3.0,
        high=0.5,
        before=base64.b64encode(codes.tobytes()).decode(),
    )


def _plane() -> Plane:
    grid = [-1.0, 0.0, 1.0, 2.0]
    points = {"points_x": [0.0, 1.0], "points_y": [0.5, 1.5], "points_class": [0, 1]}
    return Plane(x=grid, y=grid, full="0" * 4 + "1" * 12, **points)
