"""A dataset in memory, and the fixed split of one that comes without.

Inputs are float32 of shape ``(examples, inputs)``; an image is flattened in the order (channels,
height, width), so ``x.reshape(-1, *image_shape)`` gives it back.  Labels are int64 from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hts.seeds import generator
from hts.validate import BadInput


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
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    classes: tuple[str, ...]
    source: str  # one line: where these bytes came from
    image_shape: tuple[int, int, int] | None = None  # (channels, height, width)

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
            right = x.ndim == 2 and x.dtype == np.float32 and y.dtype == np.int64
            if not right or y.shape != x.shape[:1]:
                raise BadInput(
                    f"{self.name}: {part} needs float32 (examples, inputs) with int64 (examples,), "
                    f"got {x.dtype} {x.shape} with {y.dtype} {y.shape}: networks take nothing else."
                )

    @property
    def inputs(self) -> int:
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


def stratified(labels: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Indices (train, test), each ascending, of an 80/20 split of ``labels`` (examples,).

    A class of m >= 2 examples gives max(1, round(m / 5)) of them to the test set.  The split
    depends on ``name`` and the labels only, never on a run's seed, so that runs with different
    seeds are replicates on the same data.
    """
    # Sorting raw bits, not Generator.permutation: NumPy promises the bits for ever.
    keys = generator(1, "split", name).bit_generator.random_raw(len(labels))
    order = np.argsort(keys, kind="stable")
    held_out = [
        members[: max(1, round(len(members) / 5))]
        for members in (order[labels[order] == k] for k in np.unique(labels))
    ]
    is_test = np.zeros(len(labels), bool)
    is_test[np.concatenate(held_out)] = True
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)
