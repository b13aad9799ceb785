"""The noise of a CPU step in one compiled pass: words, table, and ``w += scale * x``.

Bit for bit what `hts.noise.philox` and `hts.noise.portable` give in torch, many times as fast.  The
compiled code is cached beside this file, or in the user's cache folder where that is read-only.
The kernels release the interpreter lock, so plain threads share out the blocks; which thread does
a block cannot change a bit of it.  (numba's own parallel loops abort the process when two threads
call them at once.)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numba
import numpy as np

from hts.compiled import compiled
from hts.noise.cubics import WIDTH, cubics
from hts.noise.philox import BLOCK, LANE, MULTIPLIERS, WEYL, Stream
from hts.noise.table import FIRST, SHIFT
from hts.platforms import in_every_fork

_SPLIT = 64 * BLOCK  # fewer words than this are not worth a second thread
_U = np.uint64
_P, _Q, _X, _Y = (_U(c) for c in (*MULTIPLIERS, *WEYL))
_MASK, _HALF = _U(0xFFFFFFFF), _U(32)
_SIGN, _REST = np.uint32(0x80000000), np.uint32(0x7FFFFFFF)
_FIRST, _SHIFT, _BELOW = np.uint32(FIRST), np.uint32(SHIFT), np.uint32((1 << SHIFT) - 1)
_CELL = np.float32(2.0**-SHIFT)


@numba.njit(nogil=True, inline="always")
def _round(a, b, c, d, x, y):  # type: ignore[no-untyped-def]
    p, q = _P * (a & _MASK), _Q * (c & _MASK)
    return (q >> _HALF) ^ b ^ x, q & _MASK, (p >> _HALF) ^ d ^ y, p & _MASK


def _fill(first, low, high, c2, c3, out):  # type: ignore[no-untyped-def]
    """Words of one block: ``out`` is uint32 (4, 256), ``first`` its first counter."""
    x1, y1 = (low + _X) & _MASK, (high + _Y) & _MASK
    x2, y2 = (x1 + _X) & _MASK, (y1 + _Y) & _MASK
    x3, y3 = (x2 + _X) & _MASK, (y2 + _Y) & _MASK
    x4, y4 = (x3 + _X) & _MASK, (y3 + _Y) & _MASK
    x5, y5 = (x4 + _X) & _MASK, (y4 + _Y) & _MASK
    x6, y6 = (x5 + _X) & _MASK, (y5 + _Y) & _MASK
    x7, y7 = (x6 + _X) & _MASK, (y6 + _Y) & _MASK
    x8, y8 = (x7 + _X) & _MASK, (y7 + _Y) & _MASK
    x9, y9 = (x8 + _X) & _MASK, (y8 + _Y) & _MASK
    # Written out, because only a body without an inner loop is turned into vector code.
    for j in range(LANE):
        n = first + _U(j)
        a, b, c, d = _round(n & _MASK, n >> _HALF, c2, c3, low, high)
        a, b, c, d = _round(a, b, c, d, x1, y1)
        a, b, c, d = _round(a, b, c, d, x2, y2)
        a, b, c, d = _round(a, b, c, d, x3, y3)
        a, b, c, d = _round(a, b, c, d, x4, y4)
        a, b, c, d = _round(a, b, c, d, x5, y5)
        a, b, c, d = _round(a, b, c, d, x6, y6)
        a, b, c, d = _round(a, b, c, d, x7, y7)
        a, b, c, d = _round(a, b, c, d, x8, y8)
        a, b, c, d = _round(a, b, c, d, x9, y9)
        out[0, j], out[1, j] = np.uint32(a), np.uint32(b)
        out[2, j], out[3, j] = np.uint32(c), np.uint32(d)


fill_block = compiled(_fill)


def _add_range(flat, first, start, stop, scale, radius, inputs, table, low, high, c2, c3):  # type: ignore[no-untyped-def]
    """``flat[i] += scale * x_i`` (times ``radius[i // inputs]`` unless empty), whole blocks.

    ``flat`` begins with word ``first`` of the stream; ``start`` and ``stop`` count words from the
    beginning of that word's block.
    """
    skip = first % BLOCK
    block = first // BLOCK
    words = np.empty((4, LANE), np.uint32)
    line = words.reshape(-1)
    value = np.empty(BLOCK, np.float32)
    pattern = value.view(np.uint32)
    cells = np.empty(BLOCK, np.uint32)
    factor = np.empty(BLOCK, np.float32)
    for place in range(start, stop, BLOCK):
        fill_block(_U(block + place // BLOCK) * _U(LANE), low, high, c2, c3, words)
        # Short loops with one task each, which become vector code.
        for j in range(BLOCK):
            value[j] = np.float32(np.int32(line[j] & _REST)) + np.float32(0.5)
        for j in range(BLOCK):
            bits = pattern[j]
            cells[j] = (bits >> _SHIFT) - _FIRST
            value[j] = np.float32(np.int32(bits & _BELOW)) * _CELL
        for j in range(0, BLOCK, WIDTH):
            cubics(table, cells, value, j)
        for j in range(BLOCK):
            pattern[j] ^= line[j] & _SIGN
        lead = max(skip - place, 0)  # words of the first block that lie before ``flat``
        begin = place + lead - skip
        count = min(BLOCK, stop - place) - lead
        if len(radius) == 0:
            for j in range(count):
                flat[begin + j] += value[lead + j] * scale
        else:
            unit, j = begin // inputs, 0
            while j < count:
                last = min(count, (unit + 1) * inputs - begin)
                factor[j:last] = radius[unit]
                unit, j = unit + 1, last
            for j in range(count):
                flat[begin + j] += value[lead + j] * factor[j] * scale


_add_blocks = compiled(_add_range)


def _add_part(flat, first, last, scale, radius, inputs, tables, which, names):  # type: ignore[no-untyped-def]
    """Blocks ``first`` to ``last`` of a stack ``flat`` (members, size), member after member."""
    size = flat.shape[1]
    each = (size + BLOCK - 1) // BLOCK
    while first < last:
        m = first // each
        start = first - m * each
        stop = min(each, start + last - first)
        low, high, c2, c3 = names[m]
        end = min(stop * BLOCK, size)
        table = tables[which[m]]
        _add_blocks(
            flat[m], 0, start * BLOCK, end, scale[m], radius[m], inputs, table, low, high, c2, c3
        )
        first += stop - start


_add_stack = compiled(_add_part)


def add_entries(
    flat: np.ndarray,
    scale: float,
    radius: np.ndarray | None,
    inputs: int,
    table: np.ndarray,
    name: Stream,
    threads: int,
    first: int = 0,
) -> None:
    """In place: ``flat[i] += scale * x_i``, or ``scale * radius[i // inputs] * x_i``.

    ``flat``, ``radius`` and ``table`` are float32; x_i is the table's value of word ``first + i``
    of ``name``.
    """
    key = [_U(part) for part in name]
    factor = np.empty(0, np.float32) if radius is None else radius
    step = np.float32(scale)
    size = first % BLOCK + flat.size

    def work(a: int, b: int) -> None:
        stop = min(b * BLOCK, size)
        _add_blocks(flat, first, a * BLOCK, stop, step, factor, inputs, table, *key)

    share(work, math.ceil(size / BLOCK), threads)


def add_stack(
    flat: np.ndarray,
    scale: np.ndarray,
    radius: np.ndarray | None,
    inputs: int,
    tables: np.ndarray,
    which: np.ndarray,
    names: Sequence[Stream],
    threads: int,
) -> None:
    """`add_entries` for every row of ``flat`` (members, size) in one call.

    Row m takes ``scale[m]``, ``radius[m]`` (members, units), the table ``tables[which[m]]`` and the
    stream ``names[m]``; arrays are float32, ``which`` is intp.
    """
    keys = np.array(names, np.uint64)
    factor = np.empty((len(flat), 0), np.float32) if radius is None else radius

    def work(a: int, b: int) -> None:
        _add_stack(flat, a, b, scale, factor, inputs, tables, which, keys)

    share(work, len(flat) * math.ceil(flat.shape[1] / BLOCK), threads)


def share(work: Callable[[int, int], None], blocks: int, threads: int) -> None:
    """Call ``work(first, last)`` so that all blocks are done, on up to ``threads`` threads."""
    parts = max(1, min(threads, blocks * BLOCK // _SPLIT))
    ends = [blocks * i // parts for i in range(parts + 1)]
    if parts == 1:
        work(0, blocks)
        return
    pairs = list(itertools.pairwise(ends))
    others = [_pool(threads).submit(work, *pair) for pair in pairs[1:]]
    work(*pairs[0])
    for other in others:
        other.result()


@lru_cache(maxsize=4)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="noise")


in_every_fork(_pool.cache_clear)  # a forked child has the pool but not its threads
