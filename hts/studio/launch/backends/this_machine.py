"""Workers of this machine: what computes a sweep where nothing else is asked for."""

from __future__ import annotations

import argparse

from hts.studio.launch.backends import BACKENDS, Backend, Outcome
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec


@BACKENDS.register
class ThisMachine(Backend):
    """``HTS_SLOTS`` groups at a time, or ``--slots``, by default as many as there are cores."""

    name = "this machine"
    sentence = "Workers of this machine compute the sweep while the command waits."
    place = 1000  # the last one to be asked

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--slots", metavar="N", help="groups at a time (default: cores)")

    def asked(self, options: argparse.Namespace) -> bool:
        return True

    def train(self, spec: SweepSpec, options: argparse.Namespace, store: Store | None) -> Outcome:
        from hts.studio.jobs.workers.possible import need_some_possible
        from hts.studio.launch.here import train_here, workers_here

        assert store is not None
        need_some_possible(spec.configs())  # what cannot be trained leaves no sweep behind
        here = workers_here(store, options.slots)
        return Outcome.of(
            train_here(store, spec, here, sweep_id=options.resume, quiet=options.json)
        )
