"""The estimators that there are, one file each."""

from __future__ import annotations

from hts.registry import Registry
from hts.tails.estimators.base import Estimator

ESTIMATORS = Registry(
    "method",
    Estimator,  # type: ignore[type-abstract]
    package=__name__,
    path=__path__,
)
