"""One seed, a tree of named, independent random streams; no global state.

A stream is named by words and whole numbers, for example ``("noise", layer, step)``.  Its 128-bit
key is the BLAKE2b hash of the seed and the name, so streams never depend on the order in which
they are asked for, and adding a new stream leaves every other one as it was.
"""

from __future__ import annotations

import hashlib

import numpy as np

LARGEST_SEED = 2**63 - 1


def stream_key(seed: int, *name: str | int) -> tuple[int, int]:
    """The 2 x 64-bit key of a named stream.

    Parameters: ``seed``, a whole number; ``name``, its words and whole numbers in order.
    """
    text = "\x1f".join([str(int(seed)), *(f"{type(part).__name__}:{part}" for part in name)])
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def generator(seed: int, *name: str | int) -> np.random.Generator:
    """A NumPy generator (Philox, counter-based) over the named stream."""
    return np.random.Generator(np.random.Philox(key=np.array(stream_key(seed, *name), np.uint64)))
