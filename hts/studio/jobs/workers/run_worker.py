"""The process that executes one run: started as this module with ``--home H (RUN_ID | --warm)``.

With ``--warm`` it prepares everything, then waits on stdin for one line with a run id, or with
``group N`` for groups of sweeps; end of file instead means that nobody needs it, and it ends.
Once it has something to do nothing ties it to whoever started it: it goes on when the scheduler
and the web page are gone.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from hts.studio.jobs.processes.explain import explain
from hts.studio.jobs.processes.identity import announce, claim_for_this_process
from hts.studio.jobs.processes.logs import set_up_logs
from hts.studio.jobs.processes.lost import queue_again
from hts.studio.jobs.processes.niceness import step_back
from hts.studio.jobs.processes.scheduler_settings import left_to_service
from hts.studio.jobs.workers.run_control import Leave, StoreControl
from hts.studio.jobs.workers.sweep_worker import work_on_groups
from hts.studio.store import Run, Store
from hts.validate import BadInput

GROUP = "group "
NICE = 10  # pages and other people's work go first

log = logging.getLogger("hts.studio.jobs.workers.run_worker")


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute one run; returns 0, or 1 if it failed, 3 if it could not be begun."""
    parser = argparse.ArgumentParser(prog="hts.studio.jobs.workers.run_worker", description=__doc__)
    parser.add_argument("run", nargs="?", help="the id of a queued run")
    parser.add_argument("--home", required=True, help="the folder of the store")
    parser.add_argument("--warm", action="store_true", help="wait on stdin for the id")
    parser.add_argument("--threads", type=int, help="CPU threads")
    options = parser.parse_args(arguments)
    if bool(options.run) == options.warm:
        parser.error("give a run id or --warm")
    step_back(NICE)
    set_up_logs()
    store = Store(options.home)
    announce(store.home)
    run_id = options.run
    if options.warm:
        prepare(options.threads)
        run_id = sys.stdin.readline().strip()
        if not run_id:
            return 0
        if run_id.startswith(GROUP):
            number = int(run_id.removeprefix(GROUP))
            group = store.groups.get(number)
            if group is not None:
                write_into(store.home.sweep_log(group.sweep))
            return work_on_groups(store, number, threads=options.threads)
        write_into(store.home.worker_log(run_id))
    return work(store, run_id, threads=options.threads)


def prepare(threads: int | None) -> None:
    """Load what every run needs, so that a run begins at once."""
    import torch

    from hts.data import load
    from hts.studio.jobs.workers import execute  # noqa: F401

    if threads is not None:
        torch.set_num_threads(threads)
    load("digits")
    square = torch.ones(64, 64)
    square @ square  # the first product starts the thread pool


def write_into(path: Path) -> None:
    """Let go of stdin; from now on what is printed goes into the log at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    with path.open("ab") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def work(store: Store, run_id: str, *, threads: int | None) -> int:
    """Begin the run, execute it and record how it ended."""
    control = StoreControl(store, run_id)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: control.end(_asked_by(got)))
    try:
        run = claim_for_this_process(store, run_id, threads=threads)
    except BadInput as error:
        log.error("%s", error)
        return 3
    log.info("run %s begins, attempt %d, process %d", run_id, run.attempt, os.getpid())
    try:
        _roll_back(store, run)
        from hts.studio.jobs.workers.execute import execute

        store.control.finish(run_id, execute(store, run_id, control, threads=threads))
    except Leave as leave:
        _record_leaving(store, run_id, leave)
    except Exception as error:
        traceback.print_exc()
        store.control.fail(run_id, explain(error))
        return 1
    log.info("run %s ends: %s", run_id, store.runs.get(run_id).message)
    return 0


def _asked_by(number: int) -> str:
    return f"it was asked to end by {signal.Signals(number).name}"


def _roll_back(store: Store, run: Run) -> None:
    """Forget what an earlier attempt recorded beyond the point from which this one goes on."""
    if run.attempt > 1:
        step, seconds = store.arrays.checkpoint_at(run.id) or (-1, 0.0)
        log.info("run %s goes on from step %d", run.id, max(0, step))
        store.series.rollback(run.id, step, seconds)


def _record_leaving(store: Store, run_id: str, leave: Leave) -> None:
    step = store.runs.get(run_id).checkpoint_step
    words = f"Its worker left at step {step}: {leave}. Resume continues from there."
    if leave.paused:
        store.control.leave_paused(run_id, words)
        return
    with store.db.writing():
        store.control.mark_interrupted(run_id, words)
        if left_to_service(os.environ):
            queue_again(store, run_id)


if __name__ == "__main__":
    sys.exit(main())
