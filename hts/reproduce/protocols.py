"""The protocols: the setups that ``reproduce --quick`` and ``--full`` train, by dataset.  No torch.

Reasons for their settings, and the rules that verdicts follow, are in docs/reproduce.md.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hts.reproduce.full import FULL
from hts.reproduce.quick import QUICK
from hts.reproduce.setup import Setup
from hts.validate import BadInput, choice

MODES = ("quick", "full")
Value = TypeVar("Value", int, float)
_MODES = {"quick": QUICK, "full": FULL}
_NAMES = {"ecg5000": "ecg5000-binary"}


def datasets(mode: str = "full") -> list[str]:
    """What ``--data`` may be."""
    called = {data: name for name, data in _NAMES.items()}
    return sorted({called.get(setup.data, setup.data) for setup in _MODES[mode]})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reproduction is to train.  Fields that are None leave a setup as it is."""

    mode: str = "quick"
    data: str | None = None
    setups: Sequence[str] | None = None
    seeds: int | None = None
    widths: Sequence[int] | None = None
    alphas: Sequence[float] | None = None

    @property
    def command(self) -> str:
        """The command that trains it."""
        words = ["python", "-m", "hts", "reproduce", f"--{self.mode}"]
        for name, value in (("data", self.data), ("seeds", self.seeds)):
            words += [] if value is None else [f"--{name}", str(value)]
        for name, values in (
            ("setup", self.setups), ("widths", self.widths), ("alphas", self.alphas),
        ):  # fmt: skip
            words += [] if values is None else [f"--{name}", ",".join(map(str, values))]
        return shlex.join(words)


def protocol(asked: Asked) -> tuple[Setup, ...]:
    """The setups asked for; `BadInput` for a dataset, setup, width or alpha that none has.

    Also for a setup that is asked for by name and has none of the widths or alphas.
    """
    mode = choice("mode", asked.mode, MODES, why="one takes minutes, the other is the whole")
    found = list(_MODES[mode])
    if asked.data is not None:
        data = choice("data", asked.data, datasets(mode), why=f"the {mode} protocol has no others")
        found = [setup for setup in found if setup.data == _NAMES.get(data, data)]
    if asked.setups is not None:
        names = [setup.name for setup in found]
        kept = {choice("setup", name, names) for name in asked.setups}
        found = [setup for setup in found if setup.name in kept]
    _there("widths", asked.widths, [w for setup in found for w in setup.widths], mode)
    _there("alphas", asked.alphas, [a for setup in found for a in setup.alphas], mode)
    kept_setups = []
    for setup in found:
        widths = _some(setup.widths, asked.widths)
        alphas = _some(setup.alphas, asked.alphas)
        if widths and alphas:
            seeds = setup.seeds if asked.seeds is None else asked.seeds
            kept_setups.append(setup.smaller(widths=widths, alphas=alphas, seeds=seeds))
        elif asked.setups is not None:
            raise BadInput(
                f"{setup.name} has nothing of what is asked for: its widths are "
                f"{_listed(setup.widths)}, its alphas {_listed(setup.alphas)}."
            )
    if not kept_setups:
        raise BadInput("no setup has both a width and an alpha of those asked for.")
    return tuple(kept_setups)


def left_out(setups: Sequence[Setup]) -> str:
    """The widths, alphas and levels of the full protocol that ``setups`` leave out; or nothing."""
    here = {setup.name: setup for setup in setups}
    lines = []
    for whole in FULL:
        part = here.get(whole.name)
        if part is None:
            continue
        widths = [w for w in whole.widths if w not in part.widths]
        alphas = [a for a in whole.alphas if a not in part.alphas]
        levels = [
            f"type {kind} {level.name}"
            for kind, known in whole.levels.items()
            for level in known
            if level not in part.levels.get(kind, ())
        ]
        said = [f"{what} {_listed(found)}" for what, found in (("n =", widths), ("alpha", alphas))
                if found]  # fmt: skip
        said += [f"noise {', '.join(levels)}"] if levels else []
        if said:
            lines.append(f"{whole.title}: {'; '.join(said)}")
    lines += [f"{whole.title}: all of it" for whole in FULL if whole.name not in here]
    return "Left out of the full protocol. " + ". ".join(lines) + "." if lines else ""


def _there(what: str, asked: Sequence[float] | None, there: Sequence[float], mode: str) -> None:
    if unknown := [value for value in asked or () if value not in there]:
        raise BadInput(
            f"{what} must be some of {_listed(sorted(there))}, got {_listed(unknown)}: the setups "
            f"asked for of the {mode} protocol have no others."
        )


def _some(there: tuple[Value, ...], asked: Sequence[Value] | None) -> tuple[Value, ...]:
    return there if asked is None else tuple(value for value in there if value in asked)


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in dict.fromkeys(values))
