"""What an estimator is: what it assumes, and how it reads alpha off a sample.

alpha is the stability index, which below 2 is the tail index.  Costs and errors are measured by
``python -m hts verify tails``; what a kind says of itself is only what the literature and the
formulas say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from hts.records import TailIndex
from hts.tails.estimators.inversion import Found
from hts.tails.estimators.upper_tail import SHARE
from hts.tails.samples.sample import Sample

BLOCK = 8
REPLICATES = 100
VECTORS_READ = 2_000_000  # weights of units that are read as vectors, where a page waits
SHARED = (
    "The values of a row or column share draws: {size} of them count as about {effective}, and the "
    "interval allows for it."
)
STABLE = "i.i.d. symmetric stable values, or norms of rotationally invariant stable vectors"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `hts.tails.estimate` is asked besides; every estimator looks at what it needs."""

    k: str | int = "share"
    share: float = SHARE
    block: int = BLOCK
    replicates: int = REPLICATES
    seed: int = 0


class Estimator(ABC):
    """One way to estimate alpha.  A kind from elsewhere begins with `WholeLaw` or `TailOnly`."""

    name: str
    title: str
    label: str  # what a phone has room for
    citation: str
    assumes: str
    interval: str
    bias: str  # what is known of its errors
    cost: str  # in passes over the sample
    place: int = 100
    values: bool = True  # takes single values
    norms: bool = True  # takes the norms of vectors
    vectors: bool = False  # takes whole vectors
    tail_only: bool = False  # looks at the k largest values alone
    capped: bool = False  # never reports more than 2
    resamples: bool = False  # its interval is a bootstrap, which takes most of its time
    skewed: bool = False  # its law may have a skewness beside
    law: str = ""  # that samples are drawn against; empty: they are not
    values_read: int | None = None  # at most, where a page waits; None: all
    vectors_read: int = VECTORS_READ
    expected_sd: tuple[float, ...] = ()  # at n = 10 000 and `hts.verify.calibrate_methods.ALPHAS`

    @abstractmethod
    def estimate(self, sample: Sample, level: float, options: Options) -> TailIndex:
        """The record of ``sample``, which is of a kind that this estimator takes.

        Raises `BadInput` for samples that say nothing.
        """

    @property
    def said(self) -> str:
        """What its records call it."""
        return self.title.lower()

    def record(self, sample: Sample, level: float, found: Found, **fit: Any) -> TailIndex:
        """``found`` with what describes the sample; ``fit``: scale, distance, fits.

        Says so where the values of a row share draws.
        """
        parts = [*sample.said, found.note]
        if sample.design > 1:
            parts.insert(0, SHARED.format(size=sample.size, effective=round(sample.effective)))
        note = " ".join(part for part in parts if part)
        return TailIndex(
            **{**vars(found), **fit, "note": note},
            level=level,
            method=self.said,
            sample=sample.unit,
            size=sample.size,
            location=sample.location,
            counted=sample.counted,
            independent=sample.design == 1,
        )
