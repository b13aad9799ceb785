"""Philox4x32-10: random words as a pure function of a key and a counter (Salmon et al., 2011).

The dice of the noise.  A stream's 128-bit name (`hts.seeds.stream_key`) gives the key and the upper
half of the counter; the lower half counts groups of four words.  A word therefore depends on the
stream and its place only: not on threads, earlier calls, or how many words are asked for.

Words are laid out in blocks of 1024, four lanes of 256: word ``256 lane + i`` of a block comes from
lane ``lane`` of its i-th counter, so that vector units fill a lane at a time.

This form uses torch integers and runs on any device; `hts.noise.fused` is the same, compiled.
"""

from __future__ import annotations

import torch
from torch import Tensor

from hts.seeds import stream_key

BLOCK = 1024
LANE = BLOCK // 4
ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
_MASK = 0xFFFFFFFF

Stream = tuple[int, int, int, int]  # two 32-bit words of key, two of counter


def stream(seed: int, *name: str | int) -> Stream:
    """The stream called ``name`` of ``seed``."""
    key, upper = stream_key(seed, *name)
    return key & _MASK, key >> 32, upper & _MASK, upper >> 32


def words(name: Stream, first: int, blocks: int, device: torch.device | str = "cpu") -> Tensor:
    """Words of ``blocks`` whole blocks from block ``first`` on, int64 ``(blocks * 1024,)``.

    Each is in ``[0, 2^32)``.
    """
    counter = torch.arange(first * LANE, (first + blocks) * LANE, device=device)
    a, b = counter & _MASK, counter >> 32
    c, d = torch.full_like(a, name[2]), torch.full_like(a, name[3])
    return (
        torch.stack(rounds(a, b, c, d, name[0], name[1]))
        .view(4, blocks, LANE)
        .transpose(0, 1)
        .reshape(-1)
    )


def rounds(
    a: Tensor, b: Tensor, c: Tensor, d: Tensor, low: int, high: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ten rounds on counters (four int64 tensors of 32-bit words) under the key ``low, high``."""
    for _ in range(ROUNDS):
        # The product wraps around 2^64, which the masks undo.
        p, q = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b = (q >> 32 & _MASK) ^ b ^ low, q & _MASK
        c, d = (p >> 32 & _MASK) ^ d ^ high, p & _MASK
        low, high = (low + WEYL[0]) & _MASK, (high + WEYL[1]) & _MASK
    return a, b, c, d
