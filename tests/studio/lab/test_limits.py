"""What one person may have at once, exactly."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hts.studio.jobs import background, client
from hts.studio.jobs.limits import busy_owners, limits_of, startable
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput


def test_so_many_runs_may_wait_and_no_more(store, people, config):
    theirs = Reader(store, people["max"])
    ids = [client.submit(theirs, config.replace(seed=seed))[0] for seed in range(3)]
    with pytest.raises(BadInput, match="you have 3 of at most 3 runs waiting, so 1 more cannot"):
        client.submit(theirs, config.replace(seed=9))
    with pytest.raises(BadInput, match="you have 3 of at most 3 runs waiting"):
        client.repeat(theirs, ids[0])
    client.submit(Reader(store, people["mia"]), config.replace(seed=9))
    store.control.claim(ids[0], pid=1, pid_started=1.0)
    with pytest.raises(BadInput, match="2 of at most 3 runs waiting, so 2 more cannot"):
        client.submit(theirs, config.replace(seed=10), config.replace(seed=10, noise="none"))
    assert client.submit(theirs, config.replace(seed=10))
    assert len(store.runs.list(of=[people["max"].id])) == 4


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"width": 101}, "width may be at most 100 for a member of this lab, got 101"),
        ({"iterations": 1001}, "iterations may be at most 1000 for a member of this lab, got 1001"),
        (
            {"width": 100, "depth": 3},
            "parameters may be at most 20000 for a member of this lab, got",
        ),
    ],
)
def test_a_run_may_be_so_large_and_no_larger(store, people, config, settings, said):
    for name, allowed in (("max", False), ("emmy", True), ("root", True)):
        theirs = Reader(store, people[name])
        if allowed:
            assert client.submit(theirs, config.replace(**settings))
            continue
        with pytest.raises(BadInput, match=said):
            client.submit(theirs, config.replace(**settings))
    assert client.submit(Reader(store, people["max"]), config.replace(width=100))


def test_a_sweep_is_counted_before_its_runs_are_made(store, people, config, monkeypatch):
    def made(self):
        raise AssertionError("its runs were made")

    monkeypatch.setattr(SweepSpec, "configs", made)
    most = current().limits["member"].sweep_runs
    spec = SweepSpec(name="s", base=config, grid={"seed": f"1..{4 * most + 1}"})
    with pytest.raises(BadInput, match=f"may have {most} runs, got {4 * most + 1}: vary fewer"):
        client.submit_sweep(Reader(store, people["max"]), spec)


def test_so_many_runs_may_be_in_a_sweep(store, people, config):
    theirs = Reader(store, people["max"])
    spec = SweepSpec(name="s", base=config, grid={"seed": (1, 2, 3, 4)})
    assert store.sweeps.get(client.submit_sweep(theirs, spec)).owner == people["max"].id
    wider = SweepSpec(name="s", base=config, grid={"seed": (1, 2, 3, 4, 5)})
    with pytest.raises(BadInput, match="a member's sweep may have 4 runs, got 5"):
        client.submit_sweep(theirs, wider)
    large = SweepSpec(name="s", base=config, grid={"width": (20, 200)})
    with pytest.raises(BadInput, match="width may be at most 100"):
        client.submit_sweep(theirs, large)


def test_who_has_filled_the_disk_deletes_first(store, people, config, hosted):
    hosted('mode = "oidc"\n[limits.member]\ndisk_gb = 2e-3')
    theirs = Reader(store, people["max"])
    (run_id,) = client.submit(theirs, config)
    assert store.owners.bytes_of(people["max"].id) == len(config.to_json())
    store.home.worker_log(run_id).write_bytes(b"x" * 2_000_000)
    with pytest.raises(BadInput, match=r"take 0\.002 GB of the 0\.002 GB that a member"):
        client.submit(theirs, config.replace(seed=7))
    client.delete(theirs, run_id)
    assert client.submit(theirs, config.replace(seed=7))


def test_the_networks_of_a_run_count_their_files_and_their_parameters(
    store, people, config, hosted
):
    several = config.replace(replicates=3, controls="none")
    theirs, size = Reader(store, people["max"]), 6 * 20 * (64 + 10)
    hosted('mode = "oidc"\n[limits.member]\nparameters = 8000')
    with pytest.raises(BadInput, match=f"at most 8000 .*, got {size} in 6 networks"):
        client.submit(theirs, several)
    hosted('mode = "oidc"\n[limits.member]\ndisk_gb = 2e-3')
    with pytest.raises(BadInput, match=r"and this would take 0\.0051 GB more"):
        client.submit(theirs, several)
    assert client.submit(theirs, config)
    hosted('mode = "oidc"')
    (run_id,) = client.submit(theirs, several)
    before = store.owners.bytes_of(people["max"].id)
    store.arrays.save_weights(f"{run_id}.none.2", {"hidden_1": np.ones(1000, np.float32)})
    assert store.owners.bytes_of(people["max"].id) > before + 4000


def test_parameters_are_counted(config):
    assert config.family.parameters(config.replace(width=7), inputs=5, classes=3) == 7 * 5 + 7 * 3
    deep = config.replace(width=7, depth=3)
    assert deep.family.parameters(deep, inputs=5, classes=3) == 7 * 5 + 2 * 7 * 7 + 7 * 3


def test_nobody_computes_more_at_a_time_than_they_may(store, config):
    ids = {
        f"{owner}{n}": store.runs.create(config.replace(seed=n), owner=owner)
        for owner in ("a", "b")
        for n in range(3)
    }
    store.control.claim(ids["a0"], pid=1, pid_started=1.0)
    computing = [store.runs.get(ids["a0"])]
    most = {"a": 2, "b": 1}
    due = startable(store.queue.runs(), computing, most.__getitem__)
    assert [run.id for run in due] == [ids["b0"], ids["a1"]]
    assert startable(store.queue.runs(), computing, lambda owner: 0) == []


def test_whose_role_is_known_has_its_limits(store, people):
    settings = current()
    assert limits_of(store, settings, people["emmy"].id) == settings.limits["teacher"]
    assert limits_of(store, settings, people["ann"].id).running == 1
    assert limits_of(store, settings, "somebody").running == 1
    assert limits_of(store, settings, None) == settings.limits["admin"]


def sweep_of(config, name: str, *seeds: int, **base) -> SweepSpec:
    return SweepSpec(name=name, base=config.replace(**base), grid={"seed": seeds})


def test_sweeps_count_as_requests_and_their_runs_together(store, people, config) -> None:
    theirs = Reader(store, people["max"])
    first = client.submit_sweep(theirs, sweep_of(config, "a", 1, 2, 3))
    with pytest.raises(BadInput, match="have 3 of at most 4 networks to train, so 2 more cannot"):
        client.submit_sweep(theirs, sweep_of(config, "b", 4, 5))
    client.submit_sweep(theirs, sweep_of(config, "c", 4))
    client.stop_sweep(theirs, first)
    second = client.submit_sweep(theirs, sweep_of(config, "d", 5, 6))
    with pytest.raises(BadInput, match="have 3 of at most 4 networks to train, so 3 more cannot"):
        client.resume_sweep(theirs, first)
    client.submit(theirs, config.replace(seed=9))
    with pytest.raises(BadInput, match=r"3 of at most 3 runs waiting \(paused runs and sweeps"):
        client.submit(theirs, config.replace(seed=10))
    with pytest.raises(BadInput, match="3 of at most 3 runs waiting"):
        client.submit_sweep(theirs, sweep_of(config, "e", 7))
    client.stop_sweep(theirs, second)
    assert client.submit_sweep(theirs, sweep_of(config, "e", 7))


def test_sweeps_asked_for_at_once_are_counted_one_after_the_other(store, people, config) -> None:
    theirs = Reader(store, people["max"])

    def ask(seed: int) -> bool:
        try:
            return bool(client.submit_sweep(theirs, sweep_of(config, f"s{seed}", seed, seed + 50)))
        except BadInput:
            return False

    with ThreadPoolExecutor(12) as pool:
        accepted = sum(pool.map(ask, range(12)))
    assert accepted == 2  # of 2 runs each, 4 are allowed
    assert store.owners.unfinished_of(people["max"].id).networks == 4


def test_a_huge_sweep_is_counted_before_it_is_made(store, people, config, monkeypatch) -> None:
    monkeypatch.setattr(SweepSpec, "configs", lambda self: pytest.fail("it was expanded"))
    huge = sweep_of(config, "huge", *range(1, 1001))
    with pytest.raises(BadInput, match="a member's sweep may have 4 runs, got 1000"):
        client.submit_sweep(Reader(store, people["max"]), huge)


def test_networks_side_by_side_count_with_those_of_sweeps(store, people, config) -> None:
    theirs = Reader(store, people["max"])
    client.submit(theirs, config.replace(replicates=3))
    with pytest.raises(BadInput, match="have 3 of at most 4 networks to train, so 2 more cannot"):
        client.submit(theirs, config.replace(seed=50, replicates=2))
    with pytest.raises(BadInput, match="have 3 of at most 4 networks to train, so 2 more cannot"):
        client.submit_sweep(theirs, sweep_of(config, "a", 60, 61))
    assert client.submit(theirs, config.replace(seed=9))  # one alone is a run


def test_paused_runs_hold_memory_and_count(store, people, config) -> None:
    theirs = Reader(store, people["max"])
    ids = [client.submit(theirs, config.replace(seed=seed))[0] for seed in range(3)]
    for pid, run_id in enumerate(ids, start=1):
        store.control.claim(run_id, pid=pid, pid_started=1.0)
        store.control.request(run_id, "pause")
        store.control.set_paused(run_id, 1)
    with pytest.raises(BadInput, match=r"3 of at most 3 runs waiting \(paused runs"):
        client.submit(theirs, config.replace(seed=9))
    client.resume(theirs, ids[0])
    for again in (client.resume, client.step):
        with pytest.raises(BadInput, match="you have 1 of at most 1 runs computing"):
            again(theirs, ids[1])
    client.resume(Reader(store, people["root"]), ids[1])  # an admin may
    store.control.leave_paused(ids[2], "its worker is gone")
    assert client.resume(theirs, ids[2]).state == "queued"


def test_resuming_takes_a_place_in_the_queue(store, people, config) -> None:
    theirs = Reader(store, people["max"])
    old = client.submit(theirs, config.replace(seed=50))[0]
    store.control.claim(old, pid=1, pid_started=1.0)
    store.control.mark_interrupted(old, "gone")
    for seed in range(3):
        client.submit(theirs, config.replace(seed=seed))
    with pytest.raises(BadInput, match="you have 3 of at most 3 runs waiting, so 1 more cannot"):
        client.resume(theirs, old)


def test_groups_of_sweeps_count_as_computing(store, people, config, hosted) -> None:
    hosted('mode = "oidc"\n[limits.member]\nrunning = 1')
    theirs = Reader(store, people["max"])
    client.submit_sweep(theirs, sweep_of(config, "a", 1))
    client.submit_sweep(theirs, sweep_of(config, "b", 2, width=30))
    client.submit_sweep(Reader(store, people["mia"]), sweep_of(config, "c", 3, width=40))
    assert busy_owners(store) == frozenset()
    taken = store.groups.take(pid=1, pid_started=1.0, without=busy_owners(store))
    assert store.sweeps.get(taken.sweep).owner == people["max"].id
    assert busy_owners(store) == {people["max"].id}
    taken = store.groups.take(pid=2, pid_started=1.0, without=busy_owners(store))
    assert store.sweeps.get(taken.sweep).owner == people["mia"].id
    assert store.groups.take(pid=3, pid_started=1.0, without=busy_owners(store)) is None
    assert store.groups.waiting() is not None


def test_weights_that_a_sweep_keeps_count_as_storage(store, people, config, hosted) -> None:
    hosted('mode = "oidc"\n[limits.member]\ndisk_gb = 1e-5')  # 10 kB; a network has 5.9
    theirs = Reader(store, people["max"])
    spec = sweep_of(config, "a", 1, 2)
    with pytest.raises(BadInput, match=r"and this would take 1\.2e-05 GB more"):
        client.submit_sweep(theirs, dataclasses.replace(spec, keep_weights=True))
    before = store.owners.bytes_of(people["max"].id)
    client.submit_sweep(theirs, spec)
    assert store.owners.bytes_of(people["max"].id) == before + 2 * len(config.to_json())


def test_a_title_is_a_line_and_not_a_store(store, people, config) -> None:
    theirs = Reader(store, people["max"])
    with pytest.raises(BadInput, match="a title has at most 200 characters, got 201"):
        client.submit(theirs, config, title="x" * 201)
    (run_id,) = client.submit(theirs, config, title="x" * 200)
    with pytest.raises(BadInput, match="a title has at most 200 characters, got 1000000"):
        client.rename(theirs, run_id, "x" * 10**6)


def test_computations_on_request_wait_for_each_other(store, people, monkeypatch) -> None:
    monkeypatch.setenv("HTS_WORKERS", "service")
    theirs = Reader(store, people["max"])

    def ask(store, seed: int) -> str:
        asked = {"experiment": "euler", "quick": True, "seed": seed}
        return background.ask(store, None, "theory", asked).state

    assert [ask(theirs, seed) for seed in range(3)] == ["working"] * 3
    with pytest.raises(BadInput, match="you have 3 of at most 3 computations waiting"):
        ask(theirs, 3)
    assert ask(theirs, 2) == "working"  # it is asked for already
    assert ask(Reader(store, people["mia"]), 3) == "working"
    assert ask(Reader(store, people["root"]), 4) == "working"
    request = next(store.home.asked("").glob("*.json"))
    described = background.described(store, request.read_text())
    assert described.request == request
    request.unlink()
    assert sum(ask(theirs, 5) == "working" for _ in range(2)) == 2
