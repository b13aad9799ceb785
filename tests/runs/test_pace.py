"""How often a run is looked at: a share of its work, never a matter of the clock."""

from __future__ import annotations

import pytest

from hts import RunConfig
from hts.budget.work import Work, work_of
from hts.runs.pace import EVALUATIONS, LOOK_SHARE, SNAPSHOTS, Looks, due

MNIST = {"inputs": 784, "classes": 10, "train": 60_000, "test": 10_000}


def test_numbers_are_close_together_at_first_and_then_apart_by_a_factor():
    assert [n for n in range(1, 30) if due(n, 1.5)] == [1, 2, 3, 5, 8, 12, 18, 27]
    assert all(due(n, 1.0) for n in range(1, 30))


@pytest.mark.slow
@pytest.mark.parametrize("iterations", [3000, 100_000])
def test_a_long_run_is_looked_at_within_its_share(iterations):
    config = RunConfig(width=5000, batch_size=5000, iterations=iterations, noise="I")
    work = work_of(config, **MNIST, looked_at=5000)
    looks = Looks(work, iterations=iterations, eval_every=1)
    numbers = range(1, iterations + 1)
    snapshots = sum(looks.snapshot_due(n) for n in numbers)
    evaluations = sum(looks.evaluation_due(n) for n in numbers)
    whole = iterations * work.step
    assert snapshots >= 9
    looking = evaluations * work.evaluation + snapshots * work.snapshot
    assert 0.2 * LOOK_SHARE * whole < looking <= 2 * LOOK_SHARE * whole


def test_a_short_run_is_looked_at_often_all_the_same():
    config = RunConfig()
    work = work_of(config, inputs=64, classes=10, train=1437, test=360, looked_at=5000)
    looks = Looks(work, iterations=1000, eval_every=10)
    assert (looks.evaluations, looks.snapshots) == (EVALUATIONS[1], SNAPSHOTS[1])
    assert sum(looks.snapshot_due(n) for n in range(1, 101)) >= 15


def test_each_doubling_of_the_count_has_one_look_at_the_gradient_noise():
    config = RunConfig()
    work = work_of(config, inputs=64, classes=10, train=1437, test=360, looked_at=5000)
    looks = Looks(work, iterations=1000, eval_every=10)
    found = [n for n in range(1, 101) if looks.gradients_due(n)]
    assert [n.bit_length() for n in found] == [1, 2, 3, 4, 5, 6, 7]
    assert all(looks.snapshot_due(n) for n in found)


def test_cheap_looks_are_all_taken():
    work = Work(step=1e9, evaluation=1.0, snapshot=1.0, result=1.0)
    looks = Looks(work, iterations=500, eval_every=1)
    assert (looks.evaluations, looks.snapshots) == (EVALUATIONS[0], SNAPSHOTS[0])
    assert all(looks.evaluation_due(n) for n in range(1, 501))
