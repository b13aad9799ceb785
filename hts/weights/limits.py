"""How much of a foreign file is believed before anything is allocated for it."""

from __future__ import annotations

from dataclasses import dataclass

from hts.validate import BadInput


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds for one file; sizes that a file claims are held against them before room is made.

    One array is in memory at a time, so ``entries`` bounds the memory and the others the time.
    """

    file_bytes: int = 32 * 2**30
    header_bytes: int = 16 * 2**20  # of a safetensors file: about 100 000 tensors
    tensors: int = 20_000
    entries: int = 2**28  # in one array: 1 GiB as float32; a larger one is left out
    unpacked_bytes: int = 8 * 2**30  # of an .npz archive, all arrays together
    worker_file_bytes: int = 4 * 2**30  # of a pickled checkpoint, which is loaded as a whole
    worker_memory: int = 10 * 2**30  # bytes, beyond what torch itself takes; see memory_for
    worker_seconds: float = 120.0  # of computing, and half of the time by the clock

    def memory_for(self, file_bytes: int) -> int:
        """Bytes that reading a checkpoint of this size may take.

        Loading, copying and writing take three times the file, 8-bit weights four times more; a
        small file has no business taking the memory that others need.
        """
        return min(self.worker_memory, 512 * 2**20 + 9 * file_bytes)


LIMITS = Limits()


def check_file_bytes(name: str, size: int, most: int, *, why: str) -> None:
    """Raise `BadInput` for a file that is empty or larger than ``most`` bytes."""
    if size == 0:
        raise BadInput(f"{name} is empty (0 bytes): a file with arrays of weights is needed.")
    if size > most:
        raise BadInput(
            f"{name} has {size / 2**20:,.1f} MB, at most {most / 2**20:,.1f} MB are accepted: "
            f"{why}."
        )


def check_count(name: str, count: int, most: int) -> None:
    """Raise `BadInput` for a file with no arrays, or with more than ``most``."""
    if count == 0:
        raise BadInput(f"{name} holds no arrays: there are no weights to look at.")
    if count > most:
        raise BadInput(
            f"{name} holds {count:,} arrays, at most {most:,} are accepted: no network has so many "
            "layers, and a list of them would not be read."
        )
