"""Runs that the commit before the house left in the middle end as it would have ended them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from of_before import digest, expected, is_that_machine, plain, same, unpack

from hts.studio.jobs.processes.run_jobs import recover
from hts.studio.jobs.workers import worker
from hts.studio.store.store import Store

NAMES: dict[str, str] = expected()["names"]
RESUMED: dict[str, dict] = expected()["resumed"]


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    unpack("runs", home)
    with Store(home) as opened:
        recover(opened)
        yield opened


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """A worker answers signals; after it they mean what they meant."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def resumed(store: Store, kind: str) -> str:
    run = store.runs.get(NAMES[kind])
    assert run.state == RESUMED[kind]["before"]
    if run.state != "queued":
        store.control.requeue(run.id)
    return run.id


def without_tails(result: dict) -> dict:
    """Estimates of tails are made anew of the same weights, and have changed since."""
    layers = [
        {name: value for name, value in layer.items() if not name.startswith("alpha")}
        for layer in result["layers"]
    ]
    return {**result, "tail_index": None, "layers": layers}


def check(store: Store, kind: str) -> None:
    """Bits where this is the machine that the files were made on, else within 1e-5."""
    run, wanted = store.runs.get(NAMES[kind]), RESUMED[kind]
    found = (run.state, run.step, run.attempt)
    assert found == (wanted["state"], wanted["step"], wanted["attempt"])
    evaluations = [plain(e) for e in store.series.evaluations(run.id)]
    assert same(evaluations, wanted["evaluations"], computed=True)
    assert same(without_tails(plain(run.result)), without_tails(wanted["result"]), computed=True)
    if is_that_machine():
        assert digest(store.arrays.load_checkpoint(run.id)[2]) == wanted["checkpoint_sha256"]


@pytest.mark.parametrize("kind", ["interrupted", "killed", "paused", "queued"])
def test_it_ends_as_it_would_have_ended(store, kind):
    assert worker.WORK["run"](store, resumed(store, kind), None) == 0
    check(store, kind)
