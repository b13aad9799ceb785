"""What one person may have at once, exactly."""

from __future__ import annotations

import numpy as np
import pytest

from hts.studio.jobs import client
from hts.studio.jobs.limits import limits_of, startable
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
    with pytest.raises(BadInput, match=r"your runs take 0\.002 GB of the 0\.002 GB that a member"):
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
