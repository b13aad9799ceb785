"""Measure one array of weights: sizes, tail indices, what pruning would cost.

Cost: two or three passes over blocks of rows; the fits use at most a few million entries, see
`_rows`, so a layer of any size takes little memory.
"""

from __future__ import annotations

import numpy as np

from hts.inspection.layer_report import KEPT, LayerReport, LeftOut
from hts.inspection.matrix import Matrix, matrix_of
from hts.inspection.sizes import largest_squares, median_abs, sizes_of
from hts.noise.types import noise_type
from hts.pruning.columns import pruning_ratio, relative_error
from hts.records import TailIndex, Verdict
from hts.seeds import generator
from hts.tails.layer import layer_tail_index
from hts.tails.verdicts import layer_verdict
from hts.validate import BadInput
from hts.weights import Weight

ENTRIES_USED = 1_000_000  # settle alpha by entries to about 0.002
BY_ENTRIES, BY_UNITS = "II", "III"  # what foreign weights are taken for
UNITS_USED = 4_000_000  # entries of the units whose norms are fitted
_FEWEST_ROWS = 200  # from here on every coordinate is centred by its own median
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
    by_entries, entries_used, by_units, units_used = _tails(matrix, weight.name, noise, notes)
    said = _verdict(matrix, weight.name, noise) if by_entries or by_units else None
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
        entries_used=entries_used,
        units_used=units_used,
        pruning_ratio=pruning_ratio(norms),
        relative_error=tuple(relative_error(norms, 1 - np.array(KEPT)).tolist()),
        largest_share=100.0 * largest_squares(matrix, sizes, 0.01) / total,
        verdict=said,
        note="; ".join(notes),
    )


def _verdict(matrix: Matrix, name: str, noise: str | None) -> Verdict | None:
    """In words, on what counts as independent; foreign weights are taken by entries."""
    kind = noise or BY_ENTRIES
    by_units = noise_type(kind).independent == "units"
    some = _rows(matrix, name, UNITS_USED if by_units else ENTRIES_USED)
    try:
        return layer_verdict(some, kind)
    except BadInput:  # too few of them; the notes say so
        return None


def _tails(
    matrix: Matrix, name: str, noise: str | None, notes: list[str]
) -> tuple[TailIndex | None, int, TailIndex | None, int]:
    """(by entries, how many, by units, how many); what cannot be estimated is None with a note.

    With the noise type known, only what is independent under it is counted.  Unknown, both are
    told: they agree for i.i.d. Gaussian weights, and where they differ, an assumption is wrong.
    """
    by_entries = by_units = None
    entries = units = 0
    counted = ("entries", "units") if noise is None else (noise_type(noise).independent,)
    if "entries" in counted:
        some = _rows(matrix, name, ENTRIES_USED)
        by_entries = _fitted(some, noise or BY_ENTRIES, "entries", notes)
        entries = some.size if by_entries else 0
    if "units" in counted:
        some = _rows(matrix, name, UNITS_USED)
        by_units = _fitted(some, noise or BY_UNITS, "units", notes)
        units = len(some) if by_units else 0
    return by_entries, entries, by_units, units


def _rows(matrix: Matrix, name: str, entries: int) -> np.ndarray:
    """Rows with about ``entries`` entries: all, or a choice that depends on the name alone."""
    count = max(_FEWEST_ROWS, entries // matrix.inputs)
    if count >= matrix.units:
        return matrix.read(0, matrix.units)
    draw = generator(0, "inspect", name)
    return matrix.chosen(np.sort(draw.choice(matrix.units, count, replace=False)))


def _fitted(matrix: np.ndarray, kind: str, sample: str, notes: list[str]) -> TailIndex | None:
    try:
        return layer_tail_index(matrix, kind)
    except BadInput as error:
        notes.append(f"no α by {sample}, {error}".rstrip("."))
        return None
