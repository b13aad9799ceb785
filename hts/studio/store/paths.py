"""Where things lie on disk: the one module that spells file names.

::

    home/hts.db                       runs, evaluations, summaries (SQLite, WAL)
    home/hts.db.schema-<n>            what it was before it was brought from that schema
    home/runs/<id>/config.json        what was asked, for people and scripts
    home/runs/<id>/live.json          the newest snapshot, replaced again and again
    home/runs/<id>/snapshots/<step>.json
    home/runs/<id>/checkpoint.safetensors, weights.safetensors, worker.log
    home/runs/<id>/derived/           what was computed from a finished run on request
    home/computed/                    what was computed on request from no run
    home/sweeps/<id>.log              what the workers of a sweep say
    home/sweeps/<id>.cluster.json     what its head says of the cluster that computes it
    home/sweeps/<id>.groups/          states that its groups can go on from
    home/cluster.log                  what Ray says to the head
    home/tables/                      uploaded tables
    home/weights/                     uploaded weights: <digits>.<format> beside <digits>.json
    home/scheduler.lock, scheduler.json, scheduler.log
    home/asked/<run>-<job>.json       a small job that the worker service is asked to do
    home/alive/<pid>-<mark>           a lock of each process that has or may be given a run

The home must be on a local disk: WAL does not work over a network share.
"""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

log = logging.getLogger("hts.studio.store")


def default_home() -> Path:
    """``HTS_HOME``, or ``~/.hts``."""
    named = os.environ.get("HTS_HOME")
    return Path(named).expanduser() if named else Path.home() / ".hts"


@dataclass(frozen=True)
class Home:
    """The names of everything under one home folder."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "hts.db"

    @property
    def tables(self) -> Path:
        return self.root / "tables"

    @property
    def uploaded_weights(self) -> Path:
        return self.root / "weights"

    def uploaded_weight(self, digits: str, ending: str) -> Path:
        return self.uploaded_weights / f"{digits}{ending}"

    @property
    def scheduler_lock(self) -> Path:
        return self.root / "scheduler.lock"

    @property
    def scheduler_pulse(self) -> Path:
        return self.root / "scheduler.json"

    @property
    def scheduler_log(self) -> Path:
        return self.root / "scheduler.log"

    def alive(self, name: str) -> Path:
        return self.root / "alive" / name

    def asked(self, name: str) -> Path:
        return self.root / "asked" / name

    def run(self, run_id: str) -> Path:
        return self.root / "runs" / run_id

    def config(self, run_id: str) -> Path:
        return self.run(run_id) / "config.json"

    def live(self, run_id: str) -> Path:
        return self.run(run_id) / "live.json"

    def snapshot(self, run_id: str, step: int) -> Path:
        return self.run(run_id) / "snapshots" / f"{step}.json"

    def checkpoint(self, run_id: str) -> Path:
        return self.run(run_id) / "checkpoint.safetensors"

    def weights(self, run_id: str) -> Path:
        return self.run(run_id) / "weights.safetensors"

    def derived(self, run_id: str, name: str) -> Path:
        return self.run(run_id) / "derived" / name

    def computed(self, name: str) -> Path:
        return self.root / "computed" / name

    def side_lock(self, place: int) -> Path:
        return self.root / f"side-{place}.lock"

    def worker_log(self, run_id: str) -> Path:
        return self.run(run_id) / "worker.log"

    def sweep_log(self, sweep_id: str) -> Path:
        return self.root / "sweeps" / f"{sweep_id}.log"

    def sweep_cluster(self, sweep_id: str) -> Path:
        return self.root / "sweeps" / f"{sweep_id}.cluster.json"

    def sweep_groups(self, sweep_id: str) -> Path:
        return self.root / "sweeps" / f"{sweep_id}.groups"

    def sweep_group(self, sweep_id: str, first: int, step: int) -> Path:
        return self.sweep_groups(sweep_id) / f"{first}-{step}.safetensors"

    @property
    def cluster_log(self) -> Path:
        return self.root / "cluster.log"


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
