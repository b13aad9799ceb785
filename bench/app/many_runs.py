"""Thousands of stored runs: milliseconds to list, filter, sort and fold them, and the command line.

Settings are drawn at random, so that nearly no two runs share them but for their seed; ``first`` is
the first list of all, which reads every run once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

from hts.config import RunConfig
from hts.records import KeptCurve, RunResult, encode
from hts.seeds import generator
from hts.studio.catalogue.listing import Asked, differing, fold, folded, listed, runs_of
from hts.studio.store.store import Store
from hts.validate import whole


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench runs", description=__doc__)
    parser.add_argument("--count", default="10000", help="runs (default 10000)")
    options = parser.parse_args(words)
    count = whole("count", options.count, low=100, high=10**6)
    with tempfile.TemporaryDirectory() as home, Store(home) as store:
        fill(store, count)
        print(json.dumps({"runs": count, **measure(store)}, indent=2))
    return 0


def fill(store: Store, count: int) -> None:
    """``count`` finished runs, twenty seeds of every setting."""
    draw = generator(1, "bench", "runs")
    with store.db.writing() as connection:
        for place in range(count):
            if place % 20 == 0:
                lr, alpha = float(draw.random() + 1e-3), float(draw.choice([1.5, 1.75, 2.0]))
            config = RunConfig(lr=lr, alpha=alpha, seed=place % 20 + 1)
            accuracy = 80 + 20 * float(draw.random())
            result = RunResult(
                iterations=1000, stop_reason="budget", train_accuracy=accuracy, seconds=1.0,
                test_accuracy=accuracy, pruning_ratio=accuracy / 2, train_accuracy_pruned=accuracy,
                test_accuracy_pruned=accuracy, tail_index=None,
                curve=KeptCurve(pruned=[k / 40 for k in range(41)], test_accuracy=[accuracy] * 41),
            )  # fmt: skip
            connection.execute(
                "INSERT INTO runs (id, config, title, state, created, step, result)"
                " VALUES (?, ?, '', 'finished', ?, 1000, ?)",
                (store.runs.next_id(connection, config), config.to_json(), float(place),
                 encode(result).decode()),
            )  # fmt: skip


def measure(store: Store) -> dict[str, Any]:
    """Milliseconds of wall time; the command line's in seconds, starting Python included."""
    every = Asked()
    took = {"first": _ms(lambda: listed(store, every)), "list": _ms(lambda: listed(store, every))}
    numbers = listed(store, every).numbers
    groups = folded(store, numbers)
    narrow = Asked(where="alpha<1.9 test_accuracy>90", sort="lr")
    took |= {
        "filter_and_sort": _ms(lambda: listed(store, narrow)),
        "differing": _ms(lambda: differing(store, numbers)),
        "page_of_50": _ms(lambda: runs_of(store, numbers[:50])),
        "fold": _ms(lambda: folded(store, numbers, Asked(sort="test_accuracy"))),
        "page_of_50_groups": _ms(lambda: [fold(store, group) for group in groups[:50]]),
    }
    found: dict[str, Any] = {"milliseconds": took}
    for name, more in (("command_line", []), ("command_line_all", ["--all"])):
        found[f"{name}_seconds"] = _ms(lambda more=more: _command(store, more)) / 1000
    return found


def _command(store: Store, more: Sequence[str]) -> None:
    environment = {**os.environ, "HTS_HOME": str(store.home.root)}
    words = [sys.executable, "-m", "hts", "runs", *more]
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)


def _ms(does: Callable[[], object]) -> float:
    began = time.perf_counter()
    does()
    return round(1000 * (time.perf_counter() - began), 1)
