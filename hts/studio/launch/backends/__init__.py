"""Where a sweep that was asked for in a terminal is computed: each file here is one place."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from dataclasses import dataclass

from hts.registry import Registry
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.sweeps.spec import SweepSpec


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it ended; ``sweep``: as the store has it, None where no store was needed."""

    failed: int  # runs
    interrupted: bool
    sweep: Sweep | None = None

    @classmethod
    def of(cls, sweep: Sweep) -> Outcome:
        return cls(failed=sweep.failed, interrupted=sweep.state == "stopped", sweep=sweep)


class Backend(ABC):
    """One place to compute a sweep."""

    name: str
    sentence: str
    needs_store: bool = True

    @abstractmethod
    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the options that are its own."""

    @abstractmethod
    def asked(self, options: argparse.Namespace) -> bool:
        """Whether these options ask for it."""

    @abstractmethod
    def train(self, spec: SweepSpec, options: argparse.Namespace, store: Store | None) -> Outcome:
        """Train ``spec``, or go on with the sweep ``options.resume`` of the store."""


BACKENDS = Registry(
    "back end",
    Backend,  # type: ignore[type-abstract]
    package=__name__,
    path=__path__,
)


def asked_for(options: argparse.Namespace) -> Backend:
    """The back end that the options ask for."""
    return next(backend for backend in BACKENDS.values() if backend.asked(options))
