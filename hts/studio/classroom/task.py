"""`Task`: what a teacher pins for a class: settings, what of them is free, a goal, a question.

It travels as JSON between classes and teachers, so everything in it is checked when it is read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hts.config import RunConfig
from hts.foreign import from_json
from hts.studio.classroom.free import Free
from hts.studio.classroom.question import Question
from hts.validate import BadInput, choice, number

FORMAT = 1
CONTROL_OF_TWIN = {"off": "off", "gaussian": "gaussian", "no-noise": "none"}
LONGEST_TITLE, LONGEST_WORDS = 80, 1000
LARGEST_TEXT = 100_000  # characters of a task's JSON


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Prune most, under conditions; everything in percent of test accuracy or of units.

    Pruning is that of the criterion, squared error 0.1.  ``points``: how much accuracy it may cost;
    ``least``: what accuracy must be left, so that a network that has learned nothing does not win;
    ``ratio``: how many units must go (0: as many as possible).
    """

    points: float = 1.0
    least: float = 0.0
    ratio: float = 0.0

    def __post_init__(self) -> None:
        for name in ("points", "least", "ratio"):
            why = "it is a number of percent"
            value = number(name, getattr(self, name), low=0, high=100, open_low=False, why=why)
            object.__setattr__(self, name, value)

    def met(self, *, before: float, after: float, ratio: float) -> bool:
        """Whether a run with these accuracies before and after pruning reaches it."""
        return before - after <= self.points and after >= self.least and ratio >= self.ratio

    @property
    def words(self) -> str:
        """The goal as one says it to a class."""
        aim = f"Prune at least {self.ratio:g} %" if self.ratio else "Prune as much as you can"
        points = "point" if self.points == 1 else "points"
        kept = f" and keep at least {self.least:g} %" if self.least else ""
        return f"{aim}, lose at most {self.points:g} {points} of test accuracy{kept}."


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task, checked: bad values raise `BadInput`.

    ``free``: settings students may change, all others stay.  ``twin``: the one control of a task
    from before ``config`` had controls.
    """

    title: str
    words: str = ""
    config: RunConfig = field(default_factory=RunConfig)
    twin: str = "off"
    free: tuple[Free, ...] = ()
    goal: Goal | None = None
    question: Question | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", _text("a task's title", self.title, 1, LONGEST_TITLE))
        object.__setattr__(self, "words", _text("a task's words", self.words, 0, LONGEST_WORDS))
        choice("twin", self.twin, CONTROL_OF_TWIN)
        names = [free.name for free in self.free]
        if len(set(names)) < len(names):
            raise BadInput(f"each free setting may be named once, got {', '.join(names)}.")
        for free in self.free:
            free.check(getattr(self.config, free.name))

    @property
    def mark(self) -> str:
        """Ten hex digits that name the task; another question or setting, another mark."""
        return mark_of(self.to_json())

    def with_settings(self, chosen: Mapping[str, Any]) -> RunConfig:
        """The task's configuration with what a student has chosen.

        Raises `BadInput` for a setting that is not free and for a value outside its range.
        """
        by_name = {free.name: free for free in self.free}
        for name, value in chosen.items():
            if name not in by_name:
                free = ", ".join(by_name) or "none"
                raise BadInput(f"{name} is fixed in this task; free to change: {free}.")
            by_name[name].check(value)
        config = self.config
        if self.twin != "off":
            config = config.replace(controls=CONTROL_OF_TWIN[self.twin])
        return config.replace(**dict(chosen))

    def variants(self, count: int) -> list[RunConfig]:
        """At most ``count`` different runs that students may ask for, spread over what is free."""
        found = {}
        for place in range(count):
            chosen = {free.name: free.pick(place, count) for free in self.free}
            config = self.with_settings(chosen)
            found[config.hash] = config
        return list(found.values())

    def fits(self, config: RunConfig) -> bool:
        """Whether a run with this configuration is an answer to the task.

        Controls beside it change nothing of what it comes to.
        """
        config = config.replace(controls=self.config.controls, equal_steps=self.config.equal_steps)
        free = {one.name: one for one in self.free}
        return all(
            free[name].allows(value) if name in free else value == self.config.given(name)
            for name, value in config.to_dict().items()
        )

    # -- text, and back -----------------------------------------------------------------------

    def to_json(self) -> str:
        """Indented JSON; `from_json` gives back an equal task."""
        values: dict[str, Any] = {
            "task": FORMAT,
            "title": self.title,
            "words": self.words,
            "settings": self.config.to_dict(),
            "twin": self.twin,
            "free": [_plain(free) for free in self.free],
            "goal": None if self.goal is None else _plain(self.goal),
            "question": None if self.question is None else _plain(self.question),
        }
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Task:
        """A task from its JSON; `BadInput` says what in it cannot be used."""
        values = from_json(text, "a task", LARGEST_TEXT)
        if not isinstance(values, dict) or values.pop("task", None) != FORMAT:
            raise BadInput(f'a task is a JSON object with "task": {FORMAT}, got something else.')
        known = {"title", "words", "settings", "twin", "free", "goal", "question"}
        for name in values:
            choice("a part of a task", name, sorted(known))
        made = {name: values[name] for name in ("title", "words", "twin") if name in values}
        if "settings" in values:
            made["config"] = RunConfig.from_dict(_table("settings", values["settings"]))
        if "free" in values:
            given = values["free"]
            if not isinstance(given, list):
                raise BadInput(f"free must be a list of settings, got {given!r}.")
            made["free"] = tuple(_made(Free, "free", one) for one in given)
        for name, kind in (("goal", Goal), ("question", Question)):
            if values.get(name) is not None:
                made[name] = _made(kind, name, values[name])
        if "title" not in made:
            raise BadInput("a task needs a title: it is what the class reads first.")
        return cls(**made)


def mark_of(text: str) -> str:
    """The mark of a task from its JSON as it was pinned, whatever settings came since."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _plain(part: Any) -> dict[str, Any]:
    """The fields of a part that are not as they are by default."""
    return {
        f.name: getattr(part, f.name)
        for f in dataclasses.fields(part)
        if getattr(part, f.name) != f.default
    }


def _made(kind: Any, name: str, got: object) -> Any:
    values = _table(name, got)
    fields = dataclasses.fields(kind)
    for key in values:
        choice(f"a part of {name}", key, [f.name for f in fields])
    for f in fields:
        if f.default is dataclasses.MISSING and f.name not in values:
            raise BadInput(f"{name} needs {f.name}, got {', '.join(values) or 'nothing'}.")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def _table(name: str, got: object) -> dict[str, Any]:
    if not isinstance(got, dict):
        raise BadInput(f"{name} must be a JSON object, got {got!r}.")
    return got


def _text(name: str, got: object, shortest: int, longest: int) -> str:
    if not isinstance(got, str) or not shortest <= len(got.strip()) <= longest:
        size = len(got.strip()) if isinstance(got, str) else type(got).__name__
        raise BadInput(f"{name} must be a text of {shortest} to {longest} characters, got {size}.")
    return got.strip()
