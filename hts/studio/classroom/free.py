"""`Free`: a setting that students may change, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hts.config import CHOICES, check_setting
from hts.validate import BadInput, choice

NUMBERS = ("alpha", "sigma", "width", "lr", "batch_size", "iterations", "seed")
WORDS = ("noise", "activation")
WHOLE = ("width", "batch_size", "iterations", "seed")


@dataclass(frozen=True, kw_only=True)
class Free:
    """A number from ``low`` to ``high``, both included, or one word ``among`` some.

    Bad values raise `BadInput`; which settings can be free is `NUMBERS` and `WORDS`.
    """

    name: str
    low: float | None = None
    high: float | None = None
    among: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        choice("a free setting", self.name, (*NUMBERS, *WORDS), why="the others stay as they are")
        if self.name in NUMBERS:
            for end in ("low", "high"):
                got = getattr(self, end)
                if got is None:
                    raise BadInput(f"{self.name} is a number and needs a lowest and highest value.")
                object.__setattr__(self, end, check_setting(self.name, got))
            if self.among or self.low > self.high:  # type: ignore[operator]
                raise BadInput(
                    f"{self.name} must go from a lowest to a highest value, got {self.low} to "
                    f"{self.high}."
                )
            return
        if self.low is not None or self.high is not None or len(set(self.among)) < 2:
            raise BadInput(
                f"{self.name} needs two or more of {', '.join(CHOICES[self.name])} to choose from, "
                f"got {', '.join(map(str, self.among)) or 'none'}."
            )
        among = tuple(dict.fromkeys(check_setting(self.name, word) for word in self.among))
        object.__setattr__(self, "among", among)

    def allows(self, value: object) -> bool:
        """Whether students may choose ``value``."""
        if self.among:
            return value in self.among
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        assert self.low is not None
        assert self.high is not None
        return self.low <= value <= self.high

    def check(self, value: object) -> None:
        if not self.allows(value):
            raise BadInput(f"{self.name} may be {self.words} in this task, got {value!r}.")

    def pick(self, place: int, count: int) -> Any:
        """The value that the student at ``place`` of ``count`` may have chosen."""
        if self.among:
            return self.among[place % len(self.among)]
        assert self.low is not None
        assert self.high is not None
        if self.name in WHOLE:
            return int(self.low) + place % (int(self.high) - int(self.low) + 1)
        return self.low + (self.high - self.low) * place / max(1, count - 1)

    @property
    def words(self) -> str:
        """What it may be: ``1.2 to 2`` or ``II or III``."""
        if self.among:
            return f"{', '.join(self.among[:-1])} or {self.among[-1]}"
        return f"{self.low:g} to {self.high:g}"
