"""The records of this room: a dataset in memory, and what is known of one without loading it.

Inputs are float32 of shape ``(examples, inputs)``; an image is flattened in the order (channels,
height, width), so ``x.reshape(-1, *image_shape)`` gives it back.  Labels are int64 from 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hts.validate import BadInput

Kind = Literal["table", "images", "series", "toy"]
Progress = Callable[[int, "int | None"], None]  # bytes so far, bytes in all where known


class DataUnavailable(BadInput):
    """The data are not on this computer and could not be fetched; the text says what helps."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Training and test examples in memory, ready for a network.

    Shapes: ``x_train`` (train, inputs), ``y_train`` (train,), the same for test.  Raises
    `BadInput` where shapes or types do not agree.
    """

    name: str
    title: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    classes: tuple[str, ...]
    source: str  # one line: where these bytes came from
    image_shape: tuple[int, int, int] | None = None  # (channels, height, width)

    def __post_init__(self) -> None:
        for x, y, part in (
            (self.x_train, self.y_train, "train"),
            (self.x_test, self.y_test, "test"),
        ):
            right = x.ndim == 2 and x.dtype == np.float32 and y.dtype == np.int64
            if not right or y.shape != x.shape[:1]:
                raise BadInput(
                    f"{self.name}: {part} needs float32 (examples, inputs) with int64 (examples,), "
                    f"got {x.dtype} {x.shape} with {y.dtype} {y.shape}: networks take nothing else."
                )

    @property
    def inputs(self) -> int:
        """Numbers per example."""
        return int(self.x_train.shape[1])

    @property
    def sizes(self) -> dict[str, int]:
        """Inputs, classes, training and test examples: what the estimates of a run's cost take."""
        return {
            "inputs": self.inputs,
            "classes": len(self.classes),
            "train": len(self.y_train),
            "test": len(self.y_test),
        }


@dataclass(frozen=True, kw_only=True)
class DatasetInfo:
    """What the pages and the memory estimate need to know; costs nothing to have."""

    name: str
    title: str
    kind: Kind
    inputs: int
    class_names: tuple[str, ...]
    train: int  # training examples
    test: int  # test examples
    says: str  # one sentence
    origin: str  # who made it, and on what terms
    needs_download: bool = False  # the program carries no copy of it
    image_shape: tuple[int, int, int] | None = None

    @property
    def classes(self) -> int:
        """How many classes."""
        return len(self.class_names)

    @property
    def sizes(self) -> dict[str, int]:
        """As `Dataset.sizes`."""
        return {
            "inputs": self.inputs,
            "classes": self.classes,
            "train": self.train,
            "test": self.test,
        }
