"""Measure on this machine and print JSON.  Ratios are of times taken in the same run.

viewers: many browsers watching one running run through a real server; delivered share of updates,
server CPU per update.  noise: nanoseconds a value beside torch's randn, scipy and others, and the
noise of a wide layer as a share of its SGD step.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from hts.validate import BadInput, choice, whole

APP = Path(__file__).resolve().parents[3]  # the checkout that holds app.py beside hts/


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure; further words go to the measurement itself."""
    parser.add_argument("what", choices=("viewers", "noise"))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="options of the measurement")


def run(options: argparse.Namespace) -> int:
    """The viewers' measurement needs the app, so it runs as a program of its own."""
    if options.what == "noise":
        return _noise(options.rest)
    if not (APP / "pages" / "_shared" / "viewers_bench.py").exists():
        raise BadInput(f"bench viewers needs the app beside hts, and there is none in {APP}.")
    command = [sys.executable, "-m", "pages._shared.viewers_bench", *options.rest]
    return subprocess.run(command, cwd=APP, check=False).returncode


def _noise(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m hts bench noise")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda: shares of copy bandwidth")
    parser.add_argument("--runs", default="15", help="rounds the medians are taken over")
    parser.add_argument("--sizes", default="1.4e6,1e7", help="values a step (cpu)")
    options = parser.parse_args(words)
    device = choice("device", options.device, ("cpu", "cuda"), why="it is what is measured")
    runs = whole("runs", options.runs, low=1, high=1000, why="it counts rounds")
    if device == "cuda":
        from hts.noise import bench_gpu

        found = {"device": bench_gpu.measure(runs=runs)}
    else:
        from hts.experiments.bench_noise import measure_layer
        from hts.noise import bench

        sizes = [_size(word) for word in options.sizes.split(",")]
        found = {"values": bench.measure(sizes, runs=runs), "layer": measure_layer(runs=runs)}
    if options.json:
        print(json.dumps(found))
        return 0
    for rows in found.values():
        for row in rows:
            print("  ".join(_cell(key, value) for key, value in row.items()))
    return 0


def _size(word: str) -> int:
    try:
        size: object = float(word)
    except ValueError:
        size = word
    return whole("sizes", size, low=1000, high=10**9, why="it is how many values to draw")


def _cell(name: str, value: object) -> str:
    return f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
