"""`Question`: predict, then reveal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hts.foreign import from_json
from hts.validate import BadInput, choice, number

MEASURES: Mapping[str, str] = {
    "pruning_ratio": "norm-compressible share",
    "test_accuracy": "test accuracy",
    "test_accuracy_pruned": "test accuracy after pruning",
}
"""What of the class's runs can be the answer: its median over them."""
LONGEST, LONGEST_CHOICE, MOST_CHOICES = 300, 80, 8

Answer = str | float


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the class is asked before it sees the answer.  Bad values raise `BadInput`.

    With ``choices`` the answer is one of them; without, a number in ``unit``.  The truth is
    ``truth``, or else the median of what the class has ``measured``; with neither it is left open,
    to be talked about.
    """

    text: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    truth: Answer | None = None
    measured: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) or not 1 <= len(self.text.strip()) <= LONGEST:
            raise BadInput(f"a question has 1 to {LONGEST} characters, got {self.text!r}.")
        if not isinstance(self.unit, str) or len(self.unit) > 12:
            raise BadInput(f"a unit has at most 12 characters, got {self.unit!r}.")
        if self.measured:
            choice("measured", self.measured, MEASURES)
        if self.choices:
            self._check_choices()
        elif self.truth is not None:
            object.__setattr__(self, "truth", self.check(self.truth))
        if self.measured and (self.choices or self.truth is not None):
            raise BadInput("the truth is either given or measured, and only numbers are measured.")

    def _check_choices(self) -> None:
        named = [c for c in self.choices if isinstance(c, str) and 1 <= len(c) <= LONGEST_CHOICE]
        if not 2 <= len(set(named)) == len(self.choices) <= MOST_CHOICES:
            raise BadInput(
                f"a question has 2 to {MOST_CHOICES} different choices of at most {LONGEST_CHOICE} "
                f"characters, got {list(self.choices)}."
            )
        if self.truth is not None:
            choice("truth", self.truth, self.choices)

    def check(self, answer: object) -> Answer:
        """The answer as it is kept, or `BadInput`."""
        if self.choices:
            return choice("your answer", answer, self.choices, why="the question offers these")
        why = "the question asks for a number"
        low, high = -1e9, 1e9
        if self.unit == "%":
            low, high, why = 0, 100, "the question asks for a percentage"
        return number("your answer", answer, low=low, high=high, open_low=False, why=why)

    def read(self, text: str) -> Answer | None:
        """An answer from the JSON it was kept as; None if it is none to this question."""
        try:
            return self.check(from_json(text, "an answer"))
        except BadInput:
            return None

    def said(self, answer: Answer | None) -> str:
        if answer is None:
            return "not known"
        if isinstance(answer, str):
            return answer
        return f"{answer:g} {self.unit}".strip()
