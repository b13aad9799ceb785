"""Wishes, what became of them, and whom a steered run answers."""

from __future__ import annotations

import dataclasses

import pytest

from hts.config import RunConfig
from hts.records import Moment, summarise
from hts.studio.jobs import steering
from hts.studio.jobs.copies import copy_records
from hts.studio.store.sight import Sight
from hts.validate import BadInput


@pytest.fixture
def run_id(store, config) -> str:
    run_id = store.runs.create(config, owner="ann")
    store.control.claim(run_id, pid=1, pid_started=1.0)
    return run_id


def ask(store, run_id, **values):
    steering.ask(store, run_id, values, who="ann")


def test_wish_waits_until_it_is_taken_up_and_then_has_its_step(store, run_id, config):
    ask(store, run_id, alpha="1.5", noise="ii")
    run = store.runs.get(run_id)
    assert [(w.setting, w.value, w.who) for w in run.wishes] == [
        ("alpha", 1.5, "ann"), ("noise", "II", "ann")
    ]  # fmt: skip
    assert run.effective == config
    assert steering.take_up(store, run_id, 41) == {"alpha": 1.5, "noise": "II"}
    run = store.runs.get(run_id)
    assert [(c.step, c.setting, c.value, c.who) for c in run.steered] == [
        (41, "alpha", 1.5, "ann"), (41, "noise", "II", "ann")
    ]  # fmt: skip
    assert not run.wishes
    assert run.config == config
    assert run.effective == config.replace(alpha="1.75@0/1.5@41", noise="III@0/II@41")
    assert steering.take_up(store, run_id, 42) == {}


def test_the_last_wish_about_a_setting_counts(store, run_id):
    for alpha in (1.5, 1.4, 1.3):
        ask(store, run_id, alpha=alpha)
    ask(store, run_id, lr=0.5)
    assert steering.take_up(store, run_id, 2) == {"alpha": 1.3, "lr": 0.5}


def test_what_changes_nothing_is_not_written_down(store, run_id, config):
    ask(store, run_id, alpha=config.alpha)
    assert steering.take_up(store, run_id, 2) == {}
    assert store.runs.get(run_id).steered == ()


def test_what_was_changed_later_gives_way_where_a_run_goes_on_earlier(store, run_id, config):
    for step, values in ((20, {"alpha": 1.5}), (30, {"lr": 0.1}), (40, {"alpha": 1.2})):
        ask(store, run_id, **values)
        steering.take_up(store, run_id, step)
    ask(store, run_id, alpha=1.9)  # gone on from a checkpoint of step 9
    steering.take_up(store, run_id, 10)
    run = store.runs.get(run_id)
    assert [(c.step, c.setting) for c in run.steered] == [(10, "alpha"), (30, "lr")]
    assert run.effective.to_dict()["alpha"] == "1.75@0/1.9@10"


def test_plans_beyond_a_change_are_dropped_and_those_of_others_kept(store):
    config = RunConfig(alpha="2@0/1.5@50", lr="0.1@0/0.2@60", width=20)
    run_id = store.runs.create(config)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    ask(store, run_id, alpha=2)  # as it is now: it is to stay
    steering.take_up(store, run_id, 30)
    assert store.runs.get(run_id).effective == config.replace(alpha=2.0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "nothing to change"),
        ({"alpha": 3}, "alpha must be"),
        ({"width": 10}, "alpha, sigma, noise, lr"),
        ({"noise": "IV"}, "noise must be"),
        ({"lr": "0.1@0/0.2@5"}, "lr must be"),
    ],
)
def test_bad_changes_are_refused_in_words(store, run_id, changes, says):
    with pytest.raises(BadInput, match=says):
        ask(store, run_id, **changes)
    assert store.runs.get(run_id).wishes == ()


def test_a_change_that_needs_other_networks_is_refused(store, config):
    silent = config.replace(sigma=0, controls="none,gaussian")  # its controls would be the same
    run_id = store.runs.create(silent)
    with pytest.raises(BadInput, match="sigma cannot change here"):
        ask(store, run_id, sigma=0.1)


def test_an_ended_run_is_not_steered(store, run_id, result):
    store.control.finish(run_id, result)
    with pytest.raises(BadInput, match="is finished, and only a run that trains"):
        ask(store, run_id, alpha=1.5)


def test_a_steered_run_answers_no_request_for_what_was_asked(store, config, run_id, result):
    everything = Sight(person="ann", everything=True)

    def answers():
        return [
            run is not None
            for run in (
                next(store.runs.like(config, ("running", "finished")), None),
                store.runs.finished(config),
                store.owners.same_request(config, None, everything),
            )
        ]

    assert answers() == [True, False, True]
    ask(store, run_id, alpha=1.5)
    assert answers() == [False] * 3  # also before its worker knows
    steering.take_up(store, run_id, 5)
    assert answers() == [False] * 3
    store.control.finish(run_id, result)
    assert answers() == [False] * 3
    sweep_id = store.sweeps.create("{}", "one", [config])
    assert store.members.reuse_finished(sweep_id) == 0


def test_a_wish_that_came_too_late_leaves_the_run_what_was_asked(store, config, run_id, result):
    ask(store, run_id, alpha=1.5)
    store.control.finish(run_id, result)
    assert store.runs.finished(config).id == run_id


def test_a_run_beside_a_steered_twin_answers_no_request_for_both(store, config, run_id):
    twin = config.replace(noise="gaussian")
    twin_id = store.runs.create(twin, twin_of=run_id)
    everything = Sight(person="ann", everything=True)
    assert store.owners.same_request(config, twin, everything).id == run_id
    steering.ask(store, twin_id, {"lr": 0.5}, who=None)
    assert store.owners.same_request(config, twin, everything) is None
    assert store.owners.same_request(config, None, everything).id == run_id


def test_a_copy_goes_on_from_where_the_other_stands(store, config, run_id, point, snapshot):
    import numpy as np

    store.series.add_evaluations(run_id, [point(5), point(10), point(15)])
    for step in (5, 10):
        store.series.add_snapshot(run_id, snapshot(step))
    store.series.write_live(run_id, snapshot(12))
    store.arrays.save_checkpoint(run_id, 12, 6.0, {"a": np.arange(3.0)})
    copy = store.runs.create(config)
    copy_records(store, run_id, copy)
    of = store.runs.get(copy)
    assert (of.step, of.checkpoint_step, of.attempt, of.state) == (15, 12, 1, "queued")
    assert store.series.evaluations(copy) == store.series.evaluations(run_id)
    assert store.series.snapshot(copy, 10) == snapshot(10)
    store.arrays.save_checkpoint(run_id, 20, 9.0, {"a": np.zeros(3)})
    step, _, tensors = store.arrays.load_checkpoint(copy)
    assert (step, tensors["a"].tolist()) == (12, [0.0, 1.0, 2.0])
    store.runs.update(run_id, state="finished")
    store.runs.delete(run_id)
    assert store.series.snapshot(copy, 5) == snapshot(5)


def test_records_of_a_steered_run_come_back_equal(store, run_id):
    ask(store, run_id, sigma=0.1 + 0.2)
    steering.take_up(store, run_id, 7)
    (change,) = store.runs.get(run_id).steered
    assert dataclasses.replace(change, at=0.0).value == 0.1 + 0.2
    assert store.runs.get(run_id).effective.at(7).sigma == 0.1 + 0.2


def test_a_copy_of_a_run_of_several_has_what_each_network_recorded(store, config, point, snapshot):
    several = config.replace(controls="none", replicates=2)
    run_id = store.runs.create(several)
    run, number = store.runs.get(run_id), store.runs.number(run_id)
    store.networks.add_evaluations(run, number, {0: point(5), 3: point(5)})
    look = Moment(step=5, seconds=2.5, members=[snapshot(5)] * 4)
    store.networks.add_moment(run, number, look)
    store.series.add_summary(run_id, summarise(snapshot(5)))
    copy = store.runs.create(several)
    copy_records(store, run_id, copy)
    for key in ("main.1", "none.2"):
        theirs, ours = f"{run_id}.{key}", f"{copy}.{key}"
        assert store.series.evaluations(ours) == store.series.evaluations(theirs) == [point(5)]
        assert store.series.summaries(ours) == store.series.summaries(theirs) != []
    assert store.home.moment(copy, 5).read_bytes() == store.home.moment(run_id, 5).read_bytes()
