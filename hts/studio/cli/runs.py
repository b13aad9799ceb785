"""List the stored runs, newest first; numbers of a run of several networks are medians.

--where picks some: alpha<1.9 noise=II|III test_accuracy>90 tag=course, or any word.  A column is a
setting, test_accuracy, train_accuracy, pruning_ratio, test_accuracy_pruned, accuracy_cost,
prunable, tail_index, steps, seconds, created, ended, state, progress, name, tag, note, star or run.

Example: python -m hts runs --where "state=finished alpha<1.9" --sort test_accuracy --out runs.csv
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hts.studio.catalogue import tables
from hts.studio.catalogue.listing import (
    Asked,
    briefly,
    differing,
    each_run,
    fold,
    folded,
    listed,
    runs_of,
)
from hts.studio.cli.options.result_files import same_file
from hts.studio.cli.printed.outcome import as_plain
from hts.studio.store.paths import replacing
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.transfer.export import metrics_of_all
from hts.studio.watching.seen import watches_of
from hts.table_file import table_bytes
from hts.validate import BadInput, whole

HOW_IT_FINISHED = ("stopped", "diverged", "useless")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many")
    parser.add_argument("--all", action="store_true", help="all there are")
    parser.add_argument("--page", type=int, default=1, metavar="P", help="the P-th N runs")
    parser.add_argument("--where", default="", metavar="FILTER", help="only these; see above")
    parser.add_argument("--sort", default="created", metavar="COLUMN", help="by this column")
    parser.add_argument("--up", action="store_true", help="the smallest first")
    parser.add_argument("--sweep", metavar="ID", help="those of a sweep, which are left out else")
    parser.add_argument("--fold", action="store_true", help="medians over runs of other seeds")
    parser.add_argument("--out", metavar="FILE", help="also write all of them: .csv, .parquet, .md")
    parser.add_argument("--metrics", metavar="FILE", help="also write every recorded step of all")
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(options: argparse.Namespace) -> None:
    from hts.studio.jobs.processes.run_jobs import recover

    files = [Path(name) for name in (options.out, options.metrics) if name]
    if len(files) == 2 and same_file(*files):
        raise BadInput(f"--out and --metrics must name two files, got {files[0]} for both.")
    limit = whole("--limit", options.limit, low=1, high=10**9)
    page = whole("--page", options.page, low=1, high=10**9, why="pages are counted from 1")
    store = Store()
    recover(store)
    sweep = None if options.sweep is None else store.sweeps.get(options.sweep).id
    asked = Asked(where=options.where, sort=options.sort, down=not options.up, sweep=sweep)
    found = listed(store, asked)
    watched = watches_of(store).list(active=True)
    groups = folded(store, found.numbers, asked) if options.fold else [(n,) for n in found.numbers]
    first = 0 if options.all else (page - 1) * limit
    shown = groups[first : len(groups) if options.all else first + limit]
    if options.fold:
        rows = tables.folded_rows(fold(store, group) for group in shown)
    elif options.json:
        rows = [plain_run(r) for r in runs_of(store, [number for (number,) in shown])]
    else:
        rows = briefly(store, [number for (number,) in shown])
    if options.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(_folded_line(row) if options.fold else _line(row))
    if said := _how_many(options, len(shown), len(groups), found.among, last=first + len(shown)):
        print(said, file=sys.stderr if options.json else sys.stdout)
    if watched:
        named = ", ".join(one.id for one in watched[:5])
        print(f"also watched: {named}; see python -m hts watched", file=sys.stderr)
    if options.out:
        every = [fold(store, group) for group in groups] if options.fold else []
        rows = (
            tables.folded_rows(every) if every else tables.run_rows(each_run(store, found.numbers))
        )
        _write(options.out, table_bytes(rows, Path(options.out).suffix), f"{len(rows)} rows")
    if options.metrics:
        about = tables.about_metrics(
            each_run(store, found.numbers), differing(store, found.numbers)
        )
        made = metrics_of_all(store, about, Path(options.metrics).suffix)
        _write(options.metrics, made, f"the metrics of {len(about)} runs")


def _how_many(options: argparse.Namespace, shown: int, there: int, among: int, *, last: int) -> str:
    """How many are shown of how many, where not all are."""
    if not among:
        if options.sweep:
            return f"no run of sweep {options.sweep} has finished yet"
        return "no runs yet: `python -m hts train` makes one"
    if not there:
        return f"none of {among} runs is so"
    what = "groups of seeds" if options.fold else "runs"
    more = f", --page {options.page + 1} the next" if last < there else ""
    return f"{shown} of {there} {what}; --all lists all{more}" if shown < there else ""


def _write(name: str, content: bytes, what: str) -> None:
    with replacing(Path(name)) as file:
        file.write(content)
    print(f"{what} in {name}", file=sys.stderr)


def _line(row: Mapping[str, Any]) -> str:
    how = row["state"] if row["state"] in HOW_IT_FINISHED else ""
    measured = ""
    if row.get("test_accuracy") is not None:
        ratio = f"norm-compressible {row['pruning_ratio']:5.1f} %"
        measured = f"test {row['test_accuracy']:5.1f} %  {ratio}"
    alpha = "" if row["alpha"] is None else f" alpha {row['alpha']}"
    settings = f"{row['data']} {row['noise']}{alpha} n {row['width']}"
    line = (
        f"{row['run']:14} {'finished' if how else row['state']:12} step {row['step']:>7}  "
        f"{settings:44} {row['networks']:20} {measured}"
    )
    return "  ".join(filter(None, [line.rstrip(), how, row.get("name", "")]))


def _folded_line(row: Mapping[str, Any]) -> str:
    noise = row["noise"] if row["alpha"] is None else f"{row['noise']} alpha {row['alpha']}"
    settings = f"{row['data']} {noise} n {row['width']} lr {row['lr']}"
    parts = [f"{row['seeds']:>4} seeds  {settings:54}"]
    for name, title in (("test_accuracy", "test"), ("pruning_ratio", "norm-compressible")):
        middle, low, high = (row[f"result_{name}{end}"] for end in ("", "_low", "_high"))
        if middle is not None:
            ends = f" ({low:.1f} to {high:.1f})" if low is not None else ""
            parts.append(f"{title} {middle:.1f}{ends} %")
    return "  ".join(parts)


def plain_run(run: Run) -> dict[str, object]:
    """A run as the command line's JSON has it."""
    return {
        "id": run.id,
        "state": run.state,
        "name": run.title,
        "tags": run.tags,
        "note": run.notes,
        "star": run.star,
        "step": run.step,
        "created": run.created,
        "created_at": tables.local(run.created),
        "message": run.message,
        "config": run.config.to_dict(),
        "steered": [dataclasses.asdict(change) for change in run.steered],
        "result": None if run.result is None else as_plain(run.result),
    }
