"""Where memory is short: one run at a time, no worker to spare, fewer networks at a time."""

from __future__ import annotations

import pytest

from hts import machine_memory
from hts.budget import memory
from hts.budget.memory import check_memory, estimate_memory, networks_at_a_time
from hts.config import RunConfig
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.scheduling.scheduler import Scheduler
from hts.validate import BadInput

SIZES = {"inputs": 64, "classes": 10, "train": 1438, "test": 359}
SEVERAL = RunConfig(width=20_000, batch_size=500, replicates=8, controls="none,gaussian")


@pytest.mark.parametrize(("total", "slots"), [(1e9, 1), (16e9, 2)])
def test_so_many_runs_go_on_at_a_time_by_default(monkeypatch, total, slots):
    monkeypatch.setattr(machine_memory, "total_memory", lambda: total)
    assert planned({}).slots == slots
    assert planned({"HTS_SLOTS": "3"}).slots == 3


@pytest.mark.parametrize(("slots", "spare"), [("1", 0), ("2", 2)])
def test_one_slot_has_no_spare_worker_while_it_computes(store, monkeypatch, slots, spare):
    scheduler, begun = Scheduler(store, planned({"HTS_SLOTS": slots})), []
    monkeypatch.setattr(scheduler, "spawn", lambda: begun.append(1))
    monkeypatch.setattr(scheduler, "reap", list)
    scheduler.tick()
    assert len(begun) == 1  # the first one is kept ready
    scheduler.children[1] = busy = type("Busy", (), {"job": object(), "pid": 1})()
    monkeypatch.setattr(scheduler, "jobs", lambda kind: [])
    for _ in range(spare):
        scheduler.tick()
    scheduler.tick()
    assert busy.job
    assert (len(begun) > 1) == bool(spare)


def test_networks_take_turns_where_not_all_fit_at_a_time(monkeypatch):
    def needed(at_a_time):
        return estimate_memory(SEVERAL, at_a_time=at_a_time, **SIZES).besides

    assert needed(1) < needed(2) < needed(4)
    for fitting in (1, 2, 4):
        free = needed(fitting) / memory.HEADROOM + 1
        monkeypatch.setattr(memory, "free_memory", lambda free=free: free)
        assert networks_at_a_time(SEVERAL, 4, **SIZES) == fitting
        check_memory(SEVERAL, **SIZES)
    monkeypatch.setattr(memory, "free_memory", lambda: needed(1) / 2)
    with pytest.raises(BadInput, match="needs about"):
        check_memory(SEVERAL, **SIZES)
