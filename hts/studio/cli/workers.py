"""Run the worker service of a hosted lab: train what is queued, until told to end.

The web process beside it runs with HTS_WORKERS=service, so that only this one starts processes.
HTS_SLOTS runs go on at a time (default 2), each with HTS_THREADS CPU threads (default: cores /
slots).  On SIGTERM every run saves a checkpoint and waits for the next service to go on.

Example: python -m hts workers
"""

from __future__ import annotations

import argparse
import os


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", help="the folder of the store (default HTS_HOME or ~/.hts)")


def run(options: argparse.Namespace) -> None:
    from hts.studio.jobs.processes.logs import set_up_logs
    from hts.studio.jobs.processes.scheduler_settings import planned
    from hts.studio.jobs.scheduling.service import serve_always
    from hts.studio.store.store import Store

    set_up_logs()
    os.environ["HTS_WORKERS"] = (
        "service"  # of the workers too: told to leave, they queue their runs
    )
    plan = planned(os.environ)
    serve_always(Store(options.home), plan)
