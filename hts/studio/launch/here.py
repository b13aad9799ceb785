"""`python -m hts sweep` in the foreground: the bar, Ctrl+C, and what is said at the end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Protocol

from tqdm import tqdm

from hts.studio.jobs.foreground import TICK_SECONDS, SweepHere
from hts.studio.jobs.processes.ending import told_to_end
from hts.studio.jobs.processes.identity import announce
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.sweeps import STOPPED_BY_USER, begin_sweep, resume_sweep, same_sweep
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput, whole


class Computing(Protocol):
    """What computes a sweep: workers of this machine (`SweepHere`), or a cluster."""

    def tick(self) -> Sweep:
        """Do what is due now; returns the sweep as it stands."""

    @property
    def busy(self) -> bool:
        """A worker still has a group."""

    def close(self) -> None:
        """End the workers at once."""


def chosen_slots(slots: object) -> int:
    """``slots``, by default the cores of this machine."""
    chosen = os.cpu_count() or 1 if slots is None else slots
    return whole("slots", chosen, low=1, high=1024, why="it is how many run at a time")


def workers_here(store: Store, slots: object = None) -> Callable[[str], Computing]:
    """Let workers of this machine compute the sweep whose id is given.

    ``slots``: groups at a time, by default ``HTS_SLOTS`` or as many as there are cores.
    """
    environ = {"HTS_SLOTS": str(chosen_slots(None)), **os.environ}
    if slots is not None:
        environ["HTS_SLOTS"] = str(chosen_slots(slots))
    plan = planned(environ)
    return lambda sweep_id: SweepHere(store, sweep_id, plan)


def train_here(
    store: Store,
    spec: SweepSpec,
    computing: Callable[[str], Computing],
    *,
    sweep_id: str | None = None,
    quiet: bool = False,
) -> Sweep:
    """Train ``spec``, or go on with ``sweep_id``; returns the sweep as it stands at the end.

    ``computing`` is given the sweep's id.  The sweep is stopped when Ctrl+C or SIGTERM ended it.
    ``quiet``: nothing is said on stderr.
    """
    sweep_id = _begun(store, spec, sweep_id, quiet=quiet)
    _watch(store, sweep_id, computing, quiet=quiet)
    sweep = store.sweeps.get(sweep_id)
    if sweep.state == "stopped" and not quiet:
        print(
            f"Stopped with {sweep.done} of {sweep.total} runs done. The same command, or "
            f"`python -m hts sweep --resume {sweep_id}`, goes on from here.",
            file=sys.stderr,
        )
    return sweep


def _begun(store: Store, spec: SweepSpec, sweep_id: str | None, *, quiet: bool) -> str:
    """A new sweep, or the one that is there of the same description, to go on with."""
    found = sweep_id or same_sweep(store, spec)
    if found is None:
        return begin_sweep(store, spec, worker=announce(store.home))
    sweep = store.sweeps.get(found)
    if sweep.active:
        where = f"in process {sweep.pid}" if sweep.pid else "in the background"
        raise BadInput(
            f"this is sweep {found}, which is going on {where}: `python -m hts sweep --show "
            f"{found}` shows it, `--stop {found}` stops it."
        )
    resume_sweep(store, found, retry_failed=True, worker=announce(store.home))
    if not quiet:
        print(f"Going on with sweep {found}: {sweep.done} of {sweep.total} runs are done.",
              file=sys.stderr)  # fmt: skip
    return found


def _watch(
    store: Store, sweep_id: str, computing: Callable[[str], Computing], *, quiet: bool
) -> None:
    """Compute the sweep to its end.

    A first Ctrl+C stops the sweep, and its workers leave within a second or two; a second one ends
    them at once.
    """
    asked: list[int] = []
    with told_to_end(asked.append):
        here = computing(sweep_id)
        sweep = store.sweeps.get(sweep_id)
        ended = sweep.done + sweep.failed
        bar = tqdm(total=sweep.total, initial=ended, unit="run", file=sys.stderr, disable=quiet)
        try:
            while True:
                if asked and sweep.active:
                    store.sweeps.stop(sweep_id, STOPPED_BY_USER)
                sweep = here.tick()
                _show(bar, sweep)
                if (not sweep.active and not here.busy) or len(asked) > 1:
                    return
                time.sleep(TICK_SECONDS)
        finally:
            bar.close()
            here.close()


def _show(bar: tqdm, sweep: Sweep) -> None:
    ended = sweep.done + sweep.failed
    if ended != bar.n:
        bar.update(ended - bar.n)
    bar.set_postfix_str(f"{sweep.failed} failed" if sweep.failed else "", refresh=False)
