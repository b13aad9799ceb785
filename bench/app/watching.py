"""What watching costs a training: its steps under `hts.watch` beside the same steps without.

A plain loop on a fully connected network of 784 inputs and two hidden layers.  In each round both
trainings take the same number of steps, in turn first and second.  The watched one looks as its
default has it, into a store of its own: its first look and its writing are within, the last one, at
the end of a training, is told apart.  Two trainings side by side differ by whatever else the
machine does meanwhile; ``within`` is the ratio from the watched training alone, with the seconds
that passed inside the watch and without: the steadier figure on a machine with other work.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

import hts
from hts.studio.store.store import Store
from hts.studio.watching.seen import watches_of
from hts.validate import number, whole

INPUTS, CLASSES, BATCH = 784, 10, 128


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench watch", description=__doc__)
    parser.add_argument("--rounds", default="5", help="rounds the median is taken over")
    parser.add_argument("--seconds", default="30", help="of CPU that each training takes about")
    parser.add_argument("--width", default="2900", help="units of both hidden layers")
    parser.add_argument("--json", action="store_true", help="one line")
    options = parser.parse_args(words)
    found = measure(
        rounds=whole("rounds", options.rounds, low=1, high=1000, why="it counts rounds"),
        seconds=number(
            "seconds", options.seconds, low=0.1, high=3600, why="a training lasts", open_low=False
        ),
        width=whole("width", options.width, low=10, high=10**5, why="it counts units"),
    )
    print(json.dumps({"watch": [found]}, indent=None if options.json else 2))
    return 0


def measure(*, rounds: int, seconds: float, width: int) -> dict[str, Any]:
    """Ratios of a step with over without, medians over ``rounds``, on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as home:
            return _measured(home, rounds, seconds, width)
    finally:
        torch.set_num_threads(before)


def _measured(home: str, rounds: int, seconds: float, width: int) -> dict[str, Any]:
    model, step = _training(width)
    _timed(step, 3)
    inside = [0.0, 0.0]

    def watched_step() -> None:
        step()
        for place, spent in enumerate(_timed(watch.step, 1)):
            inside[place] += spent

    steps = max(5, round(seconds / (_timed(step, 5)[1] / 5)))
    names = ("wall", "cpu")
    ratios: dict[str, list[float]] = {name: [] for name in names}
    within: dict[str, list[float]] = {name: [] for name in names}
    ends, plain = [], []
    for turn in range(rounds):
        found: dict[bool, tuple[float, float]] = {}
        for watched in (turn % 2 == 0, turn % 2 == 1):
            if not watched:
                found[False] = _timed(step, steps)
                plain.append(found[False][1] / steps)
                continue
            watch = hts.watch(model, name=f"round {turn}", home=home)
            inside[:] = 0.0, 0.0
            found[True] = _timed(watched_step, steps)
            for place, name in enumerate(names):
                whole_time = found[True][place]
                within[name].append(whole_time / (whole_time - inside[place]))
            ends.append(_timed(watch.close, 1)[1])
        for place, name in enumerate(names):
            ratios[name].append(found[True][place] / found[False][place])
    with Store(home) as store:
        watches = watches_of(store)
        all_of_them = [watches.looks(one.id) for one in watches.list()]
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "steps": steps,
        "cpu_seconds_of_a_step": statistics.median(plain),
        "cpu_ratio": statistics.median(ratios["cpu"]),
        "wall_ratio": statistics.median(ratios["wall"]),
        "cpu_ratio_within": statistics.median(within["cpu"]),
        "wall_ratio_within": statistics.median(within["wall"]),
        "cpu_ratios": ratios["cpu"],
        "wall_ratios": ratios["wall"],
        "cpu_ratios_within": within["cpu"],
        "wall_ratios_within": within["wall"],
        "looks_before_the_last": [len(looks) - 1 for looks in all_of_them],
        "wall_seconds_of_a_first_look": statistics.median(looks[0].took for looks in all_of_them),
        "cpu_seconds_of_the_last_look": statistics.median(ends),
    }


def _training(width: int) -> tuple[nn.Module, Callable[[], object]]:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(INPUTS, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
        nn.Linear(width, CLASSES),
    )  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    x, y = torch.randn(BATCH, INPUTS), torch.randint(CLASSES, (BATCH,))

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return model, step


def _timed(call: Callable[[], object], times: int) -> tuple[float, float]:
    """Seconds on the wall, and of this process's CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        call()
    return time.perf_counter() - wall, time.process_time() - cpu
