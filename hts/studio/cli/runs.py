"""List the stored runs, newest first; numbers of a run of several networks are medians.

Example: python -m hts runs --limit 20
"""

from __future__ import annotations

import argparse
import dataclasses
import json

from hts.config.arms import in_words
from hts.studio.cli.printed.outcome import as_plain
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many")
    parser.add_argument("--sweep", metavar="ID", help="those of a sweep, which are left out else")
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(options: argparse.Namespace) -> None:
    from hts.studio.jobs.processes.run_jobs import recover

    store = Store()
    recover(store)
    sweep = None if options.sweep is None else store.sweeps.get(options.sweep).id
    runs = store.runs.list(limit=options.limit, sweep=sweep)
    if options.json:
        print(json.dumps([plain_run(r) for r in runs]))
        return
    if not runs and sweep:
        print(f"no run of sweep {sweep} has finished yet")
    elif not runs:
        print("no runs yet: `python -m hts train` makes one")
    for r in runs:
        result = r.result
        measured = ""
        if result is not None and result.test_accuracy is not None:
            ratio = f"pruning ratio {result.pruning_ratio:5.1f} %"
            measured = f"test {result.test_accuracy:5.1f} %  {ratio}"
        noise, alpha = r.effective.given("noise"), r.effective.given("alpha")
        settings = f"{r.config.data} {noise} alpha {alpha} n {r.config.width}"
        print(
            f"{r.id:14} {r.state:12} step {r.step:>7}  {settings:44} {in_words(r.config):20} "
            f"{measured}"
        )


def plain_run(run: Run) -> dict[str, object]:
    """A run as the command line's JSON has it."""
    return {
        "id": run.id,
        "state": run.state,
        "step": run.step,
        "created": run.created,
        "message": run.message,
        "config": run.config.to_dict(),
        "steered": [dataclasses.asdict(change) for change in run.steered],
        "result": None if run.result is None else as_plain(run.result),
    }
