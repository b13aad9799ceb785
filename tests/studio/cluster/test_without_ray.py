"""What a cluster needs and asks for, without a cluster and without Ray."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import sys
import types

import pytest

from hts.config import RunConfig
from hts.data import load
from hts.records import RunResult, decode
from hts.runs.single import train
from hts.studio.cli.main import main
from hts.studio.cluster import task
from hts.studio.cluster.dispatch import ray_task
from hts.studio.cluster.news import Assignment, Began, Looks, Saved, Saving
from hts.studio.cluster.nodes import Nodes
from hts.studio.cluster.share import Share, in_flight
from hts.studio.cluster.status import ClusterStatus, NodeStatus, read_status, write_status
from hts.studio.cluster.tally import Pace
from hts.studio.cluster.task import work
from hts.studio.cluster.versions import Differs, code_version, data_checksum
from hts.studio.jobs.sweeps import begin_sweep
from hts.studio.jobs.workers.ended import Ended, Trouble
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

SMALL = ["--grid", "seed=1..2", "--set", "width=20", "--set", "iterations=30"]


def test_without_ray_the_message_says_what_to_install(home, monkeypatch, capsys) -> None:
    if importlib.util.find_spec("ray") is not None:
        monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    assert main(["sweep", *SMALL, "--cluster", "local"]) == 2
    said = capsys.readouterr().err
    assert "needs ray, which is not installed" in said
    assert "pip install ray, or heavy-tailed-sgd-studio[cluster]" in said
    assert "Traceback" not in said
    assert main(["sweep", "--list"]) == 0  # nothing was begun
    assert "no sweeps yet" in capsys.readouterr().out


def test_places_are_what_fits_on_each_node() -> None:
    cpu = RunConfig()
    nodes = [{"CPU": 4.0}, {"CPU": 3.0, "GPU": 2.0}, {}]
    assert Share().places(nodes, cpu) == 7
    assert Share(cpus=2).places(nodes, cpu) == 3
    assert Share(cpus=0.5, gpus=0.25).places(nodes, cpu) == 6  # limited by the node's CPUs
    assert Share(cpus=0.1, gpus=0.3).places(nodes, cpu) == 6  # three on each GPU
    assert Share(gpus=2).places(nodes, cpu) == 1
    assert Share().places(nodes, cpu.replace(device="cuda")) == 2
    assert Share(cpus=0.5).threads == 1
    assert Share(cpus=2.7).threads == 2


@pytest.mark.parametrize("given", [{"cpus": 0}, {"cpus": "x"}, {"gpus": -1}])
def test_a_share_that_no_node_could_have_is_refused(given) -> None:
    with pytest.raises(BadInput, match="what each group takes of a node"):
        Share(**given)


def test_a_bounded_number_is_in_flight() -> None:
    assert [in_flight(places) for places in (0, 1, 4, 100)] == [1, 2, 5, 125]
    assert in_flight(10**9) == in_flight(10**6) < 10**4


def test_a_pace_is_of_the_last_minutes() -> None:
    pace = Pace(now=0.0)
    assert pace.per_minute(10.0) is None
    for second in range(60):
        pace.count(float(second))
    assert pace.per_minute(60.0) == 60.0
    assert pace.per_minute(1000.0) is None


def test_other_data_have_another_checksum() -> None:
    digits = load("digits")
    changed = digits.x_train.copy()
    changed[3, 5] += 1e-3
    other = dataclasses.replace(digits, x_train=changed)
    renamed = dataclasses.replace(digits, classes=("x", *digits.classes[1:]))
    sums = [data_checksum(data) for data in (digits, other, renamed)]
    assert len(set(sums)) == 3
    assert data_checksum(load("digits")) == sums[0]


def assignment(*configs: RunConfig, **others) -> Assignment:
    given = {
        "group": 1,
        "configs": tuple(config.to_json() for config in configs),
        "positions": tuple(range(10, 10 + len(configs))),
        "wanted": frozenset(range(10, 10 + len(configs))),
        "keep_weights": False,
        "threads": 1,
        "data": data_checksum(load("digits")),
        "saving": Saving(seconds=1000.0, bytes_per_second=1e6),
    }
    return Assignment(**{**given, **others})


def test_a_task_tells_of_every_run_that_is_wanted(short, monkeypatch) -> None:
    monkeypatch.setattr(task, "_held", {})
    configs = [short.replace(seed=seed) for seed in (1, 2, 3)]
    asked = []

    def fetch():
        asked.append(1)
        return load("digits")

    given = assignment(*configs, wanted=frozenset((10, 12)), keep_weights=True)
    for _ in range(2):
        news = list(work(given, fetch, node="n" * 56))
        assert isinstance(news[0], Began)
        ended = [one for one in news if isinstance(one, Ended)]
        assert sorted(one.position for one in ended) == [10, 12]
        assert all(one.weights is not None and one.size > 4 * 20 * 64 for one in ended)
    assert asked == [1]  # the data are kept
    alone = train(configs[2], load("digits"))
    (third,) = [decode(one.result, RunResult) for one in ended if one.position == 12]
    assert third.test_accuracy == pytest.approx(alone.test_accuracy, abs=0.3)


def test_a_task_that_is_closed_stops_training(short, monkeypatch) -> None:
    monkeypatch.setattr(task, "_held", {})
    endless = short.replace(iterations=10**8)
    running = work(assignment(endless), lambda: load("digits"), node="n")
    assert isinstance(next(running), Began)
    next(running)  # word of its progress
    running.close()  # as a request to cancel does
    assert not [t for t in task.threading.enumerate() if t.name == "training"]


def test_a_task_says_what_went_wrong(short, monkeypatch) -> None:
    monkeypatch.setattr(task, "_held", {})
    news = list(work(assignment(short.replace(width=10**9)), lambda: load("digits"), node="n"))
    assert isinstance(news[-1], Trouble)
    assert "width 1000000000 on digits needs about" in news[-1].words


def test_other_data_are_refused(short, monkeypatch) -> None:
    monkeypatch.setattr(task, "_held", {})
    with pytest.raises(Differs, match=r"digits came there with checksum .*, the head's has abc"):
        next(work(assignment(short, data="abc"), lambda: load("digits"), node="n"))


def test_states_and_looks_are_sent_and_a_group_goes_on_from_one(short, monkeypatch) -> None:
    monkeypatch.setattr(task, "_held", {})
    monkeypatch.setattr(task, "LOOK_SECONDS", 0.0)
    configs = [short.replace(seed=seed) for seed in (1, 2)]
    often = Saving(seconds=0.0, bytes_per_second=1e12)
    news = list(work(assignment(*configs, saving=often), lambda: load("digits"), node="n"))
    ended = {one.position: one for one in news if isinstance(one, Ended)}
    looks = [one for one in news if isinstance(one, Looks)]
    assert [run.position for run in looks[0].runs] == [10, 11]
    assert looks[-1].runs[0].step > looks[0].runs[0].step
    assert looks[-1].runs[0].train_accuracy is not None
    saved = [one for one in news if isinstance(one, Saved)]
    assert [one.state.step for one in saved] == list(range(1, 30))
    given = assignment(*configs, state=saved[14].state)
    again = {o.position: o for o in work(given, None, node="n") if isinstance(o, Ended)}
    assert again.keys() == ended.keys()
    for position, one in again.items():
        assert without_seconds(one.result) == without_seconds(ended[position].result)
        assert without_seconds(one.snapshot) == without_seconds(ended[position].snapshot)


def without_seconds(record: bytes) -> dict:
    plain = json.loads(record)
    assert plain.pop("seconds") > 0
    return plain


def test_large_states_come_seldom() -> None:
    saving = Saving(seconds=30.0, bytes_per_second=1e6)
    assert [saving.due_after(size) for size in (0, 10**6, 10**8)] == [30.0, 30.0, 100.0]


def test_a_node_with_other_code_refuses_before_it_looks_at_anything(monkeypatch) -> None:
    here = types.SimpleNamespace(get_node_id=lambda: "n1")
    ray = types.SimpleNamespace(get_runtime_context=lambda: here)
    monkeypatch.setitem(sys.modules, "ray", ray)
    (refusal,) = ray_task()("0.0.9+abc", [])
    assert (refusal["node"], set(refusal)) == ("n1", {"node", "host", "refused"})
    assert refusal["refused"] == f"it has hts {code_version()}, the head has 0.0.9+abc"
    monkeypatch.setitem(sys.modules, "hts.studio.cluster.versions", None)
    (refusal,) = ray_task()("0.0.9+abc", [])
    assert "hts cannot be loaded there (" in refusal["refused"]


def test_nodes_that_refuse_are_told_of_once_and_get_no_work() -> None:
    def node(name: str, alive: bool = True) -> dict:
        return {"NodeID": name * 10, "NodeManagerHostname": name, "Alive": alive}

    there = [node("a"), node("b")]
    nodes = Nodes(types.SimpleNamespace(nodes=lambda: there))
    nodes.look()
    assert len(nodes.fit()) == 2
    assert nodes.refuse("b" * 10, "b", "why") == "node b (bbbbbbbb) gets no work: why."
    assert nodes.refuse("b" * 10, "b", "why") is None
    assert [one.host for one in nodes.fit()] == ["a"]
    assert [one.refused for one in nodes.status([])] == ["", "node b (bbbbbbbb) gets no work: why."]
    there[0] = node("a", alive=False)
    nodes.look()
    assert (nodes.fit(), nodes.lost) == ([], 1)


def test_a_status_is_read_as_it_was_written_and_gone_with_its_sweep(store, short) -> None:
    sweep = begin_sweep(store, SweepSpec(name="test", base=short))
    assert read_status(store, sweep) is None
    node = NodeStatus(
        id="abc", host="here", cpus=2, gpus=0, alive=True, groups=1, runs=3, steps_per_second=5.0
    )
    status = ClusterStatus(address="local", began=0.0, updated=100.0, ended=False, nodes=[node])
    write_status(store, sweep, status)
    assert read_status(store, sweep) == status
    assert status.silent(105.0) is None
    assert status.silent(200.0) == 100.0
    assert dataclasses.replace(status, ended=True).silent(200.0) is None
    store.home.sweep_cluster(sweep).write_text("{")
    assert read_status(store, sweep) is None
    store.sweeps.stop(sweep, "")
    store.sweeps.delete(sweep)
    assert not store.home.sweep_cluster(sweep).exists()
