"""A check of a device: an object that yields rows, on the device and in the sizes it is given."""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from hts.config import RunConfig


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much is drawn, timed and trained."""

    draws: int  # values of a test of the law
    alphas: tuple[float, ...]
    values: tuple[int, ...]  # weights that noise is added to, for its speed
    layers: tuple[tuple[int, int], ...]  # (units, inputs) of the steps that are timed
    rounds: int  # medians are over these
    queue: int  # values that are at least worked on between two looks at the clock
    width: int  # units of the runs
    members: int  # of the ensemble, and how many of them train alone
    alone: int
    ensemble_steps: int
    memory_width: int
    memory_share: float  # of the estimate, at most; a CPU counts what its allocator keeps, too
    run_steps: int
    share_of_copy: float | None  # goals; None: none is set
    times_alone: float | None


ACCELERATOR = Extent(
    draws=4_000_000, alphas=(1.2, 1.75, 2.0), values=(1_400_000, 140_000_000),
    layers=((1000, 140), (10_000, 784)), rounds=15, queue=2**28, width=1000, members=128, alone=4,
    ensemble_steps=200, memory_width=100_000, memory_share=1.0, run_steps=600,
    share_of_copy=0.7, times_alone=20.0,
)  # fmt: skip
CPU = Extent(
    draws=1_000_000, alphas=(1.2, 1.75, 2.0), values=(1_400_000, 14_000_000),
    layers=((1000, 140), (10_000, 784)), rounds=7, queue=0, width=1000, members=128, alone=4,
    ensemble_steps=40, memory_width=100_000, memory_share=1.5, run_steps=300,
    share_of_copy=None, times_alone=None,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is checked, and how much of it."""

    device: torch.device
    extent: Extent

    def on(self, config: RunConfig) -> RunConfig:
        """The same run there: of a machine's accelerators ``auto`` takes the one it has."""
        return config.replace(device="cpu" if self.device.type == "cpu" else "auto")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure.  ``passed``: None where nothing is asked of it, or where it is ``skipped``."""

    check: str = ""
    what: str
    value: float | None = None
    unit: str = ""
    asked: str = ""
    passed: bool | None = None
    goal: bool = False  # of speed: to miss it is slow, not wrong
    skipped: str = ""  # why
    note: str = ""

    @property
    def wrong(self) -> bool:
        return self.passed is False and not self.goal

    @property
    def word(self) -> str:
        """What a reader sees first."""
        if self.passed is None:
            return "skip" if self.skipped else "    "
        return "pass" if self.passed else "slow" if self.goal else "FAIL"

    @property
    def says(self) -> str:
        """The row as a line of a table."""
        if self.skipped:
            return f"{self.check:<9} {self.what}: {self.skipped}"
        value = "-" if self.value is None else f"{self.value:.3g}"
        about = f"; {self.note}" if self.note else ""
        asked = f"  ({self.asked})" if self.asked else ""
        return f"{self.check:<9} {self.what:<46} {value:>9} {self.unit}{asked}{about}"


def figure(
    what: str,
    value: float,
    unit: str = "",
    *,
    most: float | None = None,
    least: float | None = None,
    goal: bool = False,
    note: str = "",
) -> Row:
    """A row; one that asks for ``most`` or ``least`` fails on a value that is no number."""
    asked, passed = "", None
    if most is not None:
        asked, passed = f"at most {most:g}", value <= most
    elif least is not None:
        asked, passed = f"at least {least:g}", value >= least
    shown = float(value) if math.isfinite(value) else None  # JSON has no other numbers
    return Row(
        what=what, value=shown, unit=unit, asked=asked, passed=passed, goal=goal, note=note
    )  # fmt: skip


def skip(what: str, why: str) -> Row:
    return Row(what=what, skipped=why)


class Check(ABC):
    """One thing to know about a device."""

    name: str

    @abstractmethod
    def rows(self, place: Place) -> Iterator[Row]:
        """What is found, as it is found."""

    def told(self, place: Place) -> Iterator[Row]:
        """`rows`, with the check's name; what the device cannot do is a row that fails."""
        try:
            for row in self.rows(place):
                yield dataclasses.replace(row, check=self.name)
        except Exception as error:  # of any library that drives the device
            said = (str(error).splitlines() or [""])[0]
            yield Row(
                check=self.name, what=f"it ended with {type(error).__name__}: {said}",
                asked="no error", passed=False,
            )  # fmt: skip
