"""A worker process: started as this module with ``--home H (KIND WHAT | --warm)``.

With ``--warm`` it prepares everything, then waits on stdin for one line, a JSON list of KIND, WHAT
and the path of a log; end of file instead means that nobody needs it, and it ends.  Once it has
something to do nothing ties it to whoever started it: it goes on when the scheduler and the web
page are gone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from hts.niceness import WORKER
from hts.platforms import step_back
from hts.studio.jobs.processes.identity import announce
from hts.studio.jobs.processes.logs import set_up_logs
from hts.studio.jobs.workers.group_work import work_on_groups
from hts.studio.jobs.workers.run_work import work_on_run
from hts.studio.jobs.workers.small_work import work_on_small_job
from hts.studio.store.store import Store

# What a worker can do: with a store, what, and CPU threads, to an exit code; 3 if another has it.
WORK: dict[str, Callable[[Store, str, int | None], int]] = {
    "run": work_on_run,
    "group": work_on_groups,
    "small": work_on_small_job,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one thing; returns 0, or what went wrong."""
    parser = argparse.ArgumentParser(prog="hts.studio.jobs.workers.worker", description=__doc__)
    parser.add_argument("kind", nargs="?", choices=WORK, help="what it is")
    parser.add_argument("what", nargs="?", help="a run's id, a group's number, or JSON")
    parser.add_argument("--home", required=True, help="the folder of the store")
    parser.add_argument("--warm", action="store_true", help="wait on stdin for it")
    parser.add_argument("--threads", type=int, help="CPU threads")
    options = parser.parse_args(arguments)
    if bool(options.what) == options.warm:
        parser.error("give KIND WHAT or --warm")
    step_back(WORKER)
    set_up_logs()
    store = Store(options.home)
    announce(store.home)
    kind, what = options.kind, options.what
    if options.warm:
        prepare(options.threads)
        line = sys.stdin.readline()
        if not line:
            return 0
        kind, what, log = json.loads(line)
        write_into(Path(log))
    return WORK[kind](store, what, options.threads)


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


if __name__ == "__main__":
    sys.exit(main())
