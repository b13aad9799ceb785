"""Show one stored run: its settings, state and result."""

from __future__ import annotations

import argparse
import json

from hts.studio.cli.outcome import describe
from hts.studio.cli.runs import plain_run
from hts.studio.store.store import Store


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="the run's name, as `python -m hts runs` lists it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> None:
    from hts.studio.jobs.processes.run_jobs import recover

    store = Store()
    recover(store)
    found = store.runs.get(options.id)
    if options.json:
        print(json.dumps(plain_run(found)))
        return
    print(f"run {found.id}: {found.state}, step {found.step} of {found.config.iterations}")
    if found.message:
        print(f"  {found.message}")
    for name, value in found.effective.to_dict().items():
        print(f"  {name:16} {value}")
    if found.result is not None:
        print(describe(found.id, found.result))
