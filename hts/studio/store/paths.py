"""Where things lie on disk: the one module that spells file names.

The home must be on a local disk: WAL does not work over a network share.
"""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

log = logging.getLogger("hts.studio.store")


def default_home() -> Path:
    """``HTS_HOME``, or ``~/.hts``."""
    named = os.environ.get("HTS_HOME")
    return Path(named).expanduser() if named else Path.home() / ".hts"


@dataclass(frozen=True)
class _Path:
    """A path under the home."""

    name: str

    def __get__(self, home: Home, _: type | None = None) -> Path:
        return home.root / self.name


@dataclass(frozen=True)
class _PathOf:
    """Paths under the home; a method that takes what stands in each ``{}``."""

    name: str

    def __get__(self, home: Home, _: type | None = None) -> Callable[..., Path]:
        return lambda *words: home.root / self.name.format(*words)


@dataclass(frozen=True)
class Home:
    """The names of everything under one home folder."""

    root: Path

    database = _Path("hts.db")  # SQLite, WAL; beside it hts.db.schema-<n>: as it was in that schema
    tables = _Path("tables")  # uploaded ones
    uploaded_weights = _Path("weights")
    uploaded_weight = _PathOf("weights/{}{}")  # of digits and ending: .json, or that of its format
    scheduler_lock = _Path("scheduler.lock")
    scheduler_pulse = _Path("scheduler.json")
    scheduler_log = _Path("scheduler.log")
    cluster_log = _Path("cluster.log")  # what Ray says to the head
    alive = _PathOf("alive/{}")  # <pid>-<mark>: a lock of each process that may be given a run
    asked = _PathOf("asked/{}")  # <run>-<job>.json: a small job that a worker service is to do
    side_lock = _PathOf("side-{}.lock")  # of a place to do small jobs
    computed = _PathOf("computed/{}")  # on request, from no run

    run = _PathOf("runs/{}")  # one network of several, <run>.<arm>.<seed>, has its own
    config = _PathOf("runs/{}/config.json")  # what was asked, for people and scripts
    live = _PathOf("runs/{}/live.json")  # the newest snapshot, replaced again and again
    networks = _PathOf("runs/{}/networks.json")  # the newest look at several, replaced
    moment = _PathOf("runs/{}/moments/{}.json")  # a kept look at several, at a step
    snapshot = _PathOf("runs/{}/snapshots/{}.json")  # of a step
    checkpoint = _PathOf("runs/{}/checkpoint.safetensors")
    weights = _PathOf("runs/{}/weights.safetensors")
    worker_log = _PathOf("runs/{}/worker.log")
    derived = _PathOf("runs/{}/derived/{}")  # from a finished run, on request

    sweep_log = _PathOf("sweeps/{}.log")  # what its workers say
    sweep_cluster = _PathOf("sweeps/{}.cluster.json")  # what the head says of the cluster
    sweep_groups = _PathOf("sweeps/{}.groups")  # states that its groups can go on from
    sweep_group = _PathOf("sweeps/{}.groups/{}-{}.safetensors")  # of its first run, at a step


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = False) -> Iterator[IO[bytes]]:
    """Write a file so that readers see the old one or the whole new one, never a part.

    ``durable`` waits for the disk before the rename, so that a power cut keeps one of the two.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}.part")
    try:
        with temporary.open("wb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
