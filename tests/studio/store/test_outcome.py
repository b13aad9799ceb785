"""What a run came to in a word, and how far it got."""

from __future__ import annotations

import factories
import pytest
from catalogue_factories import tail

from hts.config import RunConfig
from hts.records import MemberResult
from hts.studio.store.run_row import useless


def ended(store, settings=None, **result):
    config = RunConfig(width=20, iterations=20_000, **(settings or {}))
    run_id = store.runs.create(config)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.control.finish(run_id, factories.recorded_result(**result))
    return store.runs.get(run_id)


@pytest.mark.parametrize(
    ("reason", "steps", "word", "progress"),
    [
        ("stopped", 80, "stopped", 0.004),
        ("diverged", 5000, "diverged", 0.25),
        ("target reached", 80, "finished", 1.0),
        ("budget", 20_000, "finished", 1.0),
    ],
)
def test_progress_is_what_was_done_and_a_stop_says_so(store, reason, steps, word, progress):
    run = ended(store, stop_reason=reason, iterations=steps)
    assert (run.outcome, run.progress) == (word, progress)


def test_several_networks_are_as_far_as_each_was_when_some_were_stopped(store):
    result = factories.recorded_result
    members = [
        MemberResult(arm="main", seed=seed, result=result(stop_reason=reason, iterations=steps))
        for seed, reason, steps in (
            (1, "target reached", 80), (2, "target reached", 90), (3, "stopped", 10_000),
            (4, "diverged", 5),
        )
    ]  # fmt: skip
    run = ended(
        store, {"replicates": 4}, stop_reason="target reached", iterations=85, members=members
    )
    assert (run.outcome, run.progress) == ("stopped", 0.875)


def test_a_network_that_only_guesses_is_useless(store):
    run = ended(store, test_accuracy=12.0)
    assert run.outcome == "useless"
    assert run.useless == "Its test accuracy, 12.0 %, is hardly better than guessing (10.0 %)."
    worse = ended(store, test_accuracy=10.0, guess=10.3)
    assert worse.useless == "Its test accuracy, 10.0 %, is no better than guessing (10.3 %)."
    assert ended(store, test_accuracy=19.5).outcome == "finished"


def test_what_guessing_scores_is_that_of_the_most_frequent_class_where_it_is_known():
    config = RunConfig(data="ecg5000-binary")
    assert useless(config, factories.recorded_result(test_accuracy=60.0, guess=58.4))
    assert not useless(config, factories.recorded_result(test_accuracy=60.0))  # 50 % for two
    assert not useless(config, factories.recorded_result(test_accuracy=70.0, guess=58.4))
    gone = RunConfig(data="table:0123456789ab")
    assert not useless(gone, factories.recorded_result(test_accuracy=1.0))


def test_weights_of_ten_to_the_sixteen_are_useless_whatever_they_score(store):
    run = ended(store, test_accuracy=81.0, tail_index=tail(1.77, scale=1.1e16))
    assert run.outcome == "useless"
    assert "about 1e+16" in run.useless
    assert not useless(run.config, factories.recorded_result(tail_index=tail(1.77, scale=9.0)))


def test_pure_noise_was_never_meant_to_answer(store):
    assert ended(store, {"gradient": False}, test_accuracy=9.0).outcome == "finished"
