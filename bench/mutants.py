"""How many small changes to the core files do their tests notice: ``python -m bench mutants``.

A seeded choice of changes (`bench.mutation`) is made one at a time in a copy of this repository,
and the tests named in ``mutants.toml`` are run on it until the first fails.  A mutant is killed by
a failing test or by one that does not end.  Every run is a fork of a process that has loaded torch
and scipy already, which saves their four seconds; mutmut and cosmic-ray start a process for each
mutant or make all mutants (thousands here), and neither takes a seed.
"""

from __future__ import annotations

import argparse
import fnmatch
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.mutation import Mutant, choose
from hts.validate import BadInput, whole

ROOT = Path(__file__).resolve().parent.parent
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "results")
_LOADED_BEFORE = ("numpy", "torch", "scipy.optimize", "scipy.stats", "pytest")
_PATIENCE = 4  # times as long as the unchanged file's tests, and at least:
_SECONDS = 60
_LOG = "mutants.log"  # what pytest says of the latest


def main(words: Sequence[str]) -> int:
    """Print what survives, or everything as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench mutants", description=__doc__)
    parser.add_argument("--files", default="*", help="patterns of core files, with commas between")
    parser.add_argument("--each", default="15", help="mutants of one file, at most")
    parser.add_argument("--seed", default="1", help="chooses among the possible mutants")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(words)
    each = whole("each", options.each, low=1, high=10**6)
    seed = whole("seed", options.seed, low=0, high=10**9)
    said = settings()
    wanted = dict(core_files(said["core"], options.files.split(",")))
    if not wanted:
        raise BadInput(f"files must name core files in bench/mutants.toml, got {options.files}.")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=_LEFT_OUT, symlinks=True)
        for path, tests in wanted.items():
            rows.append(_one_file(tree, path, tests, said["same"], each, seed))
            if not options.json:
                _say(rows[-1])
    killed, of = (sum(row[key] for row in rows) for key in ("killed", "mutants"))
    if options.json:
        print(json.dumps({"files": rows, "killed": killed, "mutants": of, "rate": killed / of}))
    else:
        print(f"{killed} of {of} killed: {killed / of:.1%}")
    return 0


def settings() -> dict[str, Any]:
    """Core files with their tests, and the mutants that no test can notice."""
    return tomllib.loads((ROOT / "bench" / "mutants.toml").read_text(encoding="utf-8"))


def core_files(
    core: Sequence[dict[str, list[str]]], patterns: Sequence[str], root: Path = ROOT
) -> Iterator[tuple[str, list[str]]]:
    """``(file, its tests)`` of the core files that one of the patterns matches."""
    for entry in core:
        for pattern in entry["files"]:
            for path in sorted(root.glob(pattern)):
                name = path.relative_to(root).as_posix()
                if path.name != "__init__.py" and any(fnmatch.fnmatch(name, p) for p in patterns):
                    yield name, entry["tests"]


def _one_file(
    tree: Path, path: str, tests: list[str], same: list[dict[str, str]], each: int, seed: int
) -> dict[str, Any]:
    """The unchanged file's tests must pass; then each mutant in its place."""
    target = tree / path
    source, stamp = target.read_text(encoding="utf-8"), target.stat().st_mtime_ns
    began = time.monotonic()
    if not _pass(tree, tests, 3600):
        said = (tree / _LOG).read_text(encoding="utf-8", errors="replace")[-3000:]
        raise BadInput(f"the tests of {path} must pass before it is changed, got\n{said}")
    limit = max(_SECONDS, _PATIENCE * (time.monotonic() - began))
    known = {tuple(entry[key] for key in ("file", "text", "was", "becomes")) for entry in same}
    chosen = choose(source, path, seed=seed, at_most=each)
    tried = [m for m in chosen if (path, m.text, m.was, m.becomes) not in known]
    survivors = []
    for mutant in tried:
        target.write_text(mutant.source, encoding="utf-8")
        if _pass(tree, tests, limit):
            survivors.append(mutant)
    target.write_text(source, encoding="utf-8")
    os.utime(target, ns=(stamp, stamp))
    return {
        "file": path,
        "mutants": len(tried),
        "killed": len(tried) - len(survivors),
        "same": len(chosen) - len(tried),
        "survivors": [_shown(mutant) for mutant in survivors],
    }


def _shown(mutant: Mutant) -> dict[str, Any]:
    return {key: getattr(mutant, key) for key in ("line", "text", "was", "becomes")}


def _say(row: dict[str, Any]) -> None:
    same = f", {row['same']} the same" if row["same"] else ""
    print(f"{row['file']}: {row['killed']} of {row['mutants']} killed{same}", flush=True)
    for one in row["survivors"]:
        print(f"    {one['line']}: {one['text']}\n        {one['was']}  ->  {one['becomes']}")


def _pass(tree: Path, tests: list[str], limit: float) -> bool:
    """Run the tests in the tree, in a fork; whether all of them pass in ``limit`` seconds."""
    for name in _LOADED_BEFORE:
        importlib.import_module(name)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_in_fork(tree, tests))
    give_up = time.monotonic() + limit
    while time.monotonic() < give_up:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _in_fork(tree: Path, tests: list[str]) -> int:
    """pytest's exit status; nothing of this repository as it was before is loaded."""
    os.setsid()
    os.chdir(tree)
    for name in [name for name in sys.modules if name.split(".")[0] in ("hts", "bench")]:
        del sys.modules[name]
    sys.path[:] = [str(tree), *(entry for entry in sys.path if entry not in ("", str(ROOT)))]
    sys.dont_write_bytecode = True
    log = os.open(_LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not browser and not process"]
    try:
        return int(pytest.main([*options, f"--rootdir={tree}", *tests]))
    except BaseException:
        return 99
