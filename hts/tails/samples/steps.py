"""What values were rounded to: an even grid of their own or their row's, or a short mantissa."""

from __future__ import annotations

import numpy as np

_LOOKED_AT = 4096  # values that settle whether there is a grid
_FEWEST = 8
_OFF = 0.03  # of a step
_MOST_STEPS = 1 << 22  # a float32 has no more
_SHORT = 8  # bits of a float32's mantissa that are all zero
_HALF_BITS, _HALF_LEAST, _HALF_STEP = 13, 2.0**-14, 2.0**-24  # float16 and its denormals
_MOST_ROWS = 0.9
_ROUNDING = 0.6  # of a mantissa's step, and a little for the grid's


def step_of(values: np.ndarray) -> float | None:
    """The step of the even grid through 0 that all ``values`` lie on; None if there is none."""
    some = values.ravel()
    step = _step(some[:: max(1, some.size // _LOOKED_AT)])
    return _on_grid(some, step, _slack(some)) if step is not None else None


def on_grids(rows: np.ndarray) -> bool:
    """Whether nearly every one of ``rows`` lies on an even grid of its own."""
    return rows.shape[1] >= _FEWEST and bool(np.mean(row_steps(rows) > 0) >= _MOST_ROWS)


def row_steps(rows: np.ndarray) -> np.ndarray:
    """The step of every row's grid, 0 where it has none."""
    return np.array([_row_step(row) for row in rows])


def precision_steps(values: np.ndarray) -> np.ndarray | None:
    """Of every value the step of bfloat16 or float16, where all are such numbers; else None."""
    exact = values.astype(np.float32)
    bits = exact.view(np.int32)
    lowest = np.int32((1 << _SHORT) - 1)
    if np.any(bits[:1000] & lowest) or np.any(bits & lowest) or np.any(exact != values):
        return None
    used = int(np.bitwise_or.reduce(bits)) & ((1 << 23) - 1)
    spare = (used & -used).bit_length() - 1 if used else 23
    _, exponents = np.frexp(exact)
    steps = np.ldexp(np.float32(1), exponents - 24 + min(spare, 16)).astype(np.float32)
    if spare == _HALF_BITS and float(np.abs(exact).max()) < 2.0**16:
        steps = np.where(np.abs(exact) < _HALF_LEAST, np.float32(_HALF_STEP), steps)
    return steps


def _row_step(row: np.ndarray) -> float:
    step = _step(row[:_LOOKED_AT])
    return (_on_grid(row, step, _slack(row)) if step is not None else None) or 0.0


def _slack(values: np.ndarray) -> np.ndarray | float:
    """By how much values can be off their grid for having been rounded to a short mantissa."""
    steps = precision_steps(values)
    return 0.0 if steps is None else _ROUNDING * steps


def _step(values: np.ndarray) -> float | None:
    sizes = np.unique(np.abs(values.astype(float)))
    sizes = sizes[sizes > 0]
    if sizes.size == 0 or values.size < _FEWEST:
        return None
    # The smallest size is one step, unless no value fell there; then two neighbours are one apart,
    # or the largest is the code 127 or 7.  The widest step is the one that says most.
    largest = float(sizes[-1])
    apart = float(np.diff(sizes, prepend=0.0).min())
    tried = (float(sizes[0]), apart, largest / 7, largest / 127)
    for step in sorted(tried, reverse=True):
        found = _on_grid(values, step, _slack(values))
        if found is not None:
            return found
    return None


def _on_grid(values: np.ndarray, step: float, slack: np.ndarray | float) -> float | None:
    """``step`` made exact, if all ``values`` lie on its grid but for their own rounding."""
    largest = float(np.abs(values).max())
    if largest > _MOST_STEPS * step:
        return None
    for _ in range(2):
        near = np.rint(values / step)
        step = float(values @ near / (near @ near))
    apart = np.abs(values / step - np.rint(values / step))
    return step if bool(np.all(apart < _OFF + slack / step)) else None
