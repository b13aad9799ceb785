"""What an estimator is given: centred values, norms or vectors, and what they were taken from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from hts.real_array import real_array
from hts.tails.samples.binning import FEWEST, checked
from hts.tails.samples.clusters import Clusters
from hts.tails.samples.ties import untied
from hts.validate import BadInput, choice

Of = Literal["values", "norms", "vectors"]
OF: tuple[Of, ...] = ("values", "norms", "vectors")
OWN_MEDIANS = "The coordinates differ in their medians, so each is centred by its own."
_DIFFERENT = 1e-4  # probability of medians that differ as much by chance
_PLENTY = 4000  # rows that settle the medians of a matrix so large that all would be slow
_SLOW = 2_000_000
_SETTLED = 200_000  # entries that settle a common median
_BLUR = 1.0  # relative, times the number of rows
_LOG_REACH = 6.0  # rounding and centring decide over smaller logarithms


@dataclass(frozen=True)
class Sample:
    """Independent observations.  ``values``: ``(n,)``, signed and centred, or norms."""

    of: Of
    values: np.ndarray
    vectors: np.ndarray | None = None  # (n, inputs), centred, of norms and vectors
    location: float = 0.0
    inputs: int = 1
    unit: str = "entries"
    design: float = 1.0  # how many values count as one, where values of a row or column share draws
    counted: str = ""
    on: str = ""  # what of a layer this is, where it is one
    clusters: Clusters | None = None  # rows and columns of single values, where there are any
    known: bool = False  # what is independent is known, since the noise was injected
    zeros: float = 0.0  # share of exact zeros, which are not among the values
    floor: float = 0.0  # smaller sizes were taken away (pruned); 0: they were not
    coarse: bool = False  # rounded to steps as wide as the law
    blur: float = 0.0  # what centring every coordinate by a median of its own does to the density
    said: tuple[str, ...] = ()  # what was found and done before anything is fitted

    @property
    def size(self) -> int:
        return len(self.values)

    @property
    def effective(self) -> float:
        """How many independent values those of the sample count as."""
        return self.size / self.design

    def effective_by(self, scores: Callable[[], np.ndarray]) -> float:
        """As `effective`, for an estimate of which every value moves its sum of ``scores (n,)``."""
        if self.clusters is None:
            return self.effective
        return self.size / self.clusters.design(scores())

    def check_enough(self, design: float) -> None:
        """Raise `BadInput` where values that share draws count as too few independent ones."""
        if self.size / design < FEWEST:
            raise BadInput(
                f"values of a row or column share draws: {self.size} of them count as about "
                f"{max(1, round(self.size / design))}, and at least {FEWEST} are needed."
            )

    def some(self, places: np.ndarray) -> Sample:
        """The observations number ``places``."""
        vectors = None if self.vectors is None else self.vectors[places]
        clusters = None if self.clusters is None else self.clusters.chosen(places)
        found = replace(self, values=self.values[places], vectors=vectors, clusters=clusters)
        return replace(found, design=1.0 if clusters is None else log_design(found))


def take(x: np.ndarray, of: Of | None) -> Sample:
    """A sample from ``x``: ``(n,)``, or ``(n, inputs)`` with ``of`` saying how to read the rows.

    Raises `BadInput` for fewer than 50 observations, values not finite or all equal, or a matrix
    without ``of``.
    """
    x = real_array(x)
    if x.ndim > 2:
        raise BadInput(f"the sample must be (n,) or (n, inputs), got shape {x.shape}.")
    if of is None:
        if x.ndim == 2 and min(x.shape) > 1:
            raise BadInput(
                f"of must be given for a matrix, got shape {x.shape}: 'values' if all its entries "
                "are independent, 'norms' or 'vectors' if only its rows are. Counting entries of "
                "rows that share a draw gives intervals many times too narrow."
            )
        of = "values"
    choice("of", of, OF)
    if of == "values":
        clusters = None
        if x.ndim == 2 and min(x.shape) > 1:
            clusters = Clusters(*(k.ravel() for k in np.indices(x.shape, np.int32)))
        return of_values(checked(x), clusters)
    if x.ndim != 2:
        raise BadInput(f"{of} need a matrix (n, inputs), got shape {x.shape}.")
    if len(x) < FEWEST:
        raise BadInput(f"the sample must hold at least {FEWEST} rows, got {len(x)}.")
    rows = checked(x).reshape(x.shape)
    centre = centred_by(rows)
    return of_rows(rows - centre, of, float(np.median(centre)), "rows")


def of_values(
    values: np.ndarray,
    clusters: Clusters | None,
    row_steps: Callable[[], np.ndarray | None] | None = None,
    own_medians: Callable[[], np.ndarray] | None = None,
) -> Sample:
    """Single ``values (n,)``: ties settled, centred, and how far they share draws.

    ``row_steps``: the step of every value where rows were rounded each on its own grid;
    ``own_medians``: the medians of the columns, asked for where these differ.
    """
    found = untied(values, row_steps)
    if found.values.size < FEWEST:
        raise BadInput(
            f"at least {FEWEST} values must differ, got {found.values.size} of {values.size}: "
            f"fewer say nothing about a tail. {' '.join(found.said)}".rstrip()
        )
    clusters = None if clusters is None else clusters.chosen(found.kept)
    fixed = found.floor > 0 or found.coarse
    location = 0.0 if fixed else float(np.median(found.values))
    centred, said, blur = found.values - found.values.dtype.type(location), found.said, 0.0
    if clusters is not None and own_medians is not None and not fixed:
        counts = np.bincount(clusters.columns, np.abs(np.sign(centred)))
        if signs_differ(np.bincount(clusters.columns, np.sign(centred)), counts):
            centred = found.values - own_medians()[clusters.columns]
            blur = _BLUR / max(1, int(clusters.rows.max()) + 1)
            said = (*said, OWN_MEDIANS)
    sample = Sample("values", centred, None, location, clusters=clusters, zeros=found.zeros,
                    floor=found.floor, coarse=found.coarse, blur=blur, said=said)  # fmt: skip
    return sample if clusters is None else replace(sample, design=log_design(sample))


def log_design(sample: Sample) -> float:
    """How many values count as one: by the squares of their ``log |x|``, which scale alone does
    not move."""
    assert sample.clusters is not None
    logs = np.log(np.maximum(np.abs(sample.values).astype(float), np.finfo(np.float32).tiny))
    logs -= np.median(logs)
    return sample.clusters.design(np.square(logs.clip(-_LOG_REACH, _LOG_REACH)))


def centred_by(rows: np.ndarray) -> np.ndarray:
    """The centre of ``rows (n, inputs)``: one for all coordinates unless their medians differ."""
    common = np.median(rows[:: rows.size // _SETTLED + 1])
    signs = np.sign(rows - common)
    if signs_differ(signs.sum(axis=0), np.abs(signs).sum(axis=0)):
        thin = len(rows) // _PLENTY if rows.size > _SLOW else 1
        medians: np.ndarray = np.median(rows[:: max(1, thin)], axis=0)
        return medians
    return np.full(rows.shape[1], common, rows.dtype)


def signs_differ(sums: np.ndarray, counts: np.ndarray) -> bool:
    """Whether more columns lie above or below the common median than chance allows."""
    used = counts > 0
    statistic = float((sums[used] ** 2 / counts[used]).sum())
    return bool(chdtrc(max(1, int(used.sum()) - 1), statistic) < _DIFFERENT)


def of_rows(centred: np.ndarray, of: Of, location: float, unit: str) -> Sample:
    """Norms, and the vectors themselves, of the rows ``centred (n, inputs)``."""
    norms = checked(norms_of(centred), "the rows' norms")
    return Sample(of, norms, centred, location, centred.shape[1], unit)


def norms_of(centred: np.ndarray) -> np.ndarray:
    """2-norms of the rows, safe from overflow: an exact power of two is taken out first."""
    unit = 2.0 ** math.frexp(float(np.abs(centred).max()))[1]
    scaled = centred / centred.dtype.type(unit)
    return np.sqrt(np.einsum("ij,ij->i", scaled, scaled, dtype=float)) * unit
