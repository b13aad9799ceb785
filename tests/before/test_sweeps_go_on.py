"""Sweeps that the commit before the house left in the middle come to the table it came to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from of_before import digest, expected, plain, same, unpack

from hts.studio.cli.main import main
from hts.studio.cluster.array import collect
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.sweep_jobs import stop_lost_sweeps
from hts.studio.jobs.sweeps import resume_sweep
from hts.studio.jobs.workers import group_work
from hts.studio.jobs.workers.group_control import GroupControl
from hts.studio.store.store import Store

SWEEPS: dict[str, dict] = expected()["sweeps"]


@pytest.fixture
def store_with(home: Path) -> Callable[[str], Store]:
    """``store_with("stopped")`` is a copy of the store that holds that sweep, as s1."""

    def open_(name: str) -> Store:
        unpack("sweeps", home)
        for other in set(SWEEPS) - {name}:
            assert (home / other).exists()
        return Store(home / name)

    return open_


def table(store: Store) -> list[dict]:
    return [
        {**plain(member.result), "run": member.run, "state": member.state, "message": run.message}
        for member in store.sweeps.members("s1")
        for run in [store.runs.get(member.run)]
    ]


def compute(store: Store) -> None:
    """Resume it, and compute group after group in this process."""
    resume_sweep(store, "s1")
    pid, started = this_process()
    crew = group_work.Crew(store, GroupControl(store), None)
    group = store.groups.take(pid=pid, pid_started=started)
    while group is not None:
        group = crew.compute(group)


@pytest.mark.parametrize("name", SWEEPS)
def test_it_is_read_as_it_was_left(store_with, name):
    wanted = SWEEPS[name]["as_stored"]
    with store_with(name) as store:
        sweep = store.sweeps.get("s1")
        for part in ("state", "message", "done", "total"):
            assert getattr(sweep, part) == wanted[part]
        assert {str(m.position): m.state for m in store.sweeps.members("s1")} == wanted["members"]
        state = wanted["saved_state"]
        saved = store.saved_groups.get("s1", state["positions"])
        assert (list(saved.positions), saved.step) == (state["positions"], state["step"])
        assert digest(saved.tensors) == state["tensors_sha256"]


def test_of_another_version_a_group_begins_anew_and_ends_alike(store_with, caplog):
    with store_with("stopped") as store, caplog.at_level(logging.INFO):
        compute(store)
        assert store.sweeps.get("s1").state == "finished"
        assert same(table(store), SWEEPS["stopped"]["table"], computed=True)
    assert "begins anew: its state is of another version" in caplog.text


def test_its_saved_state_is_understood_too(store_with, caplog, monkeypatch):
    state = SWEEPS["stopped"]["as_stored"]["saved_state"]
    monkeypatch.setattr(group_work, "code_version", lambda: state["code"])
    with store_with("stopped") as store, caplog.at_level(logging.INFO):
        compute(store)
        assert same(table(store), SWEEPS["stopped"]["table"], computed=True)
    assert f"goes on from step {state['step']}" in caplog.text


@pytest.mark.process
def test_killed_with_its_worker_it_goes_on_by_the_command(store_with, monkeypatch, capsys):
    with store_with("killed") as store:
        monkeypatch.setenv("HTS_HOME", str(store.home.root))
        stop_lost_sweeps(store)
        assert store.sweeps.get("s1").state == "stopped"
        assert main(["sweep", "--resume", "s1", "--slots", "1"]) == 0
        assert same(table(store), SWEEPS["killed"]["table"], computed=True)
    assert "is finished: 8 of 8 runs done" in capsys.readouterr().out


def test_parts_of_a_job_array_are_collected(home, tmp_path):
    with Store(home / "collected") as store:
        collect(store, unpack("parts", tmp_path / "parts"))
        assert same(table(store), expected()["parts"])
