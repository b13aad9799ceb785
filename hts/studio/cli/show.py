"""Show one stored run, or a network of it: its settings, state and result.

A run of several networks names them: RUN.main.3, RUN.none.3, ...

Example: python -m hts show 3f2a9c1b7d-1
"""

from __future__ import annotations

import argparse
import json

from hts.studio.cli.printed.outcome import describe
from hts.studio.cli.runs import plain_run
from hts.studio.store.run_row import networks_of
from hts.studio.store.store import Store


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="its name, as `python -m hts runs` lists it")
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
    if names := networks_of(found):
        print(f"  {len(names)} networks, {names[0]} to {names[-1]}")
    if found.message:
        print(f"  {found.message}")
    for name, value in found.effective.to_dict().items():
        print(f"  {name:16} {value}")
    if found.result is not None:
        print(describe(found.id, found.result))
    if found.useless:
        print(f"  {found.useless}")
