"""A lab of real processes is broken once in each quick way; ``bench faults`` does it 20 times."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import pytest
from factories import recorded_result

from bench.app import faults
from bench.app import faults_repeated as faults_bench
from bench.app.faults_repeated import prepared
from bench.app.lab_processes import LONG, Broken, Lab

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]


@pytest.fixture(scope="module")
def broken_lab() -> Iterator[Lab]:
    with prepared("worker killed") as lab:
        yield lab


QUICK = ["cache cleared", "drained and restarted"]


@pytest.mark.parametrize("name", QUICK)
def test_every_accepted_run_finishes(broken_lab, name) -> None:
    faults.FAULTS[name](broken_lab, random.Random(5))


def test_what_does_not_hold_is_noticed(tmp_path) -> None:
    lab = Lab(tmp_path)
    try:
        run_id = lab.store.runs.create(LONG)
        with pytest.raises(Broken, match="within 0 s not: a service is up"):
            lab.until(lab.served, "a service is up", 0.1)
        lab.store.control.claim(run_id, pid=1, pid_started=1.0)
        lab.store.control.mark_interrupted(run_id, "")
        with pytest.raises(Broken, match="is interrupted without a word"):
            lab.check([run_id])
        with pytest.raises(Broken, match=f"run {run_id} is interrupted"):
            lab.all_finish([run_id])
        lab.store.control.requeue(run_id)
        lab.store.control.claim(run_id, pid=1, pid_started=1.0)
        with pytest.raises(Broken, match=f"begun again although their workers lived: {run_id}"):
            faults._need_first_attempt(lab, [run_id])
        lab.store.control.finish(run_id, recorded_result(iterations=LONG.iterations))
        lab._steps = [100]
        with pytest.raises(Broken, match="has other records than an undisturbed one"):
            lab.all_finish([run_id])
    finally:
        lab.close()


def test_a_fault_that_cannot_be_caused_here_is_said(monkeypatch) -> None:
    def cannot(name):
        raise faults_bench.NotHere("no right to mount")

    monkeypatch.setattr(faults_bench, "prepared", cannot)
    assert faults_bench.repeated("disk full", 3, 1) == {"skipped": "no right to mount"}
