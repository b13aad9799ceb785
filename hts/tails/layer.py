"""The tail index of a layer: what is independent depends on the noise type.

Weights are ``(units, inputs)``: row i is the paper's column theta^i.  Whatever the noise, every
single weight is symmetric stable; but in types I and III the weights of a unit share a draw, so the
sample is as large as the number of units, and error bars for independent entries would be wrong.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from hts.noise.types import noise_type
from hts.real_array import real_array
from hts.records import MEANS, TailIndex
from hts.tails.estimation import of_sample
from hts.tails.estimators.base import Options
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.samples.binning import FEWEST, checked
from hts.tails.samples.entries import Rows, Whole, entries_sample, is_read_by_rows
from hts.tails.samples.sample import (
    Of,
    Sample,
    centred_by,
    norms_of,
    of_rows,
)
from hts.validate import BadInput, choice, number

ENTRIES_USED = 200_000  # single weights that settle alpha to about 0.003
_HOLES = 0.01  # share of exact zeros from which they count
_SETTLED = 200_000  # entries that settle a centre from which only large values matter


def layer_tail_index(weights: np.ndarray, kind: str, *, level: float = 0.95) -> TailIndex:
    """Stability index of the noise in ``weights (units, inputs)``.

    ``kind``, the noise type, says what is independent, by its ``reading``:

    * scalars (type I): the units' mean weights, fitted as symmetric stable values;
    * norms (III): those of the units, fitted by the norm's law of a rotationally invariant vector;
    * entries (II, gaussian, none).

    All weights are centred by one median first; by one a coordinate where these differ by more than
    chance.  Weights hold initialisation and drift besides noise: until noise dominates ``fits`` may
    be False or alpha near 2.  Raises `BadInput` for fewer than 50 independent values, or values not
    finite or all equal.
    """
    return estimate_layer(weights, kind, level=level)


def estimate_layer(
    weights: np.ndarray,
    kind: str,
    method: str = "mle",
    *,
    level: float = 0.95,
    of: str | None = None,
    **options: object,
) -> TailIndex:
    """`hts.tails.estimate` on ``weights (units, inputs)`` with noise of type ``kind``.

    The noise type says what is independent, as in `layer_tail_index`, and ``counted`` says it
    aloud.  ``of="entries"`` asks for the single weights: for types I and III that is refused,
    because a unit's weights share a draw.  ``options`` and errors are those of
    `hts.tails.estimate`.
    """
    how = ESTIMATORS.named(method)
    noise = noise_type(kind)
    if of is not None:
        choice("of", of, ("units", "entries"))
        if of == "entries" and noise.independent == "units":
            raise BadInput(
                f"of must be 'units' for noise type {kind}, got 'entries': {noise.counted} An "
                "interval for as many independent weights would be many times too narrow."
            )
        if of == "units" and noise.independent == "entries":
            raise BadInput(f"of must be 'entries' for noise type {kind}: {noise.counted}")
    level = number("level", level, low=0.5, high=0.9999, open_low=True)
    if noise.reading == "norms" and not (how.norms or how.vectors):
        able = ", ".join(m.name for m in ESTIMATORS.values() if m.norms or m.vectors)
        raise BadInput(
            f"method {how.name} reads single values, and of noise type {kind} only whole units are "
            f"independent: use one of {able}."
        )
    sample = layer_sample(weights, kind, "norms" if how.norms else "vectors")
    sample = dataclasses.replace(sample, known=True)
    return of_sample(sample, how, level, Options(**options))  # type: ignore[arg-type]


def layer_sample(
    weights: np.ndarray | Rows,
    kind: str,
    rows: Of = "norms",
    *,
    most: int | None = ENTRIES_USED,
    seed: str = "",
) -> Sample:
    """What is independent in ``weights (units, inputs)`` under noise of type ``kind``, centred.

    Units that are read by their norms count by their ``rows``: ``norms`` or ``vectors``.  Of single
    weights at most about ``most`` are read, from all rows alike, a choice that ``seed`` names; then
    ``weights`` may be a matrix that is read by rows.
    """
    noise = noise_type(kind)
    if noise.reading == "entries" or is_read_by_rows(weights):
        matrix = weights if is_read_by_rows(weights) else Whole(_matrix(weights, kind))
        taken = entries_sample(matrix, most, seed)
        unit, on = noise.independent, "the weights"
        return dataclasses.replace(taken, unit=unit, counted=noise.counted, on=on)
    said: tuple[str, ...] = ()
    weights = _matrix(weights, kind)
    used = weights.any(axis=1)
    if not used.all():
        said = (f"{100 * (1 - used.mean()):.3g} % of the units are exactly 0 and left out.",)
        weights = _matrix(weights[used], kind)
    if noise.reading == "norms" and weights.shape[1] > 1:
        centre, inputs = centred_by(weights), weights.shape[1]
        zeros = 1 - np.count_nonzero(weights) / weights.size
        if zeros > _HOLES:  # which are no noise: the rest is a vector of fewer inputs
            centre, inputs = np.zeros_like(centre), max(1, round((1 - zeros) * inputs))
            said = (*said, f"{100 * zeros:.3g} % of the values are exactly 0 and left out.")
        taken = of_rows(weights - centre, rows, float(np.median(centre)), "units")
        taken = dataclasses.replace(taken, inputs=inputs)
        on = f"the units' norms, law of the norm in {taken.inputs} dimensions"
    else:
        scalars = np.mean(weights, axis=1, dtype=float)
        location, on = float(np.median(scalars)), f"the units' {MEANS}"
        scalars = checked(scalars - location, on)
        taken = Sample("values", scalars, None, location, unit="units")
    return dataclasses.replace(taken, counted=noise.counted, on=on, said=said)


def independent_sizes(weights: np.ndarray, kind: str) -> np.ndarray:
    """Absolute values (flat) of what is independent in ``weights`` under noise type ``kind``."""
    reading = noise_type(kind).reading
    weights = real_array(weights)
    if reading == "entries" or weights.ndim != 2:
        flat = checked(weights)
        left = flat[flat != 0]
        if left.size >= FEWEST and np.unique(np.abs(left[:_SETTLED])).size > FEWEST:
            flat = left
        return np.abs(flat - np.median(flat[:: flat.size // _SETTLED + 1]))
    weights = _matrix(weights, kind)
    if reading == "scalars":
        scalars = np.mean(weights, axis=1, dtype=float)
        return np.abs(scalars - np.median(scalars))
    return norms_of(weights - centred_by(weights))


def sizes_in(x: np.ndarray | Sample, kind: str) -> tuple[np.ndarray, int]:
    """``(sizes, inputs)`` of what is independent, where ``inputs`` is 1 for single values.

    ``x`` as in `independent_sizes`, or a sample that has been taken already, whatever ``kind`` is.
    """
    if isinstance(x, Sample):
        return np.abs(x.values), x.inputs if x.of != "values" else 1
    x = real_array(x)
    norms = noise_type(kind).reading == "norms" and x.ndim == 2
    return independent_sizes(x, kind), x.shape[1] if norms else 1


def _matrix(weights: np.ndarray | Rows, kind: str) -> np.ndarray:
    """``weights`` if they are a finite matrix with units enough for ``kind``, or `BadInput`."""
    weights = real_array(weights, "the layer's weights", axes=2)
    if noise_type(kind).independent == "units" and weights.shape[0] < FEWEST:
        raise BadInput(
            f"a layer with noise type {kind} must have at least {FEWEST} units for a tail index, "
            f"got {weights.shape[0]}: the weights of a unit share a draw, so units are the sample."
        )
    return checked(weights, "the layer's weights").reshape(weights.shape)
