"""What a monitoring system asks a lab, in Prometheus' text format; numbers only, nobody's data.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.  Units are
those of its conventions: seconds and bytes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from hts.studio.jobs.overview import overview
from hts.studio.store.run_row import State
from hts.studio.store.store import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Metric:
    """One name with its values.  ``values``: by what stands in braces, "" for nothing."""

    name: str
    says: str
    values: dict[str, float]
    kind: str = "gauge"

    def lines(self) -> Iterable[str]:
        yield f"# HELP {self.name} {self.says}"
        yield f"# TYPE {self.name} {self.kind}"
        for label, value in self.values.items():
            yield f"{self.name}{f'{{{label}}}' if label else ''} {value:.17g}"


def text(metrics: Iterable[Metric]) -> str:
    """All of them, as they are served."""
    return "".join(f"{line}\n" for metric in metrics for line in metric.lines())


def of_lab(store: Store) -> list[Metric]:
    """Queue, workers, disk, and how runs have ended."""
    lab, now = overview(store), time.time()
    slots = lab.workers.slots if lab.workers else 0
    oldest = min((run.created for run in lab.queue), default=now)
    counted = store.db.rows("SELECT state, COUNT(*) AS runs FROM runs GROUP BY state")
    runs = dict.fromkeys(get_args(State), 0) | {row["state"]: row["runs"] for row in counted}
    groups = store.db.rows("SELECT COUNT(*) FROM groups_of_members WHERE pid IS NULL")[0][0]
    one = [
        ("hts_queue_runs", "Runs that wait for a slot.", len(lab.queue)),
        ("hts_queue_groups", "Groups of runs of sweeps that wait for a slot.", groups),
        ("hts_queue_oldest_seconds", "Since the oldest run that waits was asked for.",
         max(0.0, now - oldest)),
        ("hts_running", "Runs and groups of runs that compute.", lab.computing),
        ("hts_slots", "How many can compute at a time; 0 without workers.", slots),
        ("hts_workers_up", "1 if a worker service is there.", float(lab.workers is not None)),
        ("hts_workers_age_seconds", "Since the worker service last showed itself.",
         lab.workers.age if lab.workers else 0.0),
        ("hts_draining", "1 while no new run starts, before a restart.",
         float(lab.draining is not None)),
        ("hts_disk_free_bytes", "Free on the disk of the store.", lab.disk_free * 1e6),
        ("hts_disk_bytes", "Size of the disk of the store.", lab.disk_total * 1e6),
    ]  # fmt: skip
    states = {f'state="{state}"': float(count) for state, count in runs.items()}
    return [
        *(Metric(name, says, {"": float(value)}) for name, says, value in one),
        Metric("hts_runs", "Runs in the store by state, those of sweeps included.", states),
    ]
