"""Measure on this machine and print JSON.  Ratios are of times taken in the same run.

noise: nanoseconds a value beside torch's randn, scipy and others, and the noise of a wide layer as
a share of its SGD step. machine-code: registers, spills and instructions a value of the noise
kernels for NVIDIA cards, and the values a second that published peaks allow (needs Triton). train:
a training step beside its bare matrix products, a plain PyTorch loop, and the published way with
scipy's noise. precision: results with products in tf32 and bf16 beside float32. ensembles: runs per
second of ensembles beside the same runs one after another and in two processes. replicates:
seeds with controls as one run beside the same networks one after another on one thread, and beside
their products and noise. memory: peak memory of runs beside the estimate made before. tails: time
and error of every tail-index estimator
beside scipy's stable fit, the literature's recipe and powerlaw (where installed). pruning: accuracy
at every level of column pruning beside one plain forward pass, and beside naive masking. cluster:
runs per second of a sweep on a local Ray cluster beside workers of this machine (needs Ray).
fairness: many people's runs on a real scheduler, one of them greedy; whether everybody's first
begins before anybody's third. viewers: many browsers watching live runs through a real server;
delivered share of updates, latency, the server's CPU and memory. faults: a lab of real processes,
killed, locked, filled up and so on; how often everything held. class: ten students in real
browsers, who join by code and run the same task; times, and whether one run served them all.
uploads: many files given to the app at once; the memory of its web process and what it says.
runs: thousands of stored runs; milliseconds to list, filter, sort and fold them, and the command
line. flips: damaged files of every format that is read; whether each is read or refused in one
sentence. attacks: attacks on a hosted lab of its own, and what became of each.
watch: a training step of a network of 1e7 weights watched by hts.watch beside the same unwatched.
mutants: how many small changes to the core files their tests notice. house: rooms, arrows, circles,
chains and lines of this repository, read from its imports, or (--svg) their picture. giant: time
and memory of inspecting a file of 7e9 bfloat16 weights, which it makes (14 GB of disk) and deletes.
nolan: `hts.stable` beside all of Nolan's tables that come with SciPy, and beside a thirty-digit
integral in both tails; CPU time beside SciPy. tables: awkward tables read right by us, pandas,
Python's sniffer and clevercsv (where installed); CPU time beside pandas. torch-tests: torch's
database of optimizers with ours in their place at sigma 0, and torch's own test files from a
folder; which of what torch passes ours does not.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hts.process_variables import set_variables
from hts.validate import BadInput, choice, number, whole


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one thing; the words after its name are options of the measurement."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=(*_MEASURES, *_OF_THE_APP))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="options of the measurement")
    options = parser.parse_args(argv)
    try:
        if options.what in _MEASURES:
            return int(_MEASURES[options.what](options.rest) or 0)
        measurement = importlib.import_module(f"bench.app.{_OF_THE_APP[options.what]}")
        return int(measurement.main(options.rest))
    except BadInput as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _noise(words: list[str]) -> None:
    parser = _parser("noise")
    parser.add_argument("--runs", default="15", help="rounds the medians are taken over")
    parser.add_argument("--sizes", default="1.4e6,1e7", help="values a step")
    options = parser.parse_args(words)
    from bench import noise
    from bench.noise_in_a_step import measure_layer

    runs = _runs(options.runs)
    sizes = [_count("sizes", word, 1000) for word in options.sizes.split(",")]
    found = {"values": noise.measure(sizes, runs=runs), "layer": measure_layer(runs=runs)}
    _print(found, options.json)


def _machine_code(words: list[str]) -> None:
    options = _parser("machine-code").parse_args(words)
    from bench.devices import machine_code

    _print({"machine_code": machine_code.measure()}, options.json)


def _precision(words: list[str]) -> None:
    parser = _parser("precision")
    parser.add_argument("--data", default="digits,ecg5000-binary", help="datasets")
    parser.add_argument("--seeds", default="10", help="runs of each")
    parser.add_argument("--steps", default="1000", help="of a run")
    options = parser.parse_args(words)
    from bench.devices import precision

    seeds, steps = (_count(name, getattr(options, name), 1) for name in ("seeds", "steps"))
    found = precision.measure(options.data.split(","), seeds=seeds, steps=steps)
    _print({"precision": found}, options.json)


def _train(words: list[str]) -> None:
    parser = _parser("train")
    parser.add_argument("--runs", default="9", help="rounds the medians are taken over")
    parser.add_argument("--widths", default="2000,10000", help="units of the hidden layer")
    parser.add_argument("--inputs", default="140,784", help="inputs of the hidden layer")
    parser.add_argument("--threads", default="1,2", help="CPU threads")
    options = parser.parse_args(words)
    from bench import train

    widths, inputs, threads = (
        [_count(name, word, 1) for word in getattr(options, name).split(",")]
        for name in ("widths", "inputs", "threads")
    )
    found = train.measure(widths, inputs, threads, runs=_runs(options.runs))
    _print({"step": found}, options.json)


def _ensembles(words: list[str]) -> None:
    parser = _parser("ensembles")
    parser.add_argument("--widths", default="200,1000,5000", help="units of the hidden layer")
    parser.add_argument("--members", default="1,8,32,128", help="runs trained together")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    options = parser.parse_args(words)
    from bench import ensembles

    device = choice("device", options.device, ("cpu", "cuda"))
    widths, members = (
        [_count(name, word, 1) for word in getattr(options, name).split(",")]
        for name in ("widths", "members")
    )
    found = ensembles.measure(widths, members, device=device)
    _print({"ensembles": found}, options.json)


def _replicates(words: list[str]) -> None:
    parser = _parser("replicates")
    sizes = {"width": "1000", "steps": "1000", "seeds": "8", "threads": "2"}
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", default=default, help=f"{name} (default {default})")
    options = parser.parse_args(words)
    from bench import replicates

    chosen = {name: _count(name, getattr(options, name), 1) for name in sizes}
    _print({"replicates": [replicates.measure(**chosen)]}, options.json)


def _memory(words: list[str]) -> None:
    options = _parser("memory").parse_args(words)
    from bench import memory

    _print({"memory": memory.measure()}, options.json)


def _tails(words: list[str]) -> None:
    parser = _parser("tails")
    parser.add_argument("--alphas", default="1.5,1.9", help="stability indices of the samples")
    parser.add_argument("--samples", default="20", help="samples of 10 000 values")
    parser.add_argument(
        "--scipy-n", default="100", help="values for scipy's fit, about a minute; 0 leaves it out"
    )
    options = parser.parse_args(words)
    from bench import tails

    alphas = [
        number("alphas", word, low=0.5, high=2, open_low=False)
        for word in options.alphas.split(",")
    ]
    found = tails.measure(
        alphas,
        samples=_count("samples", options.samples, 2),
        scipy_n=_count("scipy-n", options.scipy_n, 0),
        quiet=options.json,
    )
    _print({"tails": found}, options.json)


def _pruning(words: list[str]) -> None:
    parser = _parser("pruning")
    parser.add_argument("--runs", default="9", help="rounds the medians are taken over")
    sizes = {"width": "10000", "examples": "4500", "inputs": "140", "classes": "2"}
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", default=default, help=f"{name} (default {default})")
    options = parser.parse_args(words)
    from bench import pruning

    chosen = {name: _count(name, getattr(options, name), 1) for name in sizes}
    found = pruning.measure(**chosen, runs=_runs(options.runs))
    _print({"pruning": found}, options.json)


def _fairness(words: list[str]) -> int:
    parser = _parser("fairness")
    sizes = {"people": "30", "runs": "200", "greedy": "100", "slots": "2"}
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", default=default, help=f"{name} (default {default})")
    parser.add_argument("--whole", action="store_true", help="let every run come to its end")
    options = parser.parse_args(words)
    from bench import fairness

    chosen = {name: _count(name, getattr(options, name), 1) for name in sizes}
    found = fairness.measure(**chosen, whole=options.whole)
    print(json.dumps(found))
    return 0 if found["fair"] else 1


def _cluster(words: list[str]) -> None:
    parser = _parser("cluster")
    parser.add_argument("--workers", default="2", help="groups at a time, one thread each")
    parser.add_argument("--seconds", default="5", help="about what a group of runs takes alone")
    parser.add_argument("--group", default="8", help="runs of a group")
    parser.add_argument("--rounds", default="3", help="rounds the medians are taken over")
    options = parser.parse_args(words)
    from bench import cluster

    found = cluster.measure(
        workers=_count("workers", options.workers, 1),
        seconds=number(
            "seconds", options.seconds, low=0.1, high=3600, why="a group lasts", open_low=False
        ),
        runs=_count("group", options.group, 1),
        rounds=_runs(options.rounds),
    )
    _print({"cluster": [found]}, options.json)


def _mutants(words: list[str]) -> int:
    from bench import mutants

    return mutants.main(words)


def _flips(words: list[str]) -> int:
    from bench import flips

    parser = _parser("flips")
    parser.add_argument("--count", default="20000", help="damaged files in all")
    parser.add_argument("--seed", default="1", help="of the damage")
    parser.add_argument("--only", action="append", default=[], help="this reader")
    parser.add_argument("--try", dest="number", help="one file, by its number")
    parser.add_argument("--keep", type=Path, help="an empty folder for the files that failed")
    options = parser.parse_args(words)
    for name in options.only:
        choice("only", name, flips.FOREIGN)
    number = None if options.number is None else int(options.number)
    count, seed = _count("count", options.count, 1), int(options.seed)
    return flips.main(count, seed, options.only, number, options.keep, options.json)


def _house(words: list[str]) -> int:
    from bench.house import figure, imports

    parser = _parser("house")
    parser.add_argument("--svg", action="store_true", help="draw the rooms instead")
    options = parser.parse_args(words)
    if options.svg:
        print(figure.draw(), end="")
        return 0
    return imports.main(as_json=options.json)


def _attacks(words: list[str]) -> int:
    from bench import attacks

    return attacks.main(words)


def _giant(words: list[str]) -> None:
    parser = _parser("giant")
    parser.add_argument("--layers", default="32", help="of the model; 32 are 7e9 weights, 14 GB")
    parser.add_argument(
        "--folder", type=Path, help="where the file is made (default: for temporary files)"
    )
    parser.add_argument("--file", type=Path, help="inspect this file instead of making one")
    options = parser.parse_args(words)
    from bench import giant

    layers = _count("layers", options.layers, 1)
    _print({"giant": [giant.measure(options.folder, layers, options.file)]}, options.json)


def _tables(words: list[str]) -> None:
    parser = _parser("tables")
    parser.add_argument("--megabytes", default="18", help="size of the large table")
    parser.add_argument("--runs", default="5", help="rounds the least is taken of")
    options = parser.parse_args(words)
    from bench import tables

    megabytes = number("megabytes", options.megabytes, low=0.01, high=500, open_low=False)
    _print(tables.measure(megabytes, _runs(options.runs)), options.json)


def _torch_tests(words: list[str]) -> int:
    parser = _parser("torch-tests")
    parser.add_argument("folder", nargs="?", type=Path, help="also run torch's test files in it")
    options = parser.parse_args(words)
    from bench.torch_tests import database, files

    found = {"database": database.measure()}
    found |= {"files": files.measure(options.folder)} if options.folder else {}
    _print(found, options.json)
    lost = [row for row in found["database"] if row["differing"]]
    return 1 if lost or any(row["lost"] for row in found.get("files", [])) else 0


def _nolan(words: list[str]) -> None:
    parser = _parser("nolan")
    parser.add_argument("--every", default="3", help="integrate every n-th row of the tails")
    options = parser.parse_args(words)
    from bench.laws import nolan

    _print(nolan.measure(_count("every", options.every, 1)), options.json)


_MEASURES: dict[str, Callable[[list[str]], int | None]] = {
    "noise": _noise,
    "machine-code": _machine_code,
    "precision": _precision,
    "train": _train,
    "ensembles": _ensembles,
    "replicates": _replicates,
    "memory": _memory,
    "tails": _tails,
    "pruning": _pruning,
    "fairness": _fairness,
    "cluster": _cluster,
    "mutants": _mutants,
    "flips": _flips,
    "house": _house,
    "attacks": _attacks,
    "giant": _giant,
    "nolan": _nolan,
    "tables": _tables,
    "torch-tests": _torch_tests,
}

_OF_THE_APP = {
    "viewers": "viewers",
    "faults": "faults_repeated",
    "class": "classroom",
    "uploads": "uploads",
    "runs": "many_runs",
    "watch": "watching",
}


def _parser(what: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m bench {what}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _print(found: dict[str, list[dict[str, Any]]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found))
        return
    for rows in found.values():
        for row in rows:
            print("  ".join(_cell(key, value) for key, value in row.items()))


def _runs(word: str) -> int:
    return whole("runs", word, low=1, high=1000)


def _count(name: str, word: str, low: int) -> int:
    try:
        size: object = float(word)
    except ValueError:
        size = word
    return whole(name, size, low=low, high=10**9)


def _cell(name: str, value: object) -> str:
    return f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"


if __name__ == "__main__":
    set_variables(os.environ)
    sys.exit(main())
