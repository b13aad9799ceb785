"""Damaged files of every format that is read: whether each is read or refused in one sentence.

Every try has a number; its damage depends on that, the seed and the reader's name alone, so a
failure comes again with ``--only READER --try NUMBER``.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import random
import resource
import signal
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.damage import damaged
from bench.foreign_files import FOREIGN
from hts import sandbox, sandboxed
from hts.validate import BadInput

SECONDS = 30  # for one file
MEMORY = 4 * 2**30  # bytes beyond what is in use at the beginning
LONGEST = 4100  # characters of the sentence


class TooLong(BaseException):
    """A file took more than its seconds."""


def measure(
    count: int,
    seed: int,
    only: Sequence[str] = (),
    number: int | None = None,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Read ``count`` damaged files, shared out over the readers; what became of them.

    Returns ``tried``, ``read`` and ``refused`` by reader, ``failures`` with all that it takes to
    try them again, and ``seconds``.
    """
    names = list(only) or list(FOREIGN)
    whole = sum(FOREIGN[name].weight for name in names)
    tally: dict[str, Counter[str]] = {}
    failures: list[dict[str, Any]] = []
    began = time.perf_counter()
    with _in_this_process():
        for name in names:
            tally[name] = Counter()
            content = FOREIGN[name].sound()
            several = max(1, round(count * FOREIGN[name].weight / whole))
            for k in range(several) if number is None else [number]:
                came, why = _one(name, content, seed, k, keep)
                tally[name][came] += 1
                if came == "failed":
                    failures.append({"reader": name, "seed": seed, "try": k, "why": why})
    return {
        "tried": {name: found.total() for name, found in tally.items()},
        "read": {name: found["read"] for name, found in tally.items()},
        "refused": {name: found["refused"] for name, found in tally.items()},
        "failures": failures,
        "seconds": round(time.perf_counter() - began, 1),
    }


def _one(name: str, content: bytes, seed: int, number: int, keep: Path | None) -> tuple[str, str]:
    """("read" or "refused" or "failed", why) of one damaged file."""
    foreign = FOREIGN[name]
    dice = random.Random(f"{seed} {name} {number}")
    if foreign.pack is not None and dice.random() < 0.5:
        changed = foreign.pack(damaged(content, dice))
    else:
        changed = damaged(content if foreign.pack is None else foreign.pack(content), dice)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, foreign.ending)
        path.write_bytes(changed)
        try:
            with _clock(), warnings.catch_warnings():
                warnings.simplefilter("error")
                foreign.read(path)
        except BadInput as error:
            said = str(error)
            sound = said.isprintable() and 0 < len(said) < LONGEST
            return ("refused", said) if sound else ("failed", f"the sentence is {said!r}")
        except (Exception, TooLong):
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{number}-{foreign.ending}").write_bytes(changed)
            return "failed", traceback.format_exc(limit=-6)
        return "read", ""


@contextlib.contextmanager
def _clock() -> Iterator[None]:
    def over(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _in_this_process() -> Iterator[None]:
    """Tasks of limited processes run here, which is a thousand times faster; logs are silent.

    But for tables, of which some can end the process that reads them.
    """

    def run(task: str, folder: Path, *more: Any) -> int:
        module, function = task.split(":")
        if function == "in_worker":
            return before(task, folder, *more)
        with (folder / "stderr").open("w") as said, contextlib.redirect_stderr(said):
            sandboxed.work(getattr(importlib.import_module(module), function), folder)
        return 0

    before, sandbox._run = sandbox._run, run
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        sandbox._run = before


def limit_memory() -> None:
    """Have a reader that takes more than `MEMORY` fail, not the machine."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def main(
    count: int,
    seed: int,
    only: Sequence[str],
    number: int | None,
    keep: Path | None,
    as_json: bool,
) -> int:
    """Print what became of the files; exit code 1 where one was neither read nor refused."""
    limit_memory()
    found = measure(count, seed, only, number, keep)
    if as_json:
        print(json.dumps(found))
    else:
        for name, tried in found["tried"].items():
            print(f"{name:20} {tried:6} tried  {found['refused'][name]:6} refused  "
                  f"{found['read'][name]:6} read")  # fmt: skip
        for failure in found["failures"]:
            print(f"{failure['reader']}, seed {failure['seed']}, try {failure['try']}:")
            print(failure["why"])
        print(f"{sum(found['tried'].values())} files in {found['seconds']} s, "
              f"{len(found['failures'])} failures")  # fmt: skip
    return int(bool(found["failures"]))
