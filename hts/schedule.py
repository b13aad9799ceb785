"""Settings that change while a run trains: ``2@0/1.5@500``.

Each piece is ``VALUE@STEP``: from that step on (step 0: from the beginning) the setting has that
value; step 500 is then the first with the new one.  ``VALUE@STEP:linear`` and ``:cosine`` get there
gradually instead, from the value and the step of the piece before, along a line or half a cosine
wave.  No commas: lists of values split on them.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hts.validate import BadInput, choice, whole

SCHEDULED = ("alpha", "sigma", "noise", "lr")
"""The settings that may change while a run trains."""
ALPHA_DIGITS = 2  # a gradual alpha moves by hundredths: each value's law is tabulated once

_WAYS: dict[str, Callable[[float], float]] = {
    "linear": lambda done: done,
    "cosine": lambda done: (1 - math.cos(math.pi * done)) / 2,
}
_PIECE = re.compile(r"([^@:/]+)@([^@:/]+)(?::([^@:/]*))?")
_EXAMPLE = "2@0/1.5@500, or 2@0/1.5@500:linear"


@dataclass(frozen=True)
class Piece:
    """From step ``at`` on the setting is ``value``; ``way`` there: "", "linear" or "cosine"."""

    value: Any
    at: int
    way: str = ""

    def __str__(self) -> str:
        text = f"{self.value:g}" if isinstance(self.value, float) else str(self.value)
        if isinstance(self.value, float) and float(text) != self.value:
            text = repr(self.value)  # every digit: a repeated run has the same bits
        return f"{text}@{self.at}" + (f":{self.way}" if self.way else "")


@dataclass(frozen=True)
class Schedule:
    """One setting over the steps of a run; ``pieces`` ascend, the first is at step 0."""

    name: str
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "/".join(map(str, self.pieces))

    @property
    def start(self) -> Any:
        """The value at the beginning."""
        return self.pieces[0].value

    def at(self, step: int) -> Any:
        """The value in force for step ``step``, counted from 1."""
        place = bisect_right(self.pieces, step, key=lambda piece: piece.at) - 1
        here = self.pieces[max(0, place)]
        if place + 1 == len(self.pieces) or not self.pieces[place + 1].way:
            return here.value
        to = self.pieces[place + 1]
        done = _WAYS[to.way]((step - here.at) / (to.at - here.at))
        value = here.value + (to.value - here.value) * done
        return round(value, ALPHA_DIGITS) if self.name == "alpha" else value

    def changes(self) -> list[int]:
        """The steps from which a piece holds, but for the first."""
        return [piece.at for piece in self.pieces[1:]]

    def steered(self, step: int, value: Any) -> Schedule:
        """The same up to step ``step`` - 1, and ``value`` from there on, whatever was planned."""
        kept = [piece for piece in self.pieces if piece.at < step]
        after = next((piece for piece in self.pieces if piece.at >= step), None)
        if after is not None and after.way and kept[-1].at < step - 1:
            # It was on its way: the way it went so far stays, value by value.
            kept += [Piece(self.at(at), at) for at in range(kept[-1].at + 1, step)]
        return tidy(self.name, [*kept, Piece(value, step)])


def is_schedule(got: object) -> bool:
    """Whether this is text that is meant as a schedule."""
    return isinstance(got, str) and "@" in got


def tidy(name: str, pieces: list[Piece]) -> Schedule:
    """A schedule without pieces that change nothing."""
    found: list[Piece] = []
    for place, piece in enumerate(pieces):
        next_way = place + 1 < len(pieces) and pieces[place + 1].way
        same = found and found[-1].value == piece.value and not found[-1].way and not piece.way
        if same and not next_way:
            continue
        found.append(piece)
    return Schedule(name, tuple(found))


def parse_schedule(name: str, text: str, check: Callable[[str, object], Any]) -> Schedule:
    """The schedule of setting ``name`` that ``text`` says; ``check`` gives a value as it is held.

    Raises `BadInput` for settings that cannot change, for text that is no schedule, and for values
    that the setting cannot have.
    """
    if name not in SCHEDULED:
        raise BadInput(
            f"{name} cannot change while a run trains, got {text!r}: schedules are for "
            f"{', '.join(SCHEDULED)}."
        )
    pieces: list[Piece] = []
    for part in text.split("/"):
        found = _PIECE.fullmatch(part.strip())
        if found is None:
            raise BadInput(
                f"{name} must be a value or a schedule such as {_EXAMPLE}, got {text!r}."
            )
        why = "it is the step from which on the value holds"
        at = whole(f"a step of {name}'s schedule", found[2].strip(), low=0, high=10**9, why=why)
        value = check(name, found[1].strip())
        way = found[3] or ""
        if found[3] is not None:
            choice(f"the way of {name}'s schedule", way, _WAYS)
            if not isinstance(value, float):
                raise BadInput(f"{name} has no values in between, got {part!r}: leave out :{way}.")
        if not pieces and (at != 0 or way):
            raise BadInput(f"{name}'s schedule must begin with VALUE@0, got {text!r}.")
        if pieces and at <= pieces[-1].at:
            raise BadInput(f"the steps of {name}'s schedule must ascend, got {text!r}.")
        pieces.append(Piece(value, at, way))
    return tidy(name, pieces)
