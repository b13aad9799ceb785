"""Stable values of a stream in plain torch, on any device: the same bits as the compiled pass.

Used where there is no compiled pass (other devices, other dtypes, no numba) and to check it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import torch
from torch import Tensor

from hts.noise import philox
from hts.noise.formulas import radius_from_bits
from hts.noise.table import FIRST, SHIFT, quantile_table
from hts.platforms import has_double

_CPU_BLOCKS = 64  # blocks of words at a time: temporaries stay in the cache
_DEVICE_BLOCKS = 1 << 12


def values(
    name: philox.Stream, count: int, alpha: float, device: torch.device, first: int = 0
) -> Iterator[tuple[slice, Tensor]]:
    """Yield ``(places, x)`` covering ``range(count)``: float32 stable values of scale 1.

    They are those of the stream's words from ``first`` on.
    """
    table = _table_on(alpha, device)
    for place, lead, words in _words(name, first, count, device):
        yield place, from_table(words, table)[lead : lead + place.stop - place.start]


@lru_cache(maxsize=16)
def _table_on(alpha: float, device: torch.device) -> Tensor:
    return torch.from_numpy(quantile_table(alpha).copy()).to(device)


def from_table(words: Tensor, table: Tensor) -> Tensor:
    """Look words (int64 in [0, 2^32), any shape) up in a table of cubics: float32 values.

    31 bits are the uniform, the top one is the sign.
    """
    level = (words & 0x7FFFFFFF).to(torch.int32).float().add_(0.5)
    pattern = level.view(torch.int32)
    t = (pattern & ((1 << SHIFT) - 1)).float().mul_(2.0**-SHIFT)
    c = table[(pattern >> SHIFT) - FIRST]
    x = ((c[..., 3] * t + c[..., 2]) * t + c[..., 1]) * t + c[..., 0]
    return torch.where(words > 0x7FFFFFFF, -x, x)


def radii(
    name: philox.Stream, units: int, alpha: float, device: torch.device, first: int = 0
) -> Tensor:
    """``sqrt(S)`` of type III for each unit from ``first`` on, float32: it multiplies N(0, 2).

    The angle and the exponential of a unit take two neighbouring words.
    """
    if not has_double(device):
        return radii(name, units, alpha, torch.device("cpu"), first).to(device)
    out = torch.empty(units, device=device)
    for place, lead, words in _words(name, 2 * first, 2 * units, device):
        # Kept whole until the end: odd lengths may round differently from even ones.
        pair = (words - ((words >> 31) << 32)).to(torch.int32).view(-1, 2)
        angle, level = pair[:, 0].contiguous(), pair[:, 1].contiguous()
        found = radius_from_bits(angle, level, alpha)
        start, stop = place.start // 2, place.stop // 2
        out[start:stop] = found[lead // 2 : lead // 2 + stop - start]
    return out


def _words(
    name: philox.Stream, first: int, count: int, device: torch.device
) -> Iterator[tuple[slice, int, Tensor]]:
    """Yield ``(places, lead, words)``: whole blocks of words, of which ``lead`` come too early.

    ``places`` cover ``range(count)``, which begins at word ``first``.
    """
    size = _CPU_BLOCKS if device.type == "cpu" else _DEVICE_BLOCKS
    last = first + count
    blocks = -(-last // philox.BLOCK)
    for block in range(first // philox.BLOCK, blocks, size):
        number = min(size, blocks - block)
        begin = block * philox.BLOCK
        start, stop = max(begin, first), min(begin + number * philox.BLOCK, last)
        words = philox.words(name, block, number, device)
        yield slice(start - first, stop - first), start - begin, words
