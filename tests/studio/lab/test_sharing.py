"""One run for everybody who asks for the same; given up, and never taken from the others."""

from __future__ import annotations

import pytest

from hts.studio.jobs import client
from hts.studio.lab.access import NotAllowed, NotSeen
from hts.studio.lab.reader import Reader


@pytest.fixture
def seen_by(store, people, hosted):
    """``seen_by("ann")``: the store as she sees it; new runs are visible to the lab."""
    hosted('mode = ["oidc", "codes"]\nvisibility = "lab"')
    return lambda name: Reader(store, people[name])


def test_the_same_request_of_classmates_is_one_run(store, people, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    assert client.submit(seen_by("bob"), config) == (run_id,)
    assert client.submit(seen_by("ann"), config) == (run_id,)
    assert len(store.runs.list()) == 1
    assert store.runs.get(run_id).owner == people["ann"].id
    assert store.owners.askers(run_id) == [people["bob"].id]
    mine = store.runs.list(of=[people["bob"].id])
    assert [run.id for run in mine] == [run_id]


@pytest.mark.parametrize("state", ["running", "finished"])
def test_a_run_that_has_begun_or_finished_answers_too(store, config, seen_by, result, state):
    (run_id,) = client.submit(seen_by("ann"), config)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    if state == "finished":
        store.control.finish(run_id, result)
    assert client.submit(seen_by("bob"), config) == (run_id,)


@pytest.mark.parametrize(
    "state", ["cancelled", "failed", "paused", "to be paused", "to be stopped"]
)
def test_a_run_that_came_to_nothing_or_stands_still_does_not(store, config, seen_by, state):
    (run_id,) = client.submit(seen_by("ann"), config)
    if state == "cancelled":
        client.stop(seen_by("ann"), run_id)
    else:
        store.control.claim(run_id, pid=1, pid_started=1.0)
    if state == "failed":
        store.control.fail(run_id, "it failed")
    if state == "paused":
        store.control.set_paused(run_id, 3)
        store.control.request(run_id, "pause")
    if state.startswith("to be"):
        store.control.request(run_id, "pause" if state == "to be paused" else "stop")
    (other,) = client.submit(seen_by("bob"), config)
    assert other != run_id


def test_a_run_that_somebody_stopped_does_not_answer(store, config, seen_by, result):
    import dataclasses

    (run_id,) = client.submit(seen_by("ann"), config)
    store.control.finish(run_id, dataclasses.replace(result, stop_reason="stopped"))
    assert client.submit(seen_by("bob"), config) != (run_id,)


def test_private_runs_and_those_of_another_class_are_not_shared(store, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    (other,) = client.submit(seen_by("cem"), config)  # of another class
    assert other != run_id
    client.show_to(seen_by("ann"), run_id, "private")
    assert client.submit(seen_by("bob"), config) not in ((run_id,), (other,))


def test_repeat_always_makes_one_of_ones_own(store, people, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    (again,) = client.repeat(seen_by("bob"), run_id)
    assert again != run_id
    assert store.runs.get(again).owner == people["bob"].id


def test_a_request_with_a_twin_is_the_same_if_the_twin_is(store, people, config, seen_by):
    gaussian, silent = config.replace(noise="gaussian"), config.replace(noise="none")
    pair = client.submit(seen_by("ann"), config, gaussian)
    assert client.submit(seen_by("bob"), config, gaussian) == pair
    assert [store.owners.askers(run_id) for run_id in pair] == [[people["bob"].id]] * 2
    other = client.submit(seen_by("bob"), config, silent)
    assert not set(other) & set(pair)
    assert client.submit(seen_by("emmy"), config)[0] in (pair[0], other[0])


def test_one_user_alone_always_starts_a_new_run(store, config, monkeypatch):
    monkeypatch.delenv("HTS_LAB", raising=False)
    assert client.submit(store, config) != client.submit(store, config)


def test_an_asker_who_stops_it_leaves_it_to_its_owner(store, people, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    client.submit(seen_by("bob"), config)
    client.stop(seen_by("bob"), run_id)
    assert store.runs.get(run_id).state == "queued"
    assert store.owners.askers(run_id) == []
    with pytest.raises(NotAllowed):
        client.stop(seen_by("bob"), run_id)
    client.stop(seen_by("ann"), run_id)
    assert store.runs.get(run_id).state == "cancelled"


@pytest.mark.parametrize("give_up", [client.stop, client.delete])
def test_an_owner_who_gives_it_up_leaves_it_to_whoever_asked_first(
    store, people, config, seen_by, give_up
):
    (run_id,) = client.submit(seen_by("ann"), config)
    client.submit(seen_by("bob"), config)
    client.submit(seen_by("emmy"), config)
    give_up(seen_by("ann"), run_id)
    run = store.runs.get(run_id)
    assert (run.state, run.owner) == ("queued", people["bob"].id)
    assert store.owners.askers(run_id) == [people["emmy"].id]
    assert store.runs.list(of=[people["ann"].id]) == []
    give_up(seen_by("bob"), run_id)
    give_up(seen_by("emmy"), run_id)  # nobody else wants it
    assert [run.state for run in store.runs.list()] in ([], ["cancelled"])


def test_others_need_not_wait_for_who_owns_it(store, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    client.submit(seen_by("bob"), config)
    for hold in (client.pause, client.step):
        with pytest.raises(NotAllowed, match=f"somebody else asked for run {run_id} too"):
            hold(seen_by("ann"), run_id)
        with pytest.raises(NotAllowed, match="belongs to ann"):
            hold(seen_by("bob"), run_id)


def test_a_teacher_stops_it_for_all(store, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    client.submit(seen_by("bob"), config)
    client.stop(seen_by("emmy"), run_id)
    assert store.runs.get(run_id).state == "cancelled"


def test_who_asked_too_still_sees_it_when_it_is_hidden(store, config, seen_by):
    (run_id,) = client.submit(seen_by("ann"), config)
    client.submit(seen_by("bob"), config)
    client.show_to(seen_by("ann"), run_id, "private")
    assert seen_by("bob").runs.get(run_id)
    with pytest.raises(NotSeen):
        seen_by("max").runs.get(run_id)


def test_a_sweep_takes_over_only_what_its_owner_sees(store, people, config, seen_by, result):
    from hts.studio.sweeps.spec import SweepSpec

    (run_id,) = client.submit(seen_by("max"), config)
    store.control.finish(run_id, result)
    client.show_to(seen_by("max"), run_id, "private")
    spec = SweepSpec(name="one", base=config, grid={"seed": (config.seed, config.seed + 1)})
    reused = {
        name: store.sweeps.get(client.submit_sweep(seen_by(name), spec)).reused
        for name in ("max", "mia")
    }
    assert reused == {"max": 1, "mia": 0}
