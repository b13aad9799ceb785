"""Break a hosted lab on purpose: ``python -m bench.app.faults_repeated --repeats 20``.

A web process and a worker service run on a home of their own.  Each accident of
`bench.app.faults` is caused so many times at random moments (of a seed), half of them in the first
second of a run.  After each one every run that was accepted must come to its result with all its
records, no run may be in two places, no zombie may stay, and what runs say must be true.  Exit
status 1 if something did not hold.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.app.faults import FAULTS
from bench.app.lab_processes import Lab, stop_in_order
from hts.studio.jobs.processes.children import environment

MOVED_CLOCK = Path(__file__).resolve().parent / "moved_clock"
SMALL_DISK = "96m"


class NotHere(Exception):
    """Why a fault cannot be caused on this machine."""


def main(argv: Sequence[str]) -> int:
    """Cause them all, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench faults", description=__doc__)
    parser.add_argument("faults", nargs="*", help=f"some of: {', '.join(FAULTS)}")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print nothing but one JSON object")
    options = parser.parse_args(argv)
    names = options.faults or list(FAULTS)
    if unknown := [name for name in names if name not in FAULTS]:
        parser.error(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    stop_in_order()
    table = {}
    for name in names:
        table[name] = repeated(name, options.repeats, options.seed)
        print(json.dumps({name: table[name]}), file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps({"faults": table, "load_average": round(os.getloadavg()[0], 1)}))
    else:
        for name, row in table.items():
            print(f"{name:24}", row.get("skipped") or f"{row['held']} of {row['repeats']} held")
    return int(
        any(row.get("held") != row.get("repeats") for row in table.values() if "skipped" not in row)
    )


def repeated(name: str, repeats: int, seed: int) -> dict:
    """Cause one fault so many times in one lab; how often everything held, and what did not."""
    rng = random.Random(f"{seed} {name}")
    wrong: list[str] = []
    began = time.monotonic()
    try:
        with prepared(name) as lab:
            for _ in range(repeats):
                try:
                    FAULTS[name](lab, rng)
                except Exception as error:
                    traceback.print_exc()
                    wrong.append(f"{type(error).__name__}: {error}"[:300])
                    if lab.web is None or lab.web.poll() is not None:
                        lab.start_web()
                    if not lab.services or lab.services[-1].poll() is not None:
                        lab.start_service()
    except NotHere as reason:
        return {"skipped": str(reason)}
    took = round(time.monotonic() - began, 1)
    return {"repeats": repeats, "held": repeats - len(wrong), "seconds": took, "wrong": wrong}


@contextlib.contextmanager
def prepared(name: str) -> Iterator[Lab]:
    """A lab that works, on a disk or under a clock as this fault needs it."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        settings: dict[str, str] = {}
        if name in ("disk full", "restarted on a full disk"):
            stack.enter_context(small_disk(home))
            settings = {"HTS_LEAST_DISK_MB": "24", "HTS_QUIET": "1"}
            before = os.environ.get("HTS_LEAST_DISK_MB")
            os.environ["HTS_LEAST_DISK_MB"] = "24"
            stack.callback(_set, "HTS_LEAST_DISK_MB", before)
        if name == "clock jumped":
            settings = clock_file(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        before = os.environ.get("HTS_WORKERS")
        os.environ["HTS_WORKERS"] = "service"
        stack.callback(_set, "HTS_WORKERS", before)
        lab = Lab(home, settings, slots=1)
        stack.callback(lab.close)
        lab.start_service()
        lab.start_web()
        lab.until(lab.served, "the service rules")
        lab.all_finish(lab.accept(random.Random(0), 1))  # what an undisturbed run records
        yield lab


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own in memory, which takes the right to mount."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotHere(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def clock_file(folder: Path) -> dict[str, str]:
    """Settings under which a process has the clock that a file says."""
    if not sys.platform.startswith("linux"):
        raise NotHere("the clock is moved as Linux has it")
    offset = folder / "offset"
    offset.write_text("0\n", encoding="ascii")
    paths = [str(MOVED_CLOCK), *filter(None, [environment()["PYTHONPATH"]])]
    return {"PYTHONPATH": os.pathsep.join(paths), "HTS_MOVED_CLOCK": str(offset)}
