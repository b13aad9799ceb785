"""Damaged copies of a file: flipped bytes, cuts, insertions, and tricks of the formats."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_NUMBERS = (b"-1", b"0", b"4294967295", b"99999999999999999999", b"1e999", b"[[[[[", b'"\\ud800"')
_BYTES = (b"\x00", b"\xff", b"(", b"[", b"{", b'"', b"\n", b"\\", b"\x1b", b"\xed\xa0\x80", b"_")
_PARTS = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\x93NUMPY", b"\x1f\x8b")


def damaged(content: bytes, dice: random.Random) -> bytes:
    """``content`` with one kind of damage, sometimes with a second."""
    changed = dice.choice(_WAYS)(content, dice)
    return changed if dice.random() < 0.7 else dice.choice(_WAYS)(changed, dice)


def _flip(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 8))):
        if changed:
            changed[_place(content, dice)] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _overwrite(content: bytes, dice: random.Random) -> bytes:
    at = _place(content, dice)
    few = dice.choice((1, 2, 4, 8, 100))
    return content[:at] + dice.choice((b"\x00", b"\xff", b"\x7f")) * few + content[at + few :]


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _take_out(content: bytes, dice: random.Random) -> bytes:
    at = _place(content, dice)
    return content[:at] + content[at + dice.choice((1, 2, 7, 64, 1000)) :]


def _insert(content: bytes, dice: random.Random) -> bytes:
    at = _place(content, dice)
    return content[:at] + dice.choice(_BYTES) * dice.choice((1, 1, 3, 2000)) + content[at:]


def _repeat(content: bytes, dice: random.Random) -> bytes:
    first, last = sorted((_place(content, dice), _place(content, dice)))
    return content[:last] + content[first:]


def _number(content: bytes, dice: random.Random) -> bytes:
    """A number of a header, or of a text, becomes another one, or something else."""
    found = [*re.finditer(rb"[0-9]+", content[:20_000])]
    if not found:
        return _flip(content, dice)
    one = dice.choice(found)
    return content[: one.start()] + dice.choice(_NUMBERS) + content[one.end() :]


def _field(content: bytes, dice: random.Random) -> bytes:
    """A few bytes near a mark of an archive or an array: sizes, ways of packing, checksums."""
    marks = [one.start() for part in _PARTS for one in re.finditer(re.escape(part), content)]
    if not marks:
        return _flip(content, dice)
    at = dice.choice(marks) + dice.randrange(50)
    new = dice.choice(
        (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", dice.randbytes(2), b"\x0c", b"\x01")
    )
    return content[:at] + new + content[at + len(new) :]


def _place(content: bytes, dice: random.Random) -> int:
    """Half of the time among the first bytes, where headers are."""
    end = max(1, len(content))
    return dice.randrange(min(end, 300) if dice.random() < 0.5 else end)


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _flip, _flip, _overwrite, _cut, _take_out, _insert, _repeat, _number, _number, _field,
    _field,
)  # fmt: skip
