"""Which blocks a price list is made of, and the file in which each is kept when it is done."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from hts.platforms import replace
from hts.price.methods import METHODS, Method
from hts.price.records import VERSION, Block
from hts.price.settings import PriceSettings
from hts.records import decode, encode

_OF_ALL = {"seeds", "choosing"}  # settings that do not change what a network comes to


@dataclass(frozen=True)
class Task:
    """One block to be made: ``method`` with ``value``, a network for each of ``seeds``."""

    method: Method
    value: float
    seeds: tuple[int, ...]

    def file(self, settings: PriceSettings, sha256: str, noise: str, folder: Path) -> Path:
        """Where the block is kept; its name tells everything that the numbers depend on.

        ``sha256``: of the data; ``noise``: its mark.
        """
        fixed = {k: v for k, v in asdict(settings).items() if k not in _OF_ALL}
        key = [VERSION, sha256, noise, self.method.name, self.value, list(self.seeds), fixed]
        name = hashlib.sha256(msgspec.json.encode(key)).hexdigest()[:16]
        return folder / f"{settings.data}-{self.method.name}-{self.value:g}-{name}.json"


def tasks(settings: PriceSettings) -> Iterator[tuple[Task, bool]]:
    """Every block, and whether it is reported; those that choose come first."""
    for method in METHODS.values():
        if method.on_front:
            for value in method.grid:
                yield Task(method, value, settings.choosing), False
    for method in METHODS.values():
        for value in method.grid:
            yield Task(method, value, settings.seeds), True


def kept(path: Path) -> Block | None:
    """The block in a file; None where it is missing, or was not written to its end."""
    try:
        return decode(path.read_bytes(), Block)
    except (OSError, msgspec.DecodeError):
        return None


def keep(block: Block, path: Path) -> None:
    """Write it whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")  # another process may make the same
    try:
        part.write_bytes(encode(block))
        replace(part, path)
    finally:
        part.unlink(missing_ok=True)
