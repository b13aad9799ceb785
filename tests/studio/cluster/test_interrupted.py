"""A sweep on a cluster that is stopped, whose head is killed, and that goes on each time."""

from __future__ import annotations

import pytest
from cluster_steps import Head, results

from hts.studio.cli.main import main
from hts.studio.cluster.status import read_status
from hts.studio.store.store import Store

pytestmark = [pytest.mark.process, pytest.mark.slow]

# Eight groups of two runs.
SLOW = ("--grid", "seed=1..2", "--grid", "width=100,110,120,130,140,150,160,170",
        "--set", "iterations=1200", "--set", "eval_every=500", "--set", "device=cpu",
        "--save-every", "0.2")  # fmt: skip


def test_stopped_and_killed_heads_go_on_without_computing_anything_twice(
    wires, home, store, tmp_path_factory, monkeypatch
) -> None:
    stopped = Head(home, wires.address, *SLOW)
    try:
        stopped.until(store, lambda sweep: sweep.done >= 1)
        wires.until_computing(2)
        stopped.interrupt()
        code, _, err = stopped.wait()
    finally:
        said = stopped.end()
    assert code == 130, err + said
    sweep = store.sweeps.get("s1")
    assert (sweep.state, sweep.running, store.groups.held()) == ("stopped", 0, [])
    assert "Stopped by the user" in sweep.message
    assert 1 <= sweep.done < 16
    assert read_status(store, "s1").ended
    wires.until_computing(0)
    kept = {run.id for run in store.runs.list(sweep="s1")}

    killed = Head(home, wires.address, *SLOW)
    try:
        killed.until(store, lambda sweep: sweep.done > len(kept))
        killed.until_saved(store)
    finally:
        killed.end()
    wires.until_computing(0)  # Ray ends the workers of a driver that is gone
    assert kept < (more := {run.id for run in store.runs.list(sweep="s1")})
    assert len(more) < 16

    again = Head(home, wires.address, *SLOW)
    try:
        code, _, err = again.wait()
    finally:
        said = again.end()
    assert code == 0, err + said
    assert store.sweeps.get("s1").state == "finished"
    runs = [run.id for run in store.runs.list(sweep="s1")]
    assert len(runs) == len(set(runs)) == 16
    assert more <= set(runs)
    assert sorted(runs) == sorted(member.run for member in store.sweeps.members("s1"))
    assert [sweep.id for sweep in store.sweeps.list()] == ["s1"]
    assert read_status(store, "s1").resumed >= 1

    here = tmp_path_factory.mktemp("here")
    monkeypatch.setenv("HTS_HOME", str(here))
    assert main(["sweep", *SLOW, "--json"]) == 0
    with Store(here) as alone:
        assert results(store, "s1") == results(alone, "s1")
