"""Wishes reach the loop: at once, at the right step, and also when nobody is left."""

from __future__ import annotations

import threading
import time

import pytest

from hts.config import RunConfig
from hts.studio.jobs.workers.run_control import ASK_SECONDS, Leave, StoreControl
from hts.studio.store import Store


@pytest.fixture
def run_id(store: Store, long: RunConfig) -> str:
    run_id = store.create(long)
    store.claim(run_id, pid=1, pid_started=1.0)
    return run_id


@pytest.fixture
def control(store: Store, run_id: str) -> StoreControl:
    return StoreControl(store, run_id)


def later(seconds: float, what, *arguments, **named) -> threading.Timer:
    timer = threading.Timer(seconds, what, arguments, named)
    timer.start()
    return timer


def test_without_wishes_it_runs(control) -> None:
    assert [control.wanted(step) for step in range(1, 5)] == ["run"] * 4


def test_the_store_is_asked_rarely(store, control) -> None:
    control.wanted(1)
    queries: list[str] = []
    store.db._here().set_trace_callback(queries.append)
    ends = time.monotonic() + 0.25
    steps = 0
    while time.monotonic() < ends:
        steps += 1
        assert control.wanted(steps) == "run"
    assert steps > 1000
    assert len(queries) <= 1 + 0.25 / ASK_SECONDS


@pytest.mark.parametrize("want", ["pause", "stop"])
def test_a_wish_is_noticed_soon(store, run_id, control, want) -> None:
    control.wanted(1)
    store.request(run_id, want)
    time.sleep(ASK_SECONDS)
    assert control.wanted(2) == want


def test_it_pauses_until_told_to_go_on(store, run_id, control) -> None:
    store.request(run_id, "pause")
    assert control.wanted(3) == "pause"
    timer = later(0.3, store.request, run_id, "run")
    began = time.monotonic()
    assert control.wait(3) == "run"
    assert time.monotonic() - began >= 0.25
    timer.join()
    assert store.get(run_id).state == "running"
    assert store.get(run_id).step == 3


def test_a_paused_run_can_be_stopped(store, run_id, control) -> None:
    store.request(run_id, "pause")
    control.wanted(3)
    timer = later(0.1, store.request, run_id, "stop")
    assert control.wait(3) == "stop"
    timer.join()


def test_it_pauses_again_at_exactly_the_step_asked_for(store, run_id, control) -> None:
    store.request(run_id, "pause")
    assert control.wanted(3) == "pause"
    timer = later(0.1, store.request, run_id, "run", want_step=5)
    assert control.wait(3) == "run"
    timer.join()
    assert control.wanted(4) == "run"
    assert control.wanted(5) == "pause"
    store.request(run_id, "run")
    assert control.wait(5) == "run"
    assert control.wanted(6) == "run"


def test_pausing_at_a_step_is_then_what_is_wanted(store, run_id, control) -> None:
    store.request(run_id, "run", want_step=4)
    assert control.wanted(4) == "pause"
    timer = later(0.2, control.end, "it was enough")
    with pytest.raises(Leave, match="it was enough"):
        control.wait(4)
    timer.join()
    run = store.get(run_id)
    assert (run.state, run.want, run.want_step, run.step) == ("paused", "pause", None, 4)


def test_a_signal_ends_a_running_run_at_the_next_step(control) -> None:
    assert control.wanted(1) == "run"
    control.end("it was asked to end by SIGTERM")
    assert control.wanted(2) == "pause"
    with pytest.raises(Leave, match="asked to end by SIGTERM") as caught:
        control.wait(2)
    assert not caught.value.paused


def test_a_signal_after_a_wish_to_stop_is_that_wish(store, run_id, control) -> None:
    store.request(run_id, "stop")
    control.end("it was asked to end by SIGTERM")
    assert control.wanted(2) == "stop"


def test_a_paused_worker_leaves_when_no_scheduler_is_there(store, run_id) -> None:
    control = StoreControl(store, run_id, patience=0.3)
    store.request(run_id, "pause")
    control.wanted(2)
    store.home.scheduler_pulse.write_text("{}")
    pulses = [later(t, store.home.scheduler_pulse.write_text, "{}") for t in (0.2, 0.4)]
    began = time.monotonic()
    with pytest.raises(Leave, match="no scheduler has been there") as caught:
        control.wait(2)
    assert caught.value.paused
    assert time.monotonic() - began > 0.6
    for pulse in pulses:
        pulse.join()
