"""What a tracker is, and what every tracker is given of a run."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hts.validate import BadInput


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A network's run as trackers take it.  Accuracies and shares are in percent."""

    id: str
    name: str  # what people call it, or its id
    state: str
    tags: tuple[str, ...]
    notes: str
    began: float  # unix seconds
    params: Mapping[str, str | int | float | bool]  # settings
    points: tuple[tuple[int, Mapping[str, float]], ...]  # metrics by step, ascending
    seconds: Mapping[int, float]  # training time at these steps
    final: Mapping[str, float]  # what it came to

    @property
    def last_step(self) -> int:
        return self.points[-1][0] if self.points else 0

    def at(self, step: int) -> float:
        """Unix seconds at about which a step was taken; pauses are left out."""
        return self.began + self.seconds.get(step, 0.0)


class Tracker(ABC):
    """Somewhere that runs can be sent.

    ``place``, which follows the tracker's name in ``--to``, says where; ``places`` what it may be.
    """

    name: str
    install: str  # what pip installs it from
    places: str

    def module(self, name: str) -> Any:
        """The module called ``name`` of the tracker's package, or `BadInput`: what to install."""
        try:
            return importlib.import_module(name)
        except ImportError as error:
            raise BadInput(
                f"{self.name} needs the package {self.install}, which is not installed for this "
                f"Python ({error}): `pip install {self.install}` adds it."
            ) from None

    @abstractmethod
    def open(
        self, place: str, project: str
    ) -> AbstractContextManager[Callable[[Sent, Path | None], bool]]:
        """A function that sends a run, with a file of its weights or None, while the block runs.

        It gives False, and sends nothing, for a run that the project has already.
        """
