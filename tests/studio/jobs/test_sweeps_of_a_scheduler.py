"""Sweeps under a real scheduler: watched, killed, stopped, taken over."""

from __future__ import annotations

import sys
import time

import psutil
import pytest
from patience import PATIENCE

from hts.studio.jobs import client
from hts.studio.jobs.sweeps import begin_sweep
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


def until(lab, sweep_id: str, wanted, seconds: float = PATIENCE) -> Sweep:
    """Wait until ``wanted(sweep)``."""
    deadline = time.monotonic() + seconds
    while not wanted(sweep := lab.store.sweeps.get(sweep_id)):
        log = (lab.home / "scheduler.log").read_text()[-3000:]
        assert time.monotonic() < deadline, f"{sweep}\n{log}"
        time.sleep(0.02)
    return sweep


def ended(sweep: Sweep) -> bool:
    return sweep.state == "finished"


def spec(base, **grid) -> SweepSpec:
    return SweepSpec(name="test", base=base, grid=grid)


@pytest.fixture
def slow(short):
    """Some tenths of a second each; those of a group end together."""
    return short.replace(iterations=1500, width=100)


def holders(store: Store) -> list[psutil.Process]:
    found = []
    for group in store.groups.held():
        found.append(psutil.Process(group.pid))
    return found


def test_a_sweep_comes_to_its_results(lab, store, short) -> None:
    lab.scheduler()
    sweep = client.submit_sweep(store, spec(short, width=(20, 30), noise=("I", "III"), seed=(1, 2)))
    found = until(lab, sweep, ended)
    assert (found.total, found.done, found.failed) == (8, 8, 0)
    assert store.runs.list() == []
    assert len(store.runs.list(sweep=sweep)) == 8
    assert found.seconds > 0


def test_a_killed_worker_costs_nothing_that_had_ended(lab, store, slow) -> None:
    lab.scheduler(slots=1)
    # two of the six end long before the others
    sweep = client.submit_sweep(store, spec(slow, seed=(0, 1), iterations=(100, 1500, 1600)))
    before = until(lab, sweep, lambda sweep: sweep.done >= 2)
    (worker,) = holders(store)
    worker.kill()
    found = until(lab, sweep, ended)
    assert (found.done, found.failed) == (6, 0)
    runs = store.runs.list(sweep=sweep)
    assert len(runs) == 6  # none was computed twice
    kept = {member.run for member in store.sweeps.members(sweep)}
    assert kept == {run.id for run in runs}
    assert before.done < 6


def test_the_next_scheduler_goes_on_where_the_last_one_was_killed(lab, store, slow) -> None:
    first = lab.scheduler(slots=1)
    sweep = client.submit_sweep(store, spec(slow, width=(100, 110, 120, 130), seed=(1, 2)))
    until(lab, sweep, lambda sweep: sweep.done >= 2)
    first.kill()
    first.wait()
    for worker in holders(store):  # as when the machine goes down
        worker.kill()
    kept = store.sweeps.get(sweep).done
    assert kept < 8
    lab.scheduler(slots=1)
    found = until(lab, sweep, ended)
    assert (found.done, found.failed, len(store.runs.list(sweep=sweep))) == (8, 0, 8)


def test_stop_keeps_what_had_ended_and_resume_goes_on(lab, store, long, short) -> None:
    lab.scheduler()
    sweep = client.submit_sweep(
        store,
        SweepSpec(
            name="stop",
            base=long,
            runs=({"iterations": 30, "eval_every": 10, "width": 30}, {"seed": 1}, {"width": 25}),
        ),
    )
    until(lab, sweep, lambda sweep: sweep.done == 1 and sweep.running > 0)
    with pytest.raises(BadInput, match="is going on: it need not be resumed"):
        client.resume_sweep(store, sweep)
    assert client.stop_sweep(store, sweep).state == "stopped"
    found = until(lab, sweep, lambda sweep: sweep.running == 0)
    assert (found.done, found.waiting, found.message) == (
        1, 2, "Stopped by the user. Finished runs were kept.",
    )  # fmt: skip
    client.resume_sweep(store, sweep)
    until(lab, sweep, lambda sweep: sweep.state == "running" and sweep.running > 0)
    assert store.sweeps.get(sweep).done == 1
    client.stop_sweep(store, sweep)
    until(lab, sweep, lambda sweep: sweep.running == 0)
    store.sweeps.delete(sweep)
    assert store.sweeps.list() == []


def test_a_run_does_not_wait_for_a_sweep(lab, store, long, short) -> None:
    lab.scheduler()
    sweep = client.submit_sweep(store, spec(long, width=(20, 21, 22)))
    until(lab, sweep, lambda sweep: len(store.groups.held()) == 2)
    (run_id,) = client.submit(store, short)
    assert lab.until(run_id, "finished").result is not None
    assert len(store.groups.held()) == 2
    client.stop_sweep(store, sweep)


def test_a_stuck_worker_of_a_stopped_sweep_is_ended_by_force(lab, store, long) -> None:
    lab.scheduler("--stop-patience", "1", "--term-patience", "1", slots=1)
    sweep = client.submit_sweep(store, spec(long))
    until(lab, sweep, lambda sweep: sweep.running == 1)
    (worker,) = holders(store)
    worker.suspend()
    client.stop_sweep(store, sweep)
    found = until(lab, sweep, lambda sweep: sweep.running == 0)
    assert (found.state, found.waiting, found.failed) == ("stopped", 1, 0)


def test_workers_go_on_when_their_scheduler_is_killed(lab, store, slow) -> None:
    first = lab.scheduler(slots=1)
    sweep = client.submit_sweep(store, spec(slow, width=(100, 110), seed=(1, 2)))
    until(lab, sweep, lambda sweep: sweep.done >= 1)
    first.kill()
    first.wait()
    assert until(lab, sweep, ended).done == 4


def test_a_sweep_of_a_kind_that_is_not_known_here_stops_in_words_and_harms_nobody(
    lab, store, short
) -> None:
    """As where a plugin was named when the sweep was asked for and is not any more."""
    sweep = begin_sweep(store, spec(short, seed=(1, 2)))
    store.db.change("UPDATE members SET config = replace(config, '\"III\"', '\"IV\"')")
    process = lab.scheduler(slots=1)
    stopped = until(lab, sweep, lambda sweep: sweep.state == "stopped")
    assert "noise must be one of none, gaussian, I, II, III, got 'IV'" in stopped.message
    assert "HTS_PLUGINS" in stopped.message
    (run_id,) = client.submit(store, short)
    lab.until(run_id, "finished")
    assert process.poll() is None

    store.db.change("UPDATE members SET config = replace(config, '\"IV\"', '\"III\"')")
    client.resume_sweep(store, sweep)
    assert (until(lab, sweep, ended).done, store.sweeps.get(sweep).failed) == (2, 0)
