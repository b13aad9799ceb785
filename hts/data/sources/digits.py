"""Handwritten digits of 8 x 8 pixels: the default, since its file comes with this package."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from hts.data.sources import DATASETS, Dataset, DatasetSource, Obtain, stratified
from hts.data.sources.scaling import Scaling


@DATASETS.register
class Digits(DatasetSource):
    """Pixels divided by 16; a fixed split."""

    name = "digits"
    place = 10
    title = "Digits 8 x 8"
    sentence = "Handwritten digits of 8 x 8 pixels: small, and always there."
    origin = "UCI optical recognition of handwritten digits (CC BY 4.0), with this package"
    inputs, train, test = 64, 1438, 359
    class_names = tuple("0123456789")
    image_shape = (1, 8, 8)

    @property
    def scaling(self) -> Scaling:
        return Scaling(said="8 x 8 pixels from 0 to 16", sd=(16.0,))

    def where(self) -> str:
        return "with this package"

    def load(self, obtain: Obtain) -> Dataset:
        table = _table()
        x = (table[:, :-1] / 16).astype(np.float32)
        y = table[:, -1].astype(np.int64)
        train, test = stratified(y, "digits")
        source = "with this package; fixed stratified 80/20 split"
        return self.dataset(x[train], y[train], x[test], y[test], source=source)


def _table() -> np.ndarray:
    """All rows (1797, 65): 64 pixels from 0 to 16, then the label."""
    with gzip.open(Path(__file__).with_name("digits.csv.gz"), "rt") as lines:
        return np.loadtxt(lines, delimiter=",")
