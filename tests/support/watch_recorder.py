"""A recorder of watched trainings that keeps records in memory, or fails."""

from __future__ import annotations

from torch import nn

from hts.watching.pace import every_of
from hts.watching.records import Look, LossAt
from hts.watching.session import Watch


class Kept:
    """A recorder that keeps what it is given, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.looks: list[Look] = []
        self.losses: list[LossAt] = []
        self.ended: list[str] = []
        self._error = error

    def look(self, look: Look, spent: float) -> None:
        self._fail()
        self.looks.append(look)

    def pulse(self, step: int, seconds: float, loss: LossAt | None) -> None:
        self._fail()
        self.losses += [] if loss is None else [loss]

    def end(self, step: int, seconds: float, spent: float, error: str) -> None:
        self.ended.append(error)
        self._fail()

    def _fail(self) -> None:
        if self._error:
            raise self._error

    @property
    def steps(self) -> list[int]:
        return [look.step for look in self.looks]


def watched(model: nn.Module, optimizer: object, kept: Kept | None, every: object = 10) -> Watch:
    return Watch(model, optimizer, kept, every=every_of(every))
