"""What a sweep costs, from the pace of the newest one that this store has computed."""

from __future__ import annotations

import pytest
from sweep_factories import result

from hts.config import RunConfig
from hts.studio.jobs.sweeps import begin_sweep
from hts.studio.store.store import Store
from hts.studio.sweeps.cost import LONG_ENOUGH, estimate, pace, work
from hts.studio.sweeps.spec import SweepSpec

BASE = RunConfig(width=30, iterations=20)


def computed(store: Store, seeds: tuple[int, ...], seconds: float) -> str:
    """A sweep whose runs have ended, of so many seconds."""
    sweep = begin_sweep(store, SweepSpec(name="test", base=BASE, grid={"seed": seeds}))
    for position in range(len(seeds)):
        store.members.finish(sweep, position, result(20.0))
    store.db.change("UPDATE sweeps SET seconds = ? WHERE number = ?", (seconds, int(sweep[1:])))
    return sweep


@pytest.fixture
def store(home) -> Store:
    return Store(home)


def test_without_a_sweep_there_is_no_pace(store):
    assert pace(store) is None
    assert pace(None) is None


def test_the_pace_is_seconds_over_work_and_scales_with_the_runs(store):
    computed(store, (1, 2), 2 * LONG_ENOUGH)
    done = sum(work(m.config, m.result.iterations) for m in store.sweeps.members("s1"))
    assert pace(store) == pytest.approx(2 * LONG_ENOUGH / done)
    one, three = ([BASE.replace(seed=seed) for seed in range(n)] for n in (1, 3))
    assert estimate(three, store) == pytest.approx(3 * estimate(one, store))


def test_the_work_of_a_run_is_that_of_all_its_networks():
    several = BASE.replace(replicates=4, controls="none,gaussian")
    assert work(several) == 12 * work(BASE)


def test_short_sweeps_and_those_of_a_kind_that_is_not_known_here_are_passed_over(store):
    computed(store, (1, 2), 2 * LONG_ENOUGH)
    known = pace(store)
    computed(store, (3, 4), LONG_ENOUGH / 2)
    unknown = computed(store, (5, 6), 9 * LONG_ENOUGH)
    store.db.change(
        "UPDATE members SET config = replace(config, '\"III\"', '\"IV\"') WHERE sweep = ?",
        (int(unknown[1:]),),
    )
    assert pace(Store(store.home.root)) == known
