"""Runs steered in real workers: repeated from their record, resumed after a kill, bit for bit."""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import sys
import time

import numpy as np
import pytest

from hts.config import RunConfig
from hts.studio.jobs import client
from hts.studio.transfer.export import final_weights

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")

CONFIG = RunConfig(
    data="moons", width=30, iterations=1500, eval_every=50, batch_size=20, sigma=0.1, device="cpu"
)
VALUES = {
    "alpha": (1.2, 1.5, 1.75, 1.9, 2.0),
    "sigma": (0.0, 0.05, 0.1, 0.3),
    "lr": (0.005, 0.02, 0.1),
    "noise": ("I", "II", "III", "gaussian", "none"),
}


def steer_at_random(lab, run_id, rng, times):
    """Let it go on for some steps, steering meanwhile; it is paused after each time."""
    for _ in range(times):
        run = lab.until(run_id, "paused")
        client.step(lab.store, run_id, rng.randint(2, 60))
        name = rng.choice(sorted(VALUES))
        client.steer(lab.store, run_id, **{name: rng.choice(VALUES[name])})
        lab.until(run_id, lambda now, before=run: now.state == "paused" and now.step > before.step)


def history(store, run_id):
    points = [dataclasses.replace(p, seconds=0.0) for p in store.series.evaluations(run_id)]
    steps = store.series.snapshot_steps(run_id)
    looks = [dataclasses.replace(store.series.snapshot(run_id, s), seconds=0.0) for s in steps]
    result = dataclasses.replace(store.runs.get(run_id).result, seconds=0.0)
    return points, looks, result


def assert_same(store, one, other):
    assert history(store, one) == history(store, other)
    ours, theirs = final_weights(store, one), final_weights(store, other)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


def repeated(lab, run_id):
    (again,) = client.repeat(lab.store, run_id)
    assert lab.until(again, "finished").result is not None
    return again


def test_a_run_steered_ten_times_is_repeated_from_its_record(busy_lab):
    store, rng = busy_lab.store, random.Random(1)
    (run_id,) = client.submit(store, CONFIG, paused=True)
    steer_at_random(busy_lab, run_id, rng, 10)
    client.resume(store, run_id)
    run = busy_lab.until(run_id, "finished")
    assert len({change.step for change in run.steered}) >= 8  # some may have changed nothing
    assert_same(store, run_id, repeated(busy_lab, run_id))
    (plain,) = client.submit(store, CONFIG)
    busy_lab.until(plain, "finished")
    assert history(store, plain) != history(store, run_id)


def test_a_killed_run_goes_on_from_an_older_checkpoint_with_the_same_changes(busy_lab):
    store, rng = busy_lab.store, random.Random(2)
    (run_id,) = client.submit(store, CONFIG, paused=True)
    steer_at_random(busy_lab, run_id, rng, 3)
    older, at = store.home.checkpoint(run_id).read_bytes(), store.runs.get(run_id).step
    steer_at_random(busy_lab, run_id, rng, 4)
    client.step(store, run_id, 600)  # it pauses before its end, should it come so far
    client.steer(store, run_id, sigma=0.2)
    run = busy_lab.until(run_id, lambda run: any(c.value == 0.2 for c in run.steered))
    store.queue.drain("Nothing begins before the checkpoint is an older one.")
    os.kill(run.pid, signal.SIGKILL)
    busy_lab.until(run_id, lambda run: run.pid is None)
    store.home.checkpoint(run_id).write_bytes(older)
    before = store.runs.get(run_id).steered
    assert before[-1].step > before[-2].step > at
    store.queue.drain(None)
    client.resume(store, run_id)
    run = busy_lab.until(run_id, "finished")
    assert (run.attempt, run.steered) == (2, before)
    assert_same(store, run_id, repeated(busy_lab, run_id))


def test_a_change_reaches_the_next_steps_soon(busy_lab, long, capsys):
    """How long it takes is told, not asserted."""
    store = busy_lab.store
    (run_id,) = client.submit(store, long.replace(noise="III"))
    busy_lab.until(run_id, lambda run: run.state == "running" and run.step > 0)
    took = []
    for alpha in np.linspace(1.2, 1.9, 20).round(3):
        began = time.perf_counter()
        client.steer(store, run_id, alpha=float(alpha))
        while not (steered := store.runs.get(run_id).steered) or steered[-1].value != alpha:
            time.sleep(0.002)
        took.append(time.perf_counter() - began)
    client.stop(store, run_id)
    busy_lab.until(run_id, "finished")
    assert [change.value for change in store.runs.get(run_id).steered] == sorted(
        change.value for change in store.runs.get(run_id).steered
    )
    with capsys.disabled():
        print(f"\nfrom steering to the first step: median {np.median(took):.3f} s, "
              f"longest {max(took):.3f} s")  # fmt: skip
