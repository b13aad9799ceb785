"""`sample_stable`: independent draws from any stable law, as a function of the seed and the place.

Needs NumPy alone; torch only where a torch dtype is asked for.  The laws and their two
parameterizations are written down in `hts.noise.skewed`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from hts.noise.skewed import stable
from hts.seeds import LARGEST_SEED, stream_key
from hts.validate import BadInput, choice, number, whole

if TYPE_CHECKING:
    import torch

RealType: TypeAlias = str | type[np.float32] | type[np.float64] | np.dtype[np.float32 | np.float64]

_BLOCK = 1 << 13  # values at a time: their temporaries stay in the second-level cache
_GRANULE = 64  # odd lengths may round their last elements differently, so blocks are drawn whole
_EXISTS = "stable laws exist only there"


@overload
def sample_stable(
    alpha: float,
    size: int | tuple[int, ...],
    *,
    beta: float = ...,
    scale: float = ...,
    loc: float = ...,
    parameterization: str = ...,
    seed: int | None = ...,
    start: int = ...,
    dtype: torch.dtype,
    device: torch.device | str = ...,
) -> torch.Tensor: ...
@overload
def sample_stable(
    alpha: float,
    size: int | tuple[int, ...],
    *,
    beta: float = ...,
    scale: float = ...,
    loc: float = ...,
    parameterization: str = ...,
    seed: int | None = ...,
    start: int = ...,
    dtype: RealType = ...,
    device: str = ...,
) -> NDArray[np.float32 | np.float64]: ...
def sample_stable(
    alpha: float,
    size: int | tuple[int, ...],
    *,
    beta: float = 0.0,
    scale: float = 1.0,
    loc: float = 0.0,
    parameterization: str = "S1",
    seed: int | None = None,
    start: int = 0,
    dtype: RealType | torch.dtype = "float32",
    device: torch.device | str = "cpu",
) -> NDArray[np.float32 | np.float64] | torch.Tensor:
    """Independent stable values of shape ``size``: NumPy array, or tensor for a torch dtype.

    ``alpha`` in (0, 2], ``beta`` in [-1, 1], ``scale`` >= 0, any finite ``loc``;
    ``parameterization`` S1 or S0 as in ``scipy.stats.levy_stable``.  At alpha = 2 the law is
    N(loc, 2 scale^2) whatever beta is.

    ``seed`` has no default.  Value number k, counted row by row, belongs to (seed, ``start`` + k):
    the first values of a longer draw equal a shorter one, a draw may be split over processes by
    ``start``, and float32 values are the float64 values to within rounding.  ``dtype``: float32 or
    float64, of NumPy or torch.  With a torch dtype the values are made on the CPU, so that they
    are the same on every ``device``, and then moved there.

    No value is NaN or infinite: what lies beyond the largest number of ``dtype`` is cut off there.
    Bad input raises `BadInput`.
    """
    alpha = number("alpha", alpha, low=0, high=2, why=_EXISTS, open_low=True)
    beta = number("beta", beta, low=-1, high=1, why=_EXISTS, open_low=False)
    choice("parameterization", parameterization, ("S1", "S0"))
    if seed is None:
        raise BadInput("seed is required: pass an integer so that the draw is reproducible.")
    seed = whole("seed", seed, low=0, high=LARGEST_SEED)
    kind, tensor = _kind(dtype, device)
    most = float(np.finfo(kind).max)
    why = "it stretches the law"
    scale = number("scale", scale, low=0, high=most, why=why, open_low=False)
    loc = number("loc", loc, low=-most, high=most, open_low=False)
    shape = _shape(size, kind)
    count = math.prod(shape)
    start = whole("start", start, low=0, high=2**62 - count)
    try:
        out = np.empty(shape, kind)
    except MemoryError:
        gigabytes = count * kind.itemsize / 1e9
        raise BadInput(f"size {size!r} takes {gigabytes:.3g} GB, more than can be had.") from None
    if parameterization == "S1" and alpha == 1 and scale > 0:
        loc += beta * 2 / math.pi * scale * math.log(scale)  # what tan(pi alpha/2) tends to
    key = np.array(stream_key(seed, "sample_stable"), np.uint64)
    flat = out.reshape(-1)
    for place, angle, level in _words(key, start, count):
        parts = from_words(angle, level, kind)
        values = stable(*parts, alpha, beta, parameterization)
        with np.errstate(over="ignore"):
            values = values * kind.type(scale) + kind.type(loc)
        flat[place] = np.clip(values, -most, most)[: place.stop - place.start]
    return out if tensor is None else tensor.from_numpy(out).to(device)


def _words(
    key: np.ndarray, start: int, count: int
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Yield places and two words for each, and spare ones at the end."""
    # A counter yields four words and a value takes two: an odd start begins half-way through one.
    stream = np.random.Philox(key=key, counter=start // 2)
    stream.random_raw(2 * (start % 2), output=False)
    for first in range(0, count, _BLOCK):
        stop = min(first + _BLOCK, count)
        size = -((first - stop) // _GRANULE) * _GRANULE
        words = stream.random_raw(2 * size)
        yield slice(first, stop), words[::2], words[1::2]


def from_words(
    angle: np.ndarray, level: np.ndarray, dtype: np.dtype
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance to the pole, side and exponential from two uint64 arrays of random words.

    The top bit of ``angle`` is the side and 63 bits are the distance.  The top bit of ``level``
    says which end of (0, 1) the other 63 bits are measured from, so that both very small and very
    large exponentials occur at their rates (down to 1e-19 and up to 45).
    """
    kind = dtype.type
    low = np.uint64(2**63 - 1)
    places = (angle & low).view(np.int64).astype(dtype)
    distance = (places + kind(0.5)) * kind(math.pi / 2 * 2.0**-63)
    side = np.copysign(kind(1), angle.view(np.int64).astype(dtype))
    places = (level & low).view(np.int64).astype(dtype)
    uniform = (places + kind(0.5)) * kind(2.0**-64)
    from_zero = level.view(np.int64) < 0
    rounded = 1 - uniform
    exponential = -np.log(np.where(from_zero, uniform, rounded))
    # -log(1 - u) for small u: Kahan's correction for the rounding of 1 - u, faster than log1p.
    with np.errstate(divide="ignore", invalid="ignore"):
        corrected = exponential * (uniform / (1 - rounded))
    corrected = np.where(rounded == 1, uniform, corrected)
    exponential = np.where(from_zero, exponential, corrected)
    return distance, side, exponential


def _kind(dtype: Any, device: Any) -> tuple[np.dtype, Any]:
    """The NumPy dtype to work in, and torch where a tensor is asked for."""
    if type(dtype).__module__.partition(".")[0] == "torch":
        import torch

        for wanted, name in ((torch.float32, "float32"), (torch.float64, "float64")):
            if dtype == wanted:
                return np.dtype(name), torch
    else:
        try:
            kind = np.dtype(dtype)
        except TypeError:
            kind = np.dtype(object)
        if dtype is not None and kind in (np.dtype("float32"), np.dtype("float64")):
            if str(device) != "cpu":
                raise BadInput(
                    f"device must be cpu for a NumPy dtype, got {device!r}: arrays live there; "
                    "with dtype=torch.float32 a tensor goes to any device."
                )
            return kind, None
    raise BadInput(
        f"dtype must be float32 or float64, got {dtype!r}: stable values are not whole numbers, "
        "and smaller types cannot hold their tails."
    )


def _shape(size: object, kind: np.dtype) -> tuple[int, ...]:
    sides = tuple(size) if isinstance(size, (tuple, list)) else (size,)
    most = sys.maxsize // kind.itemsize
    shape = tuple(whole("size", side, low=0, high=most) for side in sides)
    if len(shape) > 32 or math.prod(max(1, side) for side in shape) > most:
        raise BadInput(f"size {size!r} overflows: an array holds at most {most} values.")
    return shape
