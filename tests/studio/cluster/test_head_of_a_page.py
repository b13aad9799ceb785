"""A sweep that a page has left to a cluster, from the scheduler to its results; local Ray."""

from __future__ import annotations

import os
import signal
import time

import pytest
from patience import PATIENCE

from hts.studio.cluster.status import read_status
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.processes.staff import Staff
from hts.studio.jobs.scheduling.heads import Heads
from hts.studio.jobs.sweeps import begin_sweep, waits_for_head
from hts.studio.sweeps.spec import SweepSpec

pytest.importorskip("ray", reason="needs Ray: pip install -r requirements-cluster.txt")
pytestmark = [pytest.mark.process, pytest.mark.slow]


def test_a_head_computes_gives_up_and_is_replaced(store, short, monkeypatch) -> None:
    monkeypatch.setenv("HTS_CLUSTER", "local")
    long = short.replace(iterations=3000, eval_every=1000)
    spec = SweepSpec(name="away", base=long, grid={"width": tuple(range(50, 60))})
    sweep = begin_sweep(store, spec, on_cluster=True)
    heads = Heads(store)
    post = Staff(store, planned({}), [heads])

    def until(reached) -> None:
        give_up = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < give_up, store.sweeps.get(sweep)
            post.reap()
            post.start_due(heads)
            time.sleep(0.05)

    try:
        until(lambda: store.sweeps.get(sweep).done >= 1)
        killed = store.sweeps.get(sweep).pid
        os.kill(killed, signal.SIGKILL)  # another one takes it over
        until(lambda: store.sweeps.get(sweep).pid not in (None, killed))
        before = store.sweeps.get(sweep).done
        until(lambda: store.sweeps.get(sweep).done > before)
        post.end_all(10.0)  # as a service that is restarted
        assert waits_for_head(store, store.sweeps.get(sweep))
        until(lambda: not store.sweeps.get(sweep).active)
        until(lambda: not post.children)
    finally:
        post.end_all(10.0)
    found = store.sweeps.get(sweep)
    assert (found.state, found.done, found.failed) == ("finished", 10, 0)
    runs = [member.run for member in store.sweeps.members(sweep)]
    assert sorted(runs) == sorted(run.id for run in store.runs.list(sweep=sweep))
    assert read_status(store, sweep).ended
