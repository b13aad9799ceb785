"""Sweeps that pages leave to a cluster: who takes them, and what is said when nobody can."""

from __future__ import annotations

import importlib.util
import subprocess
import time

import pytest
from patience import PATIENCE

from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.job import Job
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.processes.staff import Staff
from hts.studio.jobs.scheduling.heads import Heads
from hts.studio.jobs.sweeps import (
    begin_sweep,
    give_up_head,
    resume_sweep,
    take_over,
    waits_for_head,
    was_on_cluster,
)
from hts.studio.lab.people import Person
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

WITHOUT_RAY = pytest.mark.skipif(
    importlib.util.find_spec("ray") is not None, reason="is about machines without Ray"
)


@pytest.fixture
def asked(store: Store, short) -> str:
    return begin_sweep(
        store, SweepSpec(name="away", base=short, grid={"seed": (1, 2)}), on_cluster=True
    )


class Post(Staff):
    """Heads alone, and the processes that they have."""

    def __init__(self, store: Store) -> None:
        self.heads = Heads(store)
        super().__init__(store, planned({}), [self.heads])

    def tick(self) -> None:
        self.reap()
        self.start_due(self.heads)

    @property
    def busy(self) -> bool:
        return bool(self.jobs(self.heads))


@pytest.fixture
def post(store: Store):
    opened = Post(store)
    yield opened
    opened.end_all(10.0)


def until(post: Post, reached) -> None:
    give_up = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < give_up
        post.tick()
        time.sleep(0.05)


@pytest.fixture
def idle_heads(monkeypatch) -> list[str]:
    """Heads that do nothing; the sweeps for which they were started."""
    started: list[str] = []

    def start(self: Heads, job: Job) -> subprocess.Popen[bytes]:
        started.append(job.subject.id)
        return subprocess.Popen(["sleep", "60"])

    monkeypatch.setenv("HTS_CLUSTER", "local")
    monkeypatch.setattr(Heads, "start", start)
    return started


def test_nothing_of_it_goes_to_workers_of_this_machine(store, asked) -> None:
    assert waits_for_head(store, store.sweeps.get(asked))
    assert store.groups.waiting() is None


def test_one_process_takes_it_over_and_can_give_it_up(store, asked) -> None:
    mine = this_process()
    assert take_over(store, asked, mine)
    assert not take_over(store, asked, (mine[0] + 1, 1.0))
    assert store.groups.waiting() is None
    group = store.groups.take(pid=mine[0], pid_started=mine[1], sweep_id=asked)
    assert group.positions == (0, 1)
    assert not give_up_head(store, asked, mine[0] + 1)
    assert give_up_head(store, asked, mine[0])
    assert waits_for_head(store, store.sweeps.get(asked))
    assert store.groups.held() == []


def test_without_a_configured_cluster_it_is_stopped_in_words(store, asked, post, monkeypatch):
    monkeypatch.delenv("HTS_CLUSTER", raising=False)
    post.tick()
    assert store.sweeps.get(asked).state == "stopped"
    assert "set HTS_CLUSTER there" in store.sweeps.get(asked).message


@WITHOUT_RAY
def test_without_ray_the_sweep_says_what_to_install(store, asked, post, monkeypatch) -> None:
    monkeypatch.setenv("HTS_CLUSTER", "local")
    until(post, lambda: not store.sweeps.get(asked).active)
    assert "pip install ray, or heavy-tailed-sgd-studio[cluster]" in store.sweeps.get(asked).message
    until(post, lambda: not post.busy)
    assert store.sweeps.get(asked).done == 0


@pytest.mark.process
def test_heads_that_end_are_replaced_some_times(store, asked, post, monkeypatch) -> None:
    monkeypatch.setenv("HTS_CLUSTER", "local")
    monkeypatch.setattr("sys.executable", "/bin/false")
    until(post, lambda: not store.sweeps.get(asked).active)
    assert "3 heads of the cluster ended; the last one ended with exit code 1" in (
        store.sweeps.get(asked).message
    )


def test_no_more_heads_than_that(store, short, post, idle_heads, monkeypatch) -> None:
    monkeypatch.setattr(Heads, "most", 0)
    first = begin_sweep(store, SweepSpec(name="away", base=short), on_cluster=True)
    post.tick()
    assert idle_heads == []
    monkeypatch.setattr(Heads, "most", 1)
    begin_sweep(store, SweepSpec(name="later", base=short), on_cluster=True)
    post.tick()
    post.tick()
    assert idle_heads == [first]


def test_who_has_fewest_heads_is_next(store, short, post, idle_heads, monkeypatch) -> None:
    people = [Person(id=f"oidc:{name}", name=name, role="member", how="oidc") for name in "ab"]
    sweeps = [
        begin_sweep(
            store, SweepSpec(name=str(n), base=short), on_cluster=True, owner=people[n // 3]
        )
        for n in range(4)
    ]
    for most in (1, 2):
        monkeypatch.setattr(Heads, "most", most)
        post.tick()
    assert idle_heads == [sweeps[0], sweeps[3]]  # of b, before a's second


@pytest.mark.process
def test_a_sweep_deleted_under_its_head_harms_nobody(store, asked, post, monkeypatch) -> None:
    monkeypatch.setenv("HTS_CLUSTER", "local")
    monkeypatch.setattr("sys.executable", "/bin/false")
    post.tick()
    store.sweeps.stop(asked, "Stopped.")
    store.sweeps.delete(asked)
    assert not take_over(store, asked, this_process())
    until(post, lambda: not post.busy)  # its exit code is 1
    assert not give_up_head(store, asked, 1)


def test_what_was_for_the_cluster_is_known_before_a_head_says_so(store, asked, short) -> None:
    assert was_on_cluster(store, asked)
    here = begin_sweep(store, SweepSpec(name="here", base=short))
    assert not was_on_cluster(store, here)


def test_it_is_not_resumed_while_its_workers_leave(store, asked) -> None:
    mine = this_process()
    take_over(store, asked, mine)
    group = store.groups.take(pid=mine[0], pid_started=mine[1], sweep_id=asked)
    store.sweeps.stop(asked, "Stopped.")
    with pytest.raises(BadInput, match="still leaving it"):
        resume_sweep(store, asked, on_cluster=True)
    store.groups.leave(group.number, pid=mine[0], counts=False)
    resume_sweep(store, asked, on_cluster=True)
    assert waits_for_head(store, store.sweeps.get(asked))


def test_resumed_it_waits_for_a_head_again(store, asked) -> None:
    store.sweeps.stop(asked, "Stopped.")
    resume_sweep(store, asked, on_cluster=True)
    assert waits_for_head(store, store.sweeps.get(asked))
