"""Handwritten digits of 8 x 8 pixels: the default, always there because scikit-learn ships them."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path

import numpy as np

from hts.data.split import stratified


def _table() -> np.ndarray:
    """All rows (1797, 65): 64 pixels from 0 to 16, then the label.

    Read straight from scikit-learn's file: importing ``sklearn.datasets`` takes seconds.
    """
    found = importlib.util.find_spec("sklearn")
    if found is not None and found.origin is not None:
        path = Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"
        if path.exists():
            with gzip.open(path, "rt") as lines:
                return np.loadtxt(lines, delimiter=",")
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return np.column_stack([images, labels])


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """``x_train, y_train, x_test, y_test`` of the fixed split, pixels divided by 16."""
    table = _table()
    x = (table[:, :-1] / 16).astype(np.float32)
    y = table[:, -1].astype(np.int64)
    train, test = stratified(y, "digits")
    return x[train], y[train], x[test], y[test]
