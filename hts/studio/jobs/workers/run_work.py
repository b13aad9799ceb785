"""What a worker does with a run: begin it, execute it, and record how it ended."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sqlite3
import traceback

from hts.config.arms import trains_several
from hts.studio.jobs.processes.ending import NO_ROOM, told_to_end
from hts.studio.jobs.processes.explain import explain
from hts.studio.jobs.processes.patience import is_no_room
from hts.studio.jobs.processes.run_jobs import again_words, claim_for_this_process, resume_words
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.workers.control import Leave, StoreControl
from hts.studio.store.run_row import HELD, Run
from hts.studio.store.store import Store
from hts.validate import BadInput

log = logging.getLogger("hts.studio.jobs.workers.worker")


def work_on_run(store: Store, run_id: str, threads: int | None) -> int:
    """Execute it; returns 0, or 1 if it failed, 3 if it could not be begun, `NO_ROOM`."""
    control = StoreControl(store, run_id)
    with told_to_end(
        lambda number: control.end(f"it was asked to end by {signal.Signals(number).name}")
    ):
        try:
            run = claim_for_this_process(store, run_id, threads=threads)
        except BadInput as error:
            log.error("%s", error)
            return 3
        log.info("run %s begins, attempt %d, process %d", run_id, run.attempt, os.getpid())
        try:
            _roll_back(store, run)
            from hts.studio.jobs.workers.execute import execute

            threads = _with_free_places(store, run, threads)
            store.control.finish(run_id, execute(store, run_id, control, threads=threads))
        except Leave as leave:
            _record_leaving(store, run_id, leave)
        except Exception as error:
            traceback.print_exc()
            if is_no_room(error):
                return NO_ROOM  # whoever sees this process end lets the run wait
            store.control.fail(run_id, explain(error))
            return 1
    log.info("run %s ends: %s", run_id, store.runs.get(run_id).message)
    return 0


def _with_free_places(store: Store, run: Run, threads: int | None) -> int | None:
    """The threads of a run of several networks: those of places that nobody has now, too.

    Its networks are shared out, one thread each, so that a run which begins later is not starved.
    """
    if threads is None or not trains_several(run.config):
        return threads
    others = sum(other.held and other.id != run.id for other in store.runs.list(states=HELD))
    return threads * max(1, planned(os.environ).slots - others)


def _roll_back(store: Store, run: Run) -> None:
    """Forget what an earlier attempt recorded beyond the point from which this one goes on."""
    if run.attempt > 1:
        step, seconds = store.arrays.checkpoint_at(run.id) or (-1, 0.0)
        log.info("run %s goes on from step %d", run.id, max(0, step))
        store.series.rollback(run.id, step, seconds)


def _record_leaving(store: Store, run_id: str, leave: Leave) -> None:
    """It waits for another worker, or paused for somebody.

    Where the store cannot be written whoever sees this process end does that.
    """
    with contextlib.suppress(OSError, sqlite3.OperationalError):
        run = store.runs.get(run_id)
        words = f"Its worker left at step {run.checkpoint_step}: {leave}."
        if leave.paused:
            store.control.leave_paused(run_id, f"{words} {resume_words(run)}")
        else:
            store.control.begin_again(run_id, f"{words} {again_words(run)}")
