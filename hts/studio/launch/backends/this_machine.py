"""Workers of this machine: what computes a sweep where nothing else is asked for."""

from __future__ import annotations

import argparse
import os

from hts.studio.launch.backends import BACKENDS, Backend, Outcome
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import whole


@BACKENDS.register
class ThisMachine(Backend):
    """``HTS_SLOTS`` groups at a time, or ``--slots``, by default as many as there are cores."""

    name = "this machine"
    sentence = "Workers of this machine compute the sweep while the command waits."
    place = 1000  # the last one to be asked

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """How many groups go at a time."""
        parser.add_argument("--slots", metavar="N", help="groups at a time (default: cores)")

    def asked(self, options: argparse.Namespace) -> bool:
        """Always: the others come first."""
        return True

    def train(self, spec: SweepSpec, options: argparse.Namespace, store: Store | None) -> Outcome:
        """In the foreground, with a progress bar."""
        from hts.studio.jobs.processes.scheduler_settings import planned
        from hts.studio.launch.here import train_here, workers_here

        assert store is not None
        environ = {"HTS_SLOTS": str(os.cpu_count() or 1), **os.environ}
        if options.slots is not None:
            environ["HTS_SLOTS"] = str(chosen_slots(options))
        sweep = train_here(
            store,
            spec,
            workers_here(store, planned(environ)),
            sweep_id=options.resume,
            quiet=options.json,
        )
        return Outcome.of(sweep)


def chosen_slots(options: argparse.Namespace) -> int:
    """``--slots``, by default the cores of this machine."""
    chosen = os.cpu_count() or 1 if options.slots is None else options.slots
    return whole("slots", chosen, low=1, high=1024, why="so many groups go at a time")
