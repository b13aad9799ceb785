"""States of groups: the furthest one that covers a group, and none that is damaged."""

from __future__ import annotations

import numpy as np
import pytest

from hts.config import RunConfig
from hts.studio.store.saved_groups import SavedGroup
from hts.studio.store.store import Store


@pytest.fixture
def store(home) -> Store:
    return Store(home)


@pytest.fixture
def sweep(store) -> str:
    configs = [RunConfig(width=20, seed=seed) for seed in range(6)]
    sweep_id = store.sweeps.create("{}", "six", configs)
    store.groups.add(sweep_id, [[0, 1, 2], [3, 4, 5]])
    return sweep_id


def state(*positions: int, step: int = 10) -> SavedGroup:
    weights = np.arange(len(positions) * 4, dtype=np.float32).reshape(len(positions), 2, 2)
    return SavedGroup(positions, step, '{"a": 1}', {"hidden_1": weights * step})


def test_a_state_is_found_by_the_members_it_covers(store, sweep):
    assert store.saved_groups.get(sweep, [0]) is None
    store.saved_groups.save(sweep, state(2, 0, 1))
    store.saved_groups.save(sweep, state(5, 3, step=7))
    found = store.saved_groups.get(sweep, [1, 2])
    assert found[:3] == ((2, 0, 1), 10, '{"a": 1}')
    assert np.array_equal(found.tensors["hidden_1"], state(2, 0, 1).tensors["hidden_1"])
    assert store.saved_groups.get(sweep, [3, 5]).step == 7
    assert store.saved_groups.get(sweep, [3, 4]) is None


def test_a_newer_state_takes_the_place_of_older_ones(store, sweep):
    store.saved_groups.save(sweep, state(0, 1, 2))
    store.saved_groups.save(sweep, state(1, 2, step=20))
    assert store.saved_groups.get(sweep, [1]).step == 20
    assert store.saved_groups.get(sweep, [0, 1]) is None
    assert len(list(store.home.sweep_groups(sweep).iterdir())) == 1


def test_groups_that_share_a_member_leave_each_other_their_states(store, sweep):
    store.saved_groups.save(sweep, state(0, 1, 2, step=30))
    store.saved_groups.save(sweep, state(2, 3, 4, step=20))
    assert store.saved_groups.get(sweep, [0, 1]).step == 30
    assert store.saved_groups.get(sweep, [3, 4]).step == 20


def test_a_damaged_state_counts_as_none_and_goes_with_the_next(store, sweep):
    store.saved_groups.save(sweep, state(0, 1, 2))
    (path,) = store.home.sweep_groups(sweep).iterdir()
    path.write_bytes(path.read_bytes()[:50])
    assert store.saved_groups.get(sweep, [0]) is None
    store.saved_groups.save(sweep, state(3, 4, 5))
    assert not path.exists()


@pytest.mark.parametrize("parts", [None, [[0], [1, 2]]])
def test_states_go_when_their_group_ends_or_is_taken_apart(store, sweep, parts):
    group = store.groups.take(pid=1, pid_started=2.0)
    store.saved_groups.save(sweep, state(0, 1, 2))
    store.saved_groups.save(sweep, state(3, 4, 5))
    store.groups.leave(group.number, pid=1)
    assert store.saved_groups.get(sweep, [0]).step == 10  # it waits again
    group = store.groups.take(pid=1, pid_started=2.0)
    if parts is None:
        for position in group.positions:
            store.members.fail(sweep, position, "no")
    store.groups.leave(group.number, pid=1, parts=parts)
    assert store.saved_groups.get(sweep, [0]) is None
    assert store.saved_groups.get(sweep, [3]).step == 10


def test_states_go_with_their_sweep(store, sweep):
    store.saved_groups.save(sweep, state(0, 1, 2))
    store.sweeps.stop(sweep, "")
    store.sweeps.delete(sweep)
    assert not store.home.sweep_groups(sweep).exists()
