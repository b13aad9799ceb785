"""Train many runs, a grid or a list of settings, and print their medians over seeds.

FILE is TOML: ``name``, ``[base]``, ``[grid]``, ``[[runs]]``.  Runs that the store has are not
trained again, and the same command after an interruption goes on where it stopped.  A progress bar
with the time left goes to stderr.

Example: python -m hts sweep --grid alpha=1.5,1.75,2 --grid seed=1..5
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from hts.config import RunConfig
from hts.foreign import text_of
from hts.studio.launch.backends import BACKENDS, Backend, Outcome, asked_for
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.sweeps.values import parse_grid, parse_settings
from hts.validate import BadInput

WITH_FAILURES, INTERRUPTED = 3, 130  # exit codes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="a sweep in TOML")
    parser.add_argument(
        "--grid", action="append", default=[], metavar="NAME=V,...", help="alpha=1.5,2 seed=1..5"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=V", help="a setting of every run"
    )
    parser.add_argument("--name", help="what the sweep is called in lists")
    parser.add_argument("--keep-weights", action="store_true", help="keep every run's weights")
    for backend in BACKENDS.values():
        backend.arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what it would take, and end")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    there = parser.add_mutually_exclusive_group()
    there.add_argument("--list", action="store_true", help="list the sweeps")
    there.add_argument("--show", metavar="ID", help="print a sweep's means")
    there.add_argument("--resume", metavar="ID", help="go on with a sweep, and retry what failed")
    there.add_argument("--stop", metavar="ID", help="stop a sweep")
    there.add_argument("--delete", metavar="ID", help="delete a sweep with its runs")
    there.add_argument("--collect", metavar="DIR", help="put the parts in DIR into the store")
    there.add_argument(
        "--export",
        nargs=2,
        metavar=("ID", "FILE"),
        help="write every run into FILE, CSV or Parquet",
    )


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 0, 3 when a run failed, 130 when interrupted."""
    from hts.studio.jobs.processes.sweep_jobs import stop_lost_sweeps
    from hts.studio.jobs.sweeps import STOPPED_BY_USER

    backend = asked_for(options)
    if not backend.needs_store:
        return _code(backend.train(chosen_spec(options), options, None))
    store = Store()
    stop_lost_sweeps(store)
    if options.list:
        return _list(store, options)
    if options.show:
        return _show(store, store.sweeps.get(options.show), options)
    if options.stop:
        store.sweeps.stop(options.stop, STOPPED_BY_USER)
        return _show(store, store.sweeps.get(options.stop), options)
    if options.delete:
        store.sweeps.delete(options.delete)
        return 0
    if options.collect:
        from hts.studio.cluster.array import collect

        sweep = collect(store, Path(options.collect))
        _show(store, sweep, options)
        return WITH_FAILURES if sweep.failed or sweep.state != "finished" else 0
    if options.export:
        from hts.studio.sweeps.controls import controls_of
        from hts.studio.sweeps.export import export

        sweep_id, file = options.export
        spec = store.sweeps.get(sweep_id).spec
        export(store.sweeps.members(sweep_id), Path(file), controls_of(spec))
        return 0
    return _train(store, backend, options)


def chosen_spec(options: argparse.Namespace) -> SweepSpec:
    """The sweep that the file and the flags ask for; flags go over the file."""
    if options.file is None and not options.grid:
        raise BadInput(
            "a sweep needs a FILE, or --grid NAME=V,... such as --grid alpha=1.5,1.75,2."
        )
    spec = SweepSpec(name="sweep")
    if options.file is not None:
        path = Path(options.file)
        spec = SweepSpec.from_toml(text_of(path))
        if spec.name == "sweep":
            spec = dataclasses.replace(spec, name=path.stem)
    grid = {**spec.grid, **parse_grid(options.grid)}
    base = spec.base.replace(**parse_settings(options.set))
    name = options.name or (spec.name if options.file else " x ".join(grid))
    keep = spec.keep_weights or options.keep_weights
    return dataclasses.replace(spec, name=name, base=base, grid=grid, keep_weights=keep)


def _train(store: Store, backend: Backend, options: argparse.Namespace) -> int:
    if options.resume:
        spec = SweepSpec.from_json(store.sweeps.get(options.resume).spec)
    else:
        spec = chosen_spec(options)
    if options.dry_run:
        return _dry_run(store, spec, options)
    outcome = backend.train(spec, options, store)
    if outcome.sweep is not None:
        _show(store, outcome.sweep, options)
    return _code(outcome)


def _code(outcome: Outcome) -> int:
    if outcome.interrupted:
        return INTERRUPTED
    return WITH_FAILURES if outcome.failed else 0


def _dry_run(store: Store, spec: SweepSpec, options: argparse.Namespace) -> int:
    from hts.budget.groups import plan_groups
    from hts.studio.sweeps.cost import at_least, estimate, in_words

    configs = spec.configs()
    new: list[RunConfig] = [c for c in configs if store.runs.finished(c) is None]
    groups, least, most = len(plan_groups(new)), at_least(new, store), estimate(new, store)
    if options.json:
        counts = {"runs": len(configs), "there": len(configs) - len(new), "groups": groups}
        print(json.dumps({**counts, "seconds_at_least": least, "seconds_at_most": most}))
        return 0
    print(
        f"{spec.name}: {len(configs)} runs, of which {len(configs) - len(new)} are there already; "
        f"the others in {groups} groups.\n"
        f"At most about {in_words(most)}, if no run reaches its target; about {in_words(least)} if "
        "each does at once."
    )
    return 0


def _list(store: Store, options: argparse.Namespace) -> int:
    from hts.studio.sweeps.text import line, plain

    sweeps = store.sweeps.list()
    if options.json:
        print(json.dumps([plain(sweep) for sweep in sweeps]))
    elif not sweeps:
        print("no sweeps yet: `python -m hts sweep --grid alpha=1.5,2 --grid seed=1..3` makes one")
    else:
        print("\n".join(map(line, sweeps)))
    return 0


def _show(store: Store, sweep: Sweep, options: argparse.Namespace) -> int:
    from hts.studio.sweeps.text import as_json, in_full

    members = store.sweeps.members(sweep.id)
    print(as_json(sweep, members) if options.json else in_full(sweep, members))
    return 0
