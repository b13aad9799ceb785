"""What every dataset is: a description that costs nothing to have, and a way to its arrays."""

from __future__ import annotations

import abc
from collections.abc import Callable

import numpy as np

from hts.data.sources.dataset import Dataset
from hts.data.sources.family import Family, Raw
from hts.data.sources.scaling import Scaling
from hts.validate import BadInput

# Brings the published arrays of a family, from this computer or downloaded.
Obtain = Callable[[Family], Raw]


class DatasetSource(abc.ABC):
    """One dataset by name: what it holds, where it lies, and its arrays.

    The numbers and names below are what pages, memory estimates and group sizes go by, so they
    must agree with the arrays; `dataset` checks it.
    """

    name: str  # as in ``RunConfig.data``
    title: str
    sentence: str
    said: str = ""  # what a report says beside the title, with a space behind it
    origin: str  # who made it, and on what terms
    inputs: int  # numbers per example
    class_names: tuple[str, ...]
    train: int  # training examples
    test: int  # test examples
    image_shape: tuple[int, int, int] | None = None  # (channels, height, width)
    in_the_plane: bool = False  # inputs are (x, y, 1), so decision regions can be drawn
    needs_download: bool = False  # the program carries no copy of it
    place: int = 100  # in lists

    @abc.abstractmethod
    def load(self, obtain: Obtain) -> Dataset:
        """The arrays, which must not depend on a run's seed, splits included.

        Runs that differ only in their seed are replicates on the same data.  Whoever needs
        published files asks ``obtain`` for them.  Raises `DataUnavailable` if they cannot be had.
        """

    def where(self) -> str | None:
        """Where it lies on this computer, or None if loading it means a download."""
        return "made on the spot"

    def here(self) -> DatasetSource:
        """What `load` gives on this computer: itself, unless only a part of the data is here."""
        return self

    @property
    def scaling(self) -> Scaling:
        """How `load` makes network inputs of raw ones; exported networks take it along."""
        return Scaling(said=f"{self.inputs} numbers, as the dataset {self.name} has them")

    @property
    def classes(self) -> int:
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

    def dataset(
        self,
        x_train: np.ndarray,
        y_train: np.ndarray,
        x_test: np.ndarray,
        y_test: np.ndarray,
        *,
        source: str | None = None,
    ) -> Dataset:
        """Its arrays as a `Dataset`; raises `BadInput` where they are not as described.

        Inputs are float32 (examples, inputs), labels int64 (examples,) from 0.
        """
        made = Dataset(
            name=self.name,
            title=self.title,
            x_train=x_train,
            y_train=y_train,
            x_test=x_test,
            y_test=y_test,
            classes=self.class_names,
            source=self.origin if source is None else source,
            image_shape=self.image_shape,
        )
        if made.sizes != self.sizes:
            raise BadInput(f"{self.name} is described by {self.sizes}, but holds {made.sizes}.")
        for labels in (y_train, y_test):
            if len(labels) and not 0 <= labels.min() <= labels.max() < self.classes:
                raise BadInput(
                    f"{self.name} has {self.classes} classes, so labels go from 0 to "
                    f"{self.classes - 1}, got {labels.min()} to {labels.max()}."
                )
        if self.image_shape is not None and np.prod(self.image_shape) != self.inputs:
            raise BadInput(
                f"{self.name} has images of {self.image_shape}, which are not {self.inputs} inputs."
            )
        return made


def plane_inputs(points: np.ndarray) -> np.ndarray:
    """Network inputs (points, 3) float32 of points (points, 2) in the plane."""
    return np.column_stack([points, np.ones(len(points))]).astype(np.float32)
