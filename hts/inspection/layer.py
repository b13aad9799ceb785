"""Measure one array of weights: sizes, tail indices, what pruning would cost.

Cost: three or four passes over blocks of rows; the fits use at most a few million entries, see
`tails_of`, so a layer of any size takes little memory.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hts.inspection.layer_report import KEPT, LayerReport, LeftOut
from hts.inspection.matrix import Matrix, matrix_of
from hts.inspection.sizes import largest_squares, median_abs, sizes_of
from hts.noise.types import noise_type
from hts.pruning.columns import pruning_ratio, relative_error
from hts.records import TailIndex, Verdict
from hts.seeds import generator
from hts.tails.estimation import likeliest
from hts.tails.layer import layer_sample
from hts.tails.verdicts import verdict_of
from hts.validate import BadInput
from hts.weights import Weight

BY_ENTRIES, BY_UNITS = "II", "III"  # what foreign weights are taken for
UNITS_USED = 4_000_000  # entries of the units whose norms are fitted
FEWEST_ROWS = 200
_LARGEST = 1e38  # a square of a float64 must not overflow
_VECTOR = "no matrix (a bias, a norm's gain, a scalar): there are no units to compare"


def measure(weight: Weight, noise: str | None) -> LayerReport | LeftOut:
    """The report of one layer, or why there is none.

    ``noise``: the noise type it was trained with; None when unknown, as for foreign weights.
    Raises `BadInput` where its file turns out to be damaged.
    """

    def left(why: str) -> LeftOut:
        return LeftOut(name=weight.name, shape=weight.shape, why=why)

    if weight.refused:
        return left(weight.refused)
    if len(weight.shape) < 2:
        return left(_VECTOR)
    matrix = matrix_of(weight)
    sizes = sizes_of(matrix)
    if sizes.wrong:
        return left(
            f"{sizes.wrong:,} of {matrix.size:,} weights are NaN or infinite: no norm or tail "
            "index exists, and the network cannot compute with them"
        )
    if sizes.largest == 0:
        return left(f"all {matrix.size:,} weights are zero")
    if sizes.largest > _LARGEST:
        return left(f"weights as large as {sizes.largest:.1e}: their squares overflow")
    norms = sizes.norms
    total = float(np.sum(norms**2))
    if total == 0:
        return left(f"weights of at most {sizes.largest:.1e}: their squares vanish")
    notes = [weight.note] if weight.note else []
    by_entries, by_units, said = tails_of(matrix, weight.name, noise, notes)
    return LayerReport(
        name=weight.name,
        kind=weight.kind,
        shape=weight.shape,
        dtype=weight.dtype,
        units=matrix.units,
        inputs=matrix.inputs,
        median_abs=median_abs(matrix, sizes),
        mean_abs=sizes.mean_abs,
        by_entries=by_entries,
        by_units=by_units,
        entries_used=0 if by_entries is None else by_entries.size,
        units_used=0 if by_units is None else by_units.size,
        pruning_ratio=pruning_ratio(norms),
        relative_error=tuple(relative_error(norms, 1 - np.array(KEPT)).tolist()),
        largest_share=100.0 * largest_squares(matrix, sizes, 0.01) / total,
        verdict=said,
        note="; ".join(notes),
    )


def tails_of(
    matrix: Matrix, name: str, noise: str | None, notes: list[str]
) -> tuple[TailIndex | None, TailIndex | None, Verdict | None]:
    """(by entries, by units, verdict); what cannot be told is None with a note.

    With the noise type known, only what is independent under it is counted.  Unknown, both are
    told: they agree for i.i.d. Gaussian weights, and where they differ, an assumption is wrong.
    The verdict is on what the noise type says, else on entries.
    """
    found: dict[str, TailIndex | None] = {"entries": None, "units": None}
    verdict = None
    kinds = (BY_ENTRIES, BY_UNITS) if noise is None else (noise,)
    for kind in kinds:
        counted = noise_type(kind).independent
        try:
            if counted == "units":
                sample = layer_sample(_rows(matrix, name), kind)
            else:
                sample = layer_sample(matrix, kind, seed=name)
            sample = replace(sample, known=noise is not None)
            found[counted] = likeliest(sample)
            notes += [says.rstrip(".") for says in sample.said if says.rstrip(".") not in notes]
            if kind == kinds[0]:
                verdict = verdict_of(sample)
        except BadInput as error:
            notes.append(f"no α by {counted}, {error}".rstrip("."))
    return found["entries"], found["units"], verdict


def _rows(matrix: Matrix, name: str) -> np.ndarray:
    """Rows with about `UNITS_USED` entries: all, or a choice that depends on the name alone."""
    count = max(FEWEST_ROWS, UNITS_USED // matrix.inputs)
    if count >= matrix.units:
        return matrix.read(0, matrix.units)
    draw = generator(0, "inspect", name)
    return matrix.chosen(np.sort(draw.choice(matrix.units, count, replace=False)))
