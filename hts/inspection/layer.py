"""Measure one array of weights: sizes, tail indices, what pruning would cost.

Cost: sorting aside, one pass; the fits use at most a few million entries, see `_rows`.
"""

from __future__ import annotations

import numpy as np

from hts.inspection.layer_report import KEPT, LayerReport, LeftOut
from hts.noise.types import noise_type
from hts.pruning.columns import pruning_ratio, relative_error, unit_norms
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
    stored = weight.load()
    matrix = np.moveaxis(stored, weight.units_axis, 0).reshape(weight.shape[weight.units_axis], -1)
    wrong = matrix.size - int(np.count_nonzero(np.isfinite(matrix)))
    if wrong:
        return left(
            f"{wrong:,} of {matrix.size:,} weights are NaN or infinite: no norm or tail index "
            "exists, and the network cannot compute with them"
        )
    size = np.abs(matrix).ravel()
    largest = float(size.max())
    if largest == 0:
        return left(f"all {matrix.size:,} weights are zero")
    if largest > _LARGEST:
        return left(f"weights as large as {largest:.1e}: their squares overflow")
    norms = unit_norms(matrix)
    total = float(np.sum(norms**2))
    if total == 0:
        return left(f"weights of at most {largest:.1e}: their squares vanish")
    notes = [weight.note] if weight.note else []
    by_entries, entries_used, by_units, units_used = _tails(matrix, weight.name, noise, notes)
    said = _verdict(matrix, weight.name, noise) if by_entries or by_units else None
    top = max(1, round(0.01 * size.size))
    middle = ((size.size - 1) // 2, size.size // 2)
    mean = float(size.mean(dtype=np.float64))
    size.partition((*middle, size.size - top))
    return LayerReport(
        name=weight.name,
        kind=weight.kind,
        shape=weight.shape,
        dtype=weight.dtype,
        units=matrix.shape[0],
        inputs=matrix.shape[1],
        median_abs=float(size[list(middle)].mean(dtype=np.float64)),
        mean_abs=mean,
        by_entries=by_entries,
        by_units=by_units,
        entries_used=entries_used,
        units_used=units_used,
        pruning_ratio=pruning_ratio(norms),
        relative_error=tuple(relative_error(norms, 1 - np.array(KEPT)).tolist()),
        largest_share=100.0 * float(np.square(size[size.size - top :], dtype=float).sum()) / total,
        verdict=said,
        note="; ".join(notes),
    )


def _verdict(matrix: np.ndarray, name: str, noise: str | None) -> Verdict | None:
    """In words, on what counts as independent; foreign weights are taken by entries."""
    kind = noise or BY_ENTRIES
    by_units = noise_type(kind).independent == "units"
    some = _rows(matrix, name, UNITS_USED if by_units else ENTRIES_USED)
    try:
        return layer_verdict(some, kind)
    except BadInput:  # too few of them; the notes say so
        return None


def _tails(
    matrix: np.ndarray, name: str, noise: str | None, notes: list[str]
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


def _rows(matrix: np.ndarray, name: str, entries: int) -> np.ndarray:
    """Rows with about ``entries`` entries: all, or a choice that depends on the name alone."""
    count = max(_FEWEST_ROWS, entries // matrix.shape[1])
    if count >= len(matrix):
        return matrix
    chosen = generator(0, "inspect", name).choice(len(matrix), count, replace=False)
    return matrix[np.sort(chosen)]


def _fitted(matrix: np.ndarray, kind: str, sample: str, notes: list[str]) -> TailIndex | None:
    try:
        return layer_tail_index(matrix, kind)
    except BadInput as error:
        notes.append(f"no α by {sample}, {error}".rstrip("."))
        return None
