"""Who steers what, and that nobody's run is changed for them."""

from __future__ import annotations

import numpy as np
import pytest

from hts.studio.jobs import client, steering
from hts.studio.lab.access import NotAllowed, NotSeen
from hts.studio.lab.reader import Reader
from hts.validate import BadInput


@pytest.fixture
def seen_by(store, people, hosted):
    """``seen_by("ann")``: the store as she sees it; new runs are visible to the lab."""
    hosted('mode = ["oidc", "codes"]\nvisibility = "lab"')
    return lambda name: Reader(store, people[name])


@pytest.fixture
def shared(store, config, seen_by) -> str:
    """A run of ann's at step 15, with a checkpoint of step 10; bob asked for the same."""
    (run_id,) = client.submit(seen_by("ann"), config)
    client.submit(seen_by("bob"), config)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.arrays.save_checkpoint(run_id, 10, 5.0, {"a": np.ones(1)})
    store.control.progress(run_id, 15, 7.5)
    return run_id


def changes(run):
    return [(c.step, c.setting, c.value, c.who) for c in run.steered]


def test_the_owner_alone_steers_the_run_itself(store, people, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    assert client.steer(seen_by("ann"), run_id, alpha=1.5) == run_id
    (wish,) = store.runs.get(run_id).wishes
    assert (wish.setting, wish.value, wish.who) == ("alpha", 1.5, people["ann"].id)


@pytest.mark.parametrize(("who", "refused"), [("bob", NotAllowed), ("cem", NotSeen)])
def test_nobody_steers_a_run_of_others(store, config, seen_by, who, refused):
    (run_id,) = client.submit(seen_by("ann"), config)
    with pytest.raises(refused):
        client.steer(seen_by(who), run_id, alpha=1.5)
    assert store.runs.get(run_id).wishes == ()


def test_a_teacher_steers_a_students_run(store, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    assert client.steer(seen_by("emmy"), run_id, alpha=1.5) == run_id


def test_who_asked_for_it_too_goes_on_with_a_copy(store, people, config, seen_by, shared):
    own = client.steer(seen_by("bob"), shared, alpha=1.5, lr=0.1)
    run, before = store.runs.get(own), store.runs.get(shared)
    assert (run.owner, run.state, run.checkpoint_step) == (people["bob"].id, "queued", 10)
    assert changes(run) == [
        (16, "alpha", 1.5, people["bob"].id), (16, "lr", 0.1, people["bob"].id)
    ]  # fmt: skip
    assert (before.owner, before.steered, before.wishes) == (people["ann"].id, (), ())
    assert store.owners.askers(shared) == []
    assert client.submit(seen_by("emmy"), config) == (shared,)


def test_an_owner_who_steers_leaves_the_run_to_the_others(store, people, config, seen_by, shared):
    own = client.steer(seen_by("ann"), shared, sigma=0.5)
    assert store.runs.get(own).owner == people["ann"].id
    assert store.runs.get(shared).owner == people["bob"].id
    assert store.runs.get(shared).effective == config
    assert client.steer(seen_by("ann"), own, sigma=0.6) == own


def test_a_copy_of_a_paused_run_is_paused(store, people, seen_by, shared):
    store.control.set_paused(shared, 15)
    own = store.runs.get(client.steer(seen_by("ann"), shared, sigma=0.5))
    assert (own.state, own.pid) == ("paused", None)
    client.resume(seen_by("ann"), own.id)
    assert store.runs.get(own.id).state == "queued"


def test_a_refused_value_splits_nothing(store, seen_by, shared):
    with pytest.raises(BadInput, match="alpha must be"):
        client.steer(seen_by("bob"), shared, alpha=7)
    assert len(store.runs.list()) == 1


def test_repeat_starts_what_happened(store, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    client.steer(seen_by("ann"), run_id, alpha=1.5)
    steering.take_up(store, run_id, 8)
    (again,) = client.repeat(seen_by("ann"), run_id)
    assert store.runs.get(again).config == config.replace(alpha="1.75@0/1.5@8")
    assert store.runs.get(again).steered == ()
