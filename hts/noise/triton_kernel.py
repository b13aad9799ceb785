"""The noise of a GPU step: one launch a layer draws, looks up and adds ``w += scale * x``.

The same counters, words and table as `hts.noise.philox` and `hts.noise.table`, with the ten rounds
in registers; nothing but the weights (and a table of 16 kB) passes through memory.  Products and
sums are never contracted into one rounding, so that the values are the CPU's bit for bit; the radii
of type III are made in double precision on both, and rounding leaves them equal or an ulp apart.

Triton comes with the CUDA builds of torch for Linux.  The kernels' results are tested on the CPU,
in Triton's interpreter, and their compilation for NVIDIA cards; their speed on a GPU has not been
measured.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
import triton
import triton.language as tl
from torch import Tensor

from hts.noise.formulas import LARGEST_RADIUS
from hts.noise.philox import Stream
from hts.noise.table import FIRST, SHIFT, quantile_table

_COUNTERS = 512  # a program's, four words each; a multiple of the 256 counters of a block
_THREADS = 128
_NAME = ["low", "high", "third", "fourth"]  # change every step: never a reason to compile again
_UNIT = ["unit_low", "unit_high", "unit_third", "unit_fourth"]

_FIRST, _SHIFT = tl.constexpr(FIRST), tl.constexpr(SHIFT)
_BELOW, _CELL = tl.constexpr((1 << SHIFT) - 1), tl.constexpr(2.0**-SHIFT)
_LARGEST = tl.constexpr(LARGEST_RADIUS)


@triton.jit
def _words(counter, low, high, third, fourth):  # type: ignore[no-untyped-def]
    """Four lanes of words, uint32, of int64 counters."""
    a = (counter & 0xFFFFFFFF).to(tl.uint32)
    b = (counter >> 32).to(tl.uint32)
    c = tl.zeros_like(a) + third.to(tl.uint32)
    d = tl.zeros_like(a) + fourth.to(tl.uint32)
    return tl.philox_impl(a, b, c, d, low.to(tl.uint32), high.to(tl.uint32))


@triton.jit
def _word_at(place, low, high, third, fourth):  # type: ignore[no-untyped-def]
    """The words at int64 places of the stream: one whole counter each, three quarters unused."""
    counter = (place >> 10) * 256 + (place & 255)
    a, b, c, d = _words(counter, low, high, third, fourth)
    lane = (place >> 8) & 3
    return tl.where(lane < 2, tl.where(lane == 0, a, b), tl.where(lane == 2, c, d))


@triton.jit
def _value(word, table):  # type: ignore[no-untyped-def]
    """The table's value of a word, float32."""
    level = (word & 0x7FFFFFFF).to(tl.int32).to(tl.float32) + 0.5
    pattern = level.to(tl.int32, bitcast=True)
    t = (pattern & _BELOW).to(tl.float32) * _CELL
    row = table + 4 * ((pattern >> _SHIFT) - _FIRST)
    # One load of 16 bytes a value: four of 4 would cost the cache four times as much.
    c = tl.load(row[:, None] + tl.arange(0, 4)[None, :])
    even, odd = tl.split(tl.reshape(c, (c.shape[0], 2, 2)))
    c0, c2 = tl.split(even)
    c1, c3 = tl.split(odd)
    x = c3 * t + c2
    x = x * t + c1
    x = x * t + c0
    signed = x.to(tl.uint32, bitcast=True) ^ (word & 0x80000000)
    return signed.to(tl.float32, bitcast=True)


@triton.jit
def _add(weights, place, count, x):  # type: ignore[no-untyped-def]
    inside = place.to(tl.uint64, bitcast=True) < tl.cast(count, tl.uint64)  # not below 0 either
    old = tl.load(weights + place, mask=inside)
    tl.store(weights + place, old + x.to(old.dtype), mask=inside)


@triton.jit(do_not_specialize=_NAME)
def _entries(weights, first, count, table, scale, low, high, third, fourth, SIZE: tl.constexpr):  # type: ignore[no-untyped-def]
    counter = (tl.program_id(0).to(tl.int64) + first // (4 * SIZE)) * SIZE + tl.arange(0, SIZE)
    place = (counter >> 8) * 1024 + (counter & 255) - first
    a, b, c, d = _words(counter, low, high, third, fourth)
    _add(weights, place, count, _value(a, table) * scale)
    _add(weights, place + 256, count, _value(b, table) * scale)
    _add(weights, place + 512, count, _value(c, table) * scale)
    _add(weights, place + 768, count, _value(d, table) * scale)


@triton.jit
def _radius(unit, law, low, high, third, fourth):  # type: ignore[no-untyped-def]
    """`hts.noise.formulas.radius_from_bits` of each unit: double precision, rounded to float32."""
    beta, rest, shift = tl.load(law), tl.load(law + 1), tl.load(law + 2)
    half_power, angle_step, pi = tl.load(law + 3), tl.load(law + 4), tl.load(law + 5)
    angle = _word_at(2 * unit, low, high, third, fourth)
    level = _word_at(2 * unit + 1, low, high, third, fourth) ^ 0x80000000
    nearest = ((angle & 0x7FFFFFFF).to(tl.float64) + 0.5) * angle_step
    at_pole = angle > 0x7FFFFFFF
    exponential = -tl.log(1.0 - (level.to(tl.float64) + 0.5) * (2.0**-32))
    outer = tl.sin(nearest * beta + tl.where(at_pole, shift, 0.0))
    inner = tl.sin(tl.where(at_pole, pi - nearest, nearest) * rest)
    sine = tl.sin(nearest)
    stretch = tl.exp2(half_power * tl.log2(inner / (exponential * sine)))
    return tl.minimum(tl.sqrt(outer / sine) * stretch, _LARGEST).to(tl.float32)


@triton.jit
def _after(place, first, inputs):  # type: ignore[no-untyped-def]
    """How many units after ``first`` a place is; in 32 bits, whose division is short."""
    return ((place - first * inputs).to(tl.uint32) // tl.cast(inputs, tl.uint32)).to(tl.int32)


@triton.jit(do_not_specialize=[*_NAME, *_UNIT])
def _stretched(  # type: ignore[no-untyped-def]
    weights, before, count, inputs, table, law, scale,
    low, high, third, fourth, unit_low, unit_high, unit_third, unit_fourth,
    SIZE: tl.constexpr, UNITS: tl.constexpr,
):  # fmt: skip
    """Type III.  A program's places are consecutive, so they belong to few units."""
    start = (tl.program_id(0).to(tl.int64) + before // (4 * SIZE)) * SIZE
    first = start * 4 // inputs
    unit = first + tl.arange(0, UNITS)
    radius = _radius(unit, law, unit_low, unit_high, unit_third, unit_fourth)
    counter = start + tl.arange(0, SIZE)
    place = (counter >> 8) * 1024 + (counter & 255)
    a, b, c, d = _words(counter, low, high, third, fourth)
    r = tl.gather(radius, _after(place, first, inputs), 0)
    _add(weights, place - before, count, _value(a, table) * r * scale)
    r = tl.gather(radius, _after(place + 256, first, inputs), 0)
    _add(weights, place + 256 - before, count, _value(b, table) * r * scale)
    r = tl.gather(radius, _after(place + 512, first, inputs), 0)
    _add(weights, place + 512 - before, count, _value(c, table) * r * scale)
    r = tl.gather(radius, _after(place + 768, first, inputs), 0)
    _add(weights, place + 768 - before, count, _value(d, table) * r * scale)


@triton.jit(do_not_specialize=_NAME)
def _shared(  # type: ignore[no-untyped-def]
    weights, before, count, inputs, table, scale, low, high, third, fourth,
    SIZE: tl.constexpr, UNITS: tl.constexpr,
):  # fmt: skip
    """Type I: one value a unit, on all its weights; a program's are consecutive."""
    start = (tl.program_id(0).to(tl.int64) + before // SIZE) * SIZE
    first = start // inputs
    x = _value(_word_at(first + tl.arange(0, UNITS), low, high, third, fourth), table) * scale
    place = start + tl.arange(0, SIZE)
    _add(weights, place - before, count, tl.gather(x, _after(place, first, inputs), 0))


def add_entries(weights: Tensor, scale: float, alpha: float, name: Stream, first: int = 0) -> None:
    """In place: every weight plus ``scale`` times its own stable value (type II, gaussian).

    ``weights``: contiguous, floating, on a CUDA device (any device in Triton's interpreter); they
    begin with word ``first`` of the stream.
    """
    count, most = weights.numel(), 4 * _COUNTERS
    with torch.cuda.device_of(weights):
        _entries[(triton.cdiv(first % most + count, most),)](
            weights, first, count, _table(alpha, weights.device), float(scale), *_signed(name),
            SIZE=_COUNTERS, enable_fp_fusion=False,
        )  # fmt: skip


def add_stretched(
    weights: Tensor,
    scale: float,
    alpha: float,
    name: Stream,
    unit_name: Stream,
    first: int = 0,
) -> None:
    """In place: ``scale * radius[unit] * N(0, 2)``, type III; ``weights`` (units, inputs).

    Their first row is unit ``first``.
    """
    count, inputs = weights.numel(), weights.shape[1]
    before = first * inputs
    size, touched = _program(inputs, 4096)  # each thread makes a radius, needed or not
    with torch.cuda.device_of(weights):
        _stretched[(triton.cdiv(before % size + count, size),)](
            weights, before, count, inputs, _table(2.0, weights.device),
            _law(alpha, weights.device), float(scale), *_signed(name), *_signed(unit_name),
            SIZE=size // 4, UNITS=touched, enable_fp_fusion=False,
        )  # fmt: skip


def add_rows(weights: Tensor, scale: float, alpha: float, name: Stream, first: int = 0) -> None:
    """In place: ``scale`` times one stable value a unit on all its weights, type I.

    Their first row is unit ``first``.
    """
    count, inputs = weights.numel(), weights.shape[1]
    before = first * inputs
    size, touched = _program(inputs, 2048)
    with torch.cuda.device_of(weights):
        _shared[(triton.cdiv(before % size + count, size),)](
            weights, before, count, inputs, _table(alpha, weights.device), float(scale),
            *_signed(name), SIZE=size, UNITS=touched, enable_fp_fusion=False,
        )  # fmt: skip


def _program(inputs: int, most: int) -> tuple[int, int]:
    """How many places a program has, up to ``most``, and how many units these may touch."""
    size = most if inputs >= 64 else 2048 if inputs >= 16 else 1024  # many units compile slowly
    return size, max(_THREADS, triton.next_power_of_2((size - 1) // inputs + 2))


def _signed(name: Stream) -> list[int]:
    """A stream's words as signed 32-bit numbers, so that each is passed in the same type."""
    return [word - ((word >> 31) << 32) for word in name]


@lru_cache(maxsize=16)
def _table(alpha: float, device: torch.device) -> Tensor:
    return torch.from_numpy(quantile_table(alpha).copy()).to(device)


@lru_cache(maxsize=16)
def _law(alpha: float, device: torch.device) -> Tensor:
    """The constants of `_radius`, in double precision (Triton passes floats in single)."""
    beta = alpha / 2
    rest = 1 - beta
    constants = (beta, rest, rest * math.pi, rest / beta / 2, math.pi / 2 * 2.0**-31, math.pi)
    return torch.from_numpy(np.array(constants)).to(device)
