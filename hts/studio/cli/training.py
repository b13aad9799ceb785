"""Train one run, store it like the app does, and print what it came to.

Without --json a progress bar goes to stderr and a short table to stdout; with --json stdout is one
JSON object.  Ctrl+C stops the run at the next step and keeps what was reached.

Example: python -m hts train --noise III --alpha 1.5 --replicates 5 --controls none,gaussian
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hts.config import RunConfig, says
from hts.data.sources import DATASETS, info
from hts.records import RunResult
from hts.studio.cli.options import table_options
from hts.studio.cli.printed.outcome import as_plain, describe
from hts.studio.jobs.processes.run_jobs import claim_for_this_process, create_for_this_process
from hts.studio.jobs.workers.control import StoreControl
from hts.studio.store.run_row import TOLD_FROM, useless
from hts.studio.store.store import Store
from hts.validate import BadInput

EARLY_BAR = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}]"
_ENDINGS = {".csv", ".tsv", ".txt", ".npz", ".parquet", ".arrow", ".feather", ".xlsx"}


def arguments(parser: argparse.ArgumentParser) -> None:
    for setting in dataclasses.fields(RunConfig):
        flag = "--" + setting.name.replace("_", "-")
        text = f"{says(setting.name)} (default: {setting.default})"
        if setting.name == "data":
            text += f"; there are {', '.join(DATASETS)}, or a file"
        if isinstance(setting.default, bool):
            parser.add_argument(
                flag, action=argparse.BooleanOptionalAction, default=None, help=text
            )
        else:
            parser.add_argument(flag, default=None, metavar="X", help=text.replace("%", "%%"))
    parser.add_argument("--threads", type=int, metavar="N", help="CPU threads; changes no result")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    table_options.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Train; exit code 0, or 3 when the run diverged."""
    config = chosen_config(vars(options))
    if options.threads is not None and options.threads < 1:
        raise BadInput(f"threads must be at least 1, got {options.threads}.")
    from hts.studio.jobs.workers.possible import need_possible

    need_possible(config)  # what cannot be trained leaves no run behind
    store = Store()
    run_id = create_for_this_process(store, config)
    result = run_here(store, run_id, threads=options.threads, quiet=options.json)
    if options.json:
        print(json.dumps({"run": run_id, **as_plain(result)}))
    else:
        print(describe(run_id, result))
        if said := useless(config, result):
            print(f"  {said}")
    return 3 if result.stop_reason == "diverged" else 0


def chosen_config(values: dict[str, Any]) -> RunConfig:
    """The configuration that the given flags ask for; a file named by ``data`` is registered."""
    names = {f.name for f in dataclasses.fields(RunConfig)}
    given = {k: v for k, v in values.items() if k in names and v is not None}
    path = Path(str(given.get("data", "")))
    if path.suffix.lower() in _ENDINGS or path.is_file():
        from hts.data.reading.own_table import register_table
        from hts.data.reading.table_apart import ends_its_reader, register_apart

        if not path.exists():
            raise BadInput(f"data names the file {path}, which does not exist.")
        register = register_apart if ends_its_reader(path) else register_table
        taken = table_options.taken(values)
        given["data"] = register(path.absolute(), filename=path.name, **taken)
        print(info(given["data"]).sentence, file=sys.stderr)
    if str(given.get("target_accuracy", "")).lower() == "none":
        given["target_accuracy"] = None
    return RunConfig.from_dict(given)


def run_here(store: Store, run_id: str, *, threads: int | None, quiet: bool) -> RunResult:
    """Run a stored run in this process, in the foreground."""
    from hts.studio.jobs.workers.execute import execute

    control = Foreground(store, run_id, quiet=quiet)
    claim_for_this_process(store, run_id, threads=threads)
    before = signal.signal(signal.SIGINT, control.interrupt)
    try:
        result = execute(store, run_id, control, threads=threads)
        control.reached(result.iterations)
    except BaseException as error:
        store.control.fail(run_id, str(error) or type(error).__name__)
        raise
    finally:
        signal.signal(signal.SIGINT, before)
        control.close()
    store.control.finish(run_id, result)
    return result


class Foreground:
    """Control of a run in this terminal: a progress bar, Ctrl+C to stop, and a page's buttons."""

    def __init__(self, store: Store, run_id: str, *, quiet: bool) -> None:
        self._store, self._run_id = store, run_id
        self._wishes = StoreControl(store, run_id, patience=math.inf)
        total = store.runs.get(run_id).config.iterations
        self._bar = tqdm(
            total=total, unit="step", file=sys.stderr, disable=quiet, bar_format=EARLY_BAR
        )
        self._interrupted = False

    def interrupt(self, *_: object) -> None:
        """Ask to stop at the next step; a second time, at once."""
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True
        # In a thread: this one may be in the middle of a transaction.
        threading.Thread(target=self._store.control.request, args=(self._run_id, "stop")).start()

    def wanted(self, step: int) -> str:
        """What the terminal or a page asks for."""
        self.reached(step)
        return "stop" if self._interrupted else self._wishes.wanted(step)

    def until(self) -> int | None:
        """The step at which a page wants it to pause again."""
        return self._wishes.until()

    def wait(self, step: int) -> str:
        """A page paused this run: wait until it or Ctrl+C says how to go on."""
        return self._wishes.wait(step)

    def changes(self, step: int) -> Mapping[str, Any]:
        """What a page steered."""
        return self._wishes.changes(step)

    def reached(self, step: int) -> None:
        """Show it; the time left from where the pace is no longer that of the beginning."""
        if step >= TOLD_FROM * (self._bar.total or math.inf):
            self._bar.bar_format = None
        self._bar.update(step - self._bar.n)

    def close(self) -> None:
        self._bar.close()
