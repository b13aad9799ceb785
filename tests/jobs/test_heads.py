"""Sweeps that pages leave to a cluster: who takes them, and what is said when nobody can."""

from __future__ import annotations

import importlib.util
import time

import pytest

from hts.experiments.sweep_spec import SweepSpec
from hts.jobs import heads as module
from hts.jobs.heads import Heads
from hts.jobs.identity import this_process
from hts.jobs.sweeps import begin_sweep, give_up_head, resume_sweep, take_over, waits_for_head
from hts.store import Store

WITHOUT_RAY = pytest.mark.skipif(
    importlib.util.find_spec("ray") is not None, reason="is about machines without Ray"
)


@pytest.fixture
def asked(store: Store, short) -> str:
    return begin_sweep(
        store, SweepSpec(name="away", base=short, grid={"seed": (1, 2)}), on_cluster=True
    )


@pytest.fixture
def heads(store: Store):
    opened = Heads(store)
    yield opened
    opened.leave()


def until(heads: Heads, reached) -> None:
    give_up = time.monotonic() + 150
    while not reached():
        assert time.monotonic() < give_up
        heads.tick()
        time.sleep(0.05)


def test_nothing_of_it_goes_to_workers_of_this_machine(store, asked) -> None:
    assert waits_for_head(store, store.sweep(asked))
    assert store.waiting_group() is None


def test_one_process_takes_it_over_and_can_give_it_up(store, asked) -> None:
    mine = this_process()
    assert take_over(store, asked, mine)
    assert not take_over(store, asked, (mine[0] + 1, 1.0))
    assert store.waiting_group() is None
    group = store.take_group(pid=mine[0], pid_started=mine[1], sweep_id=asked)
    assert group.positions == (0, 1)
    assert not give_up_head(store, asked, mine[0] + 1)
    assert give_up_head(store, asked, mine[0])
    assert waits_for_head(store, store.sweep(asked))
    assert store.held_groups() == []


def test_without_a_configured_cluster_it_is_stopped_in_words(store, asked, heads, monkeypatch):
    monkeypatch.delenv("HTS_CLUSTER", raising=False)
    heads.tick()
    assert store.sweep(asked).state == "stopped"
    assert "set HTS_CLUSTER there" in store.sweep(asked).message


@WITHOUT_RAY
def test_without_ray_the_sweep_says_what_to_install(store, asked, heads, monkeypatch) -> None:
    monkeypatch.setenv("HTS_CLUSTER", "local")
    until(heads, lambda: not store.sweep(asked).active)
    assert "pip install -r requirements-cluster.txt" in store.sweep(asked).message
    until(heads, lambda: not heads.busy)
    assert store.sweep(asked).done == 0


def test_heads_that_end_are_replaced_some_times(store, asked, heads, monkeypatch) -> None:
    monkeypatch.setenv("HTS_CLUSTER", "local")
    monkeypatch.setattr(module.sys, "executable", "/bin/false")
    until(heads, lambda: not store.sweep(asked).active)
    assert "3 heads of the cluster ended; the last one ended with exit code 1" in (
        store.sweep(asked).message
    )


def test_no_more_heads_than_that(store, short, heads, monkeypatch) -> None:
    monkeypatch.setenv("HTS_CLUSTER", "local")
    started: list[str] = []
    monkeypatch.setattr(Heads, "_start", lambda self, sweep_id: started.append(sweep_id))
    monkeypatch.setattr(module, "MOST", 0)
    spec = SweepSpec(name="away", base=short)
    first = begin_sweep(store, spec, on_cluster=True)
    heads.tick()
    assert started == []
    monkeypatch.setattr(module, "MOST", 1)
    begin_sweep(store, SweepSpec(name="later", base=short), on_cluster=True)
    heads.tick()
    assert started[0] == first


def test_resumed_it_waits_for_a_head_again(store, asked) -> None:
    store.stop_sweep(asked, "Stopped.")
    resume_sweep(store, asked, on_cluster=True)
    assert waits_for_head(store, store.sweep(asked))
