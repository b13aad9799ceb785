"""A sweep on a cluster of three nodes that loses a worker and a node, and gains one."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from cluster_steps import ROOT, Head, results

from hts.studio.cli.main import main
from hts.studio.cluster.status import read_status
from hts.studio.store.store import Store

pytestmark = [pytest.mark.process, pytest.mark.slow]

# Groups of at most 64 runs, each of some seconds: several groups of each width.
WORDS = ("--grid", "seed=1..12", "--grid", "alpha=1.5,2", "--grid", "width=20,24,28,32",
         "--set", "iterations=1800", "--set", "batch_size=50", "--set", "device=cpu",
         "--set", "eval_every=500", "--save-every", "0.3")  # fmt: skip

SMALL = ("--grid", "seed=1..2", "--grid", "width=20,24,28,32", "--set", "iterations=30",
         "--set", "device=cpu")  # fmt: skip


def test_every_result_once_and_as_on_this_machine(
    wires, home, store, tmp_path_factory, monkeypatch, capsys
) -> None:
    head = Head(home, wires.address, *WORDS)
    try:
        wires.until_computing(2)
        head.until_saved(store, groups=2)
        wires.kill_worker()
        wires.add_node()
        head.until(store, lambda sweep: sweep.done >= 1)
        wires.kill_node()
        code, out, err = head.wait()
    finally:
        said = head.end()
    assert code == 0, err + said
    sweep = store.sweeps.get("s1")
    assert (sweep.state, sweep.done, sweep.failed) == ("finished", 96, 0)
    runs = [run.id for run in store.runs.list(sweep="s1")]
    assert sorted(runs) == sorted(member.run for member in store.sweeps.members("s1"))
    assert len(set(runs)) == 96
    assert json.loads(out)["done"] == 96

    status = read_status(store, "s1")
    assert status is not None
    assert status.ended
    assert status.lost_nodes == 1
    assert status.lost_workers >= 1
    assert status.recorded == 96
    assert status.resumed >= 1
    assert not store.home.sweep_groups("s1").exists()
    assert [node.alive for node in status.nodes].count(False) == 1
    assert len(status.nodes) == 4

    here = tmp_path_factory.mktemp("here")
    monkeypatch.setenv("HTS_HOME", str(here))
    assert main(["sweep", *WORDS, "--json"]) == 0
    with Store(here) as alone:
        assert results(store, "s1") == results(alone, "s1")


def test_a_node_with_other_code_gets_no_work_and_is_named(wires, home, store, tmp_path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "hts", other / "hts", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "hts" / "config.py").open("a") as file:
        file.write("# changed\n")
    # Ray looks for the package where the head has it, which on one machine is there for all.
    (other / "sitecustomize.py").write_text("import hts\n")
    wires.add_node(code=other)
    head = Head(home, wires.address, *SMALL)
    try:
        code, _, err = head.wait()
    finally:
        said = head.end()
    assert code == 0, err + said
    assert store.sweeps.get("s1").done == 8
    status = read_status(store, "s1")
    (refused,) = status.refused
    assert re.search(r"gets no work: it has hts \S+, the head has \S+\.", refused.refused)
    assert (status.places, status.recorded) == (2, 8)

    wires.kill_node()
    wires.kill_node()  # those that could
    alone = Head(home, wires.address, *SMALL, "--set", "sigma=0.1")
    try:
        code, _, err = alone.wait()
    finally:
        said = alone.end()
    assert code == 2, err + said
    assert "no node of the cluster can compute this sweep: node" in err
    sweep = store.sweeps.get("s2")
    assert (sweep.state, sweep.done, sweep.running) == ("stopped", 0, 0)
    assert "must be installed on every machine" in sweep.message
