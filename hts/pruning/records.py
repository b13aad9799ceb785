"""What pruning a finished run comes to, in display size: nothing here holds raw weights.

Accuracies are in percent, ``pruned`` are fractions in [0, 1].  Every number was measured at the
level it stands for; levels that are not shown were left out, never filled in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hts.plane import PlaneGrid

VERSION = 2  # of these records: it is part of the name under which they are kept


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A pruning that some rule chose, measured at exactly its counts."""

    rule: str  # "squared error 0.1", "within 1 point"
    points: float | None  # of accuracy, for the second kind
    pruned: float
    removed: int
    train_accuracy: float
    test_accuracy: float
    relative_error: float
    parameters: int


@dataclass(frozen=True, kw_only=True)
class CriterionCurve:
    """One criterion at ascending levels."""

    criterion: str
    levels: int  # how many levels were measured; at most as many are listed below
    parts: int  # of all layers together
    pruned: list[float]
    train_accuracy: list[float]
    test_accuracy: list[float]
    relative_error: list[float]
    parameters: list[int]
    bytes: list[int]
    multiply_adds: list[int]
    marks: list[Mark]


@dataclass(frozen=True, kw_only=True)
class Flip:
    """One example whose answer changes: its place among `CompressionRecord.shown`, the answer."""

    example: int
    answer: int


@dataclass(frozen=True, kw_only=True)
class LevelView:
    """One criterion at one of the `CompressionRecord.views_at`."""

    test_loss: float
    flipped: int  # test examples whose answer is another one than the whole network's
    became_wrong: int
    became_right: int
    flips: list[Flip]  # some of them
    lost: list[list[float]]  # per layer: share of squared norm gone, by rank of the unit's norm
    heat: list[str]  # per layer: base64 of rows * columns bytes, see `Heat`
    boundary: str | None = None  # the class at each grid point, a digit each


@dataclass(frozen=True, kw_only=True)
class Heat:
    """How mean |weight| over blocks of a layer becomes bytes: 0 is zero, 1 ``low``, 255 ``high``.

    Rows are units from largest to smallest norm, columns the inputs in their order.
    """

    name: str
    of: str
    units: int
    inputs: int
    rows: int
    columns: int
    low: float  # log10
    high: float
    before: str


@dataclass(frozen=True, kw_only=True)
class ShownExample:
    """A test example that some pruning changes the answer to."""

    truth: int
    before: int  # the whole network's answer
    values: list[float]


@dataclass(frozen=True, kw_only=True)
class Plane(PlaneGrid):
    """A problem in the plane and the answers of the whole network there."""

    full: str  # a digit for each point of the grid


@dataclass(frozen=True, kw_only=True)
class CompressionRecord:
    """Everything the Compress page shows of a run."""

    run: str
    scope: str
    classes: list[str]
    image_shape: tuple[int, int, int] | None
    train_points: int  # how many examples the accuracies were measured on
    test_points: int
    test_of: int  # and how many there are
    views_at: list[float]
    curves: list[CriterionCurve]
    views: dict[str, list[LevelView]]  # per criterion, one for each of `views_at`
    layers: list[Heat]
    shown: list[ShownExample] = field(default_factory=list)
    plane: Plane | None = None
    seconds: float = 0.0

    def without_data(self) -> CompressionRecord:
        """The same without examples of the data, and with numbers for the names of classes."""
        views = {
            criterion: [replace(view, flips=[]) for view in levels]
            for criterion, levels in self.views.items()
        }
        classes = [f"class {number}" for number in range(1, len(self.classes) + 1)]
        return replace(self, shown=[], classes=classes, views=views)
