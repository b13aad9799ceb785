"""Wishes reach the loop: at once, at the right step, and also when nobody is left."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from hts.config import RunConfig
from hts.studio.jobs import steering
from hts.studio.jobs.workers import control as module
from hts.studio.jobs.workers.control import ASK_SECONDS, Leave, StoreControl
from hts.studio.store.store import Store


class Clock:
    """Time that passes in `sleep` alone, and what happens meanwhile."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.due: list[tuple[float, Callable[[], object]]] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for entry in [entry for entry in self.due if entry[0] <= self.now]:
            self.due.remove(entry)
            entry[1]()

    def later(self, seconds: float, what: Callable[[], object]) -> None:
        self.due.append((self.now + seconds, what))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def run_id(store: Store, long: RunConfig) -> str:
    run_id = store.runs.create(long)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    return run_id


@pytest.fixture
def control(store: Store, run_id: str) -> StoreControl:
    return StoreControl(store, run_id)


def test_without_wishes_it_runs(control) -> None:
    assert [control.wanted(step) for step in range(1, 5)] == ["run"] * 4


def test_the_store_is_asked_rarely(store, control, clock) -> None:
    control.wanted(1)
    queries: list[str] = []
    store.db._here().set_trace_callback(queries.append)
    for step in range(1000):
        clock.sleep(2.5 * ASK_SECONDS / 1000)
        assert control.wanted(step) == "run"
    assert len(queries) == 2


@pytest.mark.parametrize("want", ["pause", "stop"])
def test_a_wish_is_noticed_soon(store, run_id, control, want, clock) -> None:
    control.wanted(1)
    store.control.request(run_id, want)
    assert control.wanted(2) == "run"
    clock.sleep(ASK_SECONDS)
    assert control.wanted(3) == want


def test_it_pauses_until_told_to_go_on(store, run_id, control, clock) -> None:
    store.control.request(run_id, "pause")
    assert control.wanted(3) == "pause"
    began = clock.now
    clock.later(100, lambda: store.control.request(run_id, "run"))
    assert control.wait(3) == "run"
    assert clock.now - began == pytest.approx(100, abs=2 * module.WAIT_SECONDS)
    assert store.runs.get(run_id).state == "running"
    assert store.runs.get(run_id).step == 3


def test_a_paused_run_can_be_stopped(store, run_id, control, clock) -> None:
    store.control.request(run_id, "pause")
    control.wanted(3)
    clock.later(0.1, lambda: store.control.request(run_id, "stop"))
    assert control.wait(3) == "stop"


def test_it_pauses_again_at_exactly_the_step_asked_for(store, run_id, control, clock) -> None:
    store.control.request(run_id, "pause")
    assert control.wanted(3) == "pause"
    clock.later(0.1, lambda: store.control.request(run_id, "run", want_step=5))
    assert control.wait(3) == "run"
    assert control.wanted(4) == "run"
    assert control.wanted(5) == "pause"
    store.control.request(run_id, "run")
    assert control.wait(5) == "run"
    assert control.wanted(6) == "run"


def test_pausing_at_a_step_is_then_what_is_wanted(store, run_id, control, clock) -> None:
    store.control.request(run_id, "run", want_step=4)
    assert control.wanted(4) == "pause"
    clock.later(0.2, lambda: control.end("it was enough"))
    with pytest.raises(Leave, match="it was enough"):
        control.wait(4)
    run = store.runs.get(run_id)
    assert (run.state, run.want, run.want_step, run.step) == ("paused", "pause", None, 4)


def test_a_signal_ends_a_running_run_at_the_next_step(control) -> None:
    assert control.wanted(1) == "run"
    control.end("it was asked to end by SIGTERM")
    assert control.wanted(2) == "pause"
    with pytest.raises(Leave, match="asked to end by SIGTERM") as caught:
        control.wait(2)
    assert not caught.value.paused


def test_a_signal_after_a_wish_to_stop_is_that_wish(store, run_id, control) -> None:
    store.control.request(run_id, "stop")
    control.end("it was asked to end by SIGTERM")
    assert control.wanted(2) == "stop"


def test_a_paused_worker_leaves_when_no_scheduler_is_there(store, run_id, clock) -> None:
    control = StoreControl(store, run_id, patience=30)
    store.control.request(run_id, "pause")
    control.wanted(2)
    store.home.scheduler_pulse.write_text("{}")
    for seconds in (20, 40):  # it shows itself twice more
        stamp = (seconds * 10**9,) * 2
        clock.later(seconds, lambda stamp=stamp: os.utime(store.home.scheduler_pulse, ns=stamp))
    began = clock.now
    with pytest.raises(Leave, match="no scheduler has been there") as caught:
        control.wait(2)
    assert caught.value.paused
    assert clock.now - began == pytest.approx(70, abs=1)


def test_a_changed_setting_is_noticed_soon_and_said_once(store, run_id, control, clock) -> None:
    assert (control.wanted(1), control.changes(1)) == ("run", {})
    steering.ask(store, run_id, {"alpha": 1.5}, who=None)
    assert (control.wanted(2), control.changes(2)) == ("run", {})
    clock.sleep(ASK_SECONDS)
    assert (control.wanted(3), control.changes(3)) == ("run", {"alpha": 1.5})
    assert [change.step for change in store.runs.get(run_id).steered] == [4]
    assert control.changes(4) == {}


def test_what_was_changed_in_a_pause_holds_from_the_next_step_on(
    store, run_id, control, clock
) -> None:
    store.control.request(run_id, "pause")
    assert control.wanted(3) == "pause"
    clock.later(0.1, lambda: steering.ask(store, run_id, {"lr": 0.5}, who=None))
    clock.later(0.3, lambda: store.control.request(run_id, "run"))
    assert control.wait(3) == "run"
    assert control.changes(3) == {"lr": 0.5}
    assert [change.step for change in store.runs.get(run_id).steered] == [4]


def test_what_waited_for_a_worker_holds_from_its_first_step_on(store, run_id) -> None:
    steering.ask(store, run_id, {"lr": 0.5}, who=None)
    assert StoreControl(store, run_id).changes(12) == {"lr": 0.5}
    assert [change.step for change in store.runs.get(run_id).steered] == [13]
