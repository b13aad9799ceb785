"""Several networks side by side: each as it is alone, controls paired, resumed to the same bits."""

import dataclasses

import numpy as np
import pytest
import torch

from hts.config import RunConfig
from hts.config.arms import members
from hts.data import load
from hts.records import encode
from hts.runs.lockstep import train_several
from hts.runs.networks import combined
from hts.runs.recorder import InMemory, Undisturbed
from hts.runs.several import SeveralInMemory
from hts.runs.single import train

SMALL = RunConfig(
    width=110, iterations=23, eval_every=5, replicates=3, controls="none,gaussian", seed=4,
    alpha="1.9@0/1.4@9", lr="0.02@0/0.05@20:linear",
)  # fmt: skip
DIGITS = load("digits")


def _scalars(result):
    return (
        result.iterations, result.stop_reason, result.test_accuracy, result.train_accuracy,
        result.pruning_ratio, result.prunable, result.curve, result.tail_index,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained():
    recorder = SeveralInMemory()
    return train_several(SMALL, DIGITS, recorder=recorder), recorder


def test_every_network_is_bit_for_bit_as_it_is_alone(trained):
    result, recorder = trained
    assert [(m.arm, m.seed) for m in result.members] == [
        (m.arm.key, m.seed) for m in members(SMALL)
    ]
    for place, (member, got) in enumerate(zip(members(SMALL), result.members, strict=True)):
        alone = InMemory()
        assert _scalars(train(member.config, DIGITS, recorder=alone)) == _scalars(got.result)
        ours = [(s, p[place].test_accuracy) for s, p in recorder.points.items() if place in p]
        assert ours == [(e.step, e.test_accuracy) for e in alone.evaluations]


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_change_no_bit(trained, threads):
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        again = train_several(SMALL, DIGITS)
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    pairs = zip(again.members, trained[0].members, strict=True)
    assert all(_scalars(a.result) == _scalars(b.result) for a, b in pairs)


def test_medians_are_those_of_the_noisy_networks(trained):
    result, _ = trained
    noisy = [m.result.test_accuracy for m in result.members if m.arm == "main"]
    assert result.test_accuracy == np.median(noisy)
    assert result.tail_index.alpha == np.median(
        [m.result.tail_index.alpha for m in result.members if m.arm == "main"]
    )


class _StopAt(Undisturbed):
    def __init__(self, step):
        self.step = step

    def wanted(self, step):
        return "stop" if step >= self.step else "run"

    def until(self):
        return self.step


def test_run_that_goes_on_from_a_state_comes_to_the_same(trained):
    class Saver(SeveralInMemory):
        at_7 = None

        @property
        def saves(self):
            return True

    class PauseAt7(Undisturbed):
        def until(self):
            return 7

        def wanted(self, step):
            return "pause" if step == 7 else "run"

        def wait(self, step):
            saver.at_7 = saver.last
            return "run"

    saver = Saver()
    whole = train_several(SMALL, DIGITS, recorder=saver, control=PauseAt7())
    assert saver.at_7.step == 7
    resumed = SeveralInMemory()
    again = train_several(SMALL, DIGITS, recorder=resumed, state=saver.at_7)
    for other in (whole, again):
        pairs = zip(other.members, trained[0].members, strict=True)
        assert all(_scalars(a.result) == _scalars(b.result) for a, b in pairs)
    assert saver.weights.keys() == resumed.weights.keys() == {m.key for m in members(SMALL)}
    for key, tensors in saver.weights.items():
        assert all(np.array_equal(resumed.weights[key][k], v) for k, v in tensors.items())


def test_stopped_networks_have_results_of_that_step():
    result = train_several(SMALL, DIGITS, control=_StopAt(6))
    assert {(m.result.iterations, m.result.stop_reason) for m in result.members} == {(6, "stopped")}


def test_equal_steps_controls_train_as_long_as_the_noisy_network_of_their_seed():
    config = RunConfig(
        width=60, sigma=0.3, alpha=1.5, lr=0.05, eval_every=2, iterations=400, replicates=2,
        target_accuracy=60, controls="none", equal_steps=True,
    )  # fmt: skip
    result = train_several(config, DIGITS)
    steps = {(m.arm, m.seed): m.result.iterations for m in result.members}
    ends = {m.arm: m.result.stop_reason for m in result.members}
    assert ends == {"main": "target reached", "none": "target reached", "none-steps": "budget"}
    for seed in (1, 2):
        assert steps["none-steps", seed] == steps["main", seed] != steps["none", seed]
    alone = train(
        config.replace(noise="none", iterations=steps["main", 2], seed=2, target_accuracy=None,
                       controls="off", equal_steps=False, replicates=1),
        DIGITS,
    )  # fmt: skip
    last = next(m.result for m in result.members if (m.arm, m.seed) == ("none-steps", 2))
    assert last.curve == alone.curve


def test_divergence_of_one_network_ends_that_one_only():
    config = RunConfig(
        width=40, activation="identity", sigma=3.0, lr=2.0, alpha=1.2, iterations=200,
        controls="none", replicates=2,
    )  # fmt: skip
    result = train_several(config, DIGITS)
    noisy = [m.result for m in result.members if m.arm == "main"]
    quiet = [m.result for m in result.members if m.arm == "none"]
    assert {r.stop_reason for r in noisy} == {"diverged"}
    assert result.stop_reason == "diverged"
    assert result.test_accuracy is None
    alone = [
        train(m.config, DIGITS) for m in members(config)
    ]  # fmt: skip
    assert [r.iterations for r in (*noisy, *quiet)] == [a.iterations for a in alone]


def test_moments_hold_every_network_and_encode_small(trained):
    _, recorder = trained
    first, last = recorder.moments[0], recorder.moments[-1]
    assert (first.step, last.step) == (0, 23)
    assert all(shown is not None for shown in last.members)
    assert len(encode(last)) < 9 * 40_000


def test_quick_look_keeps_the_weights_figures_and_says_of_when():
    seen = []

    class Watcher(SeveralInMemory):
        def live(self, moment):
            seen.append(moment)

    from hts.models.parts import threads_of_one
    from hts.runs.lockstep import _Lockstep

    pool = threads_of_one(1)
    run = _Lockstep(SMALL, DIGITS, Watcher(), None, pool)
    full = run.look(full=True).members[0]
    run.advance()
    quick = run.look(full=False).members[0]
    pool.shutdown()
    assert quick.weights_at == full.step == 0
    assert quick.step == run.step > 0
    assert quick.layers[0].weights == full.layers[0].weights
    assert quick.layers[0].sorted_norms != full.layers[0].sorted_norms
    assert quick.curve != full.curve


def test_convolutional_networks_train_side_by_side_too():
    config = RunConfig(
        model="cnn", width=8, iterations=3, batch_size=20, eval_every=2, controls="none", sigma=1e-3
    )
    result = train_several(config, DIGITS)
    for member, got in zip(members(config), result.members, strict=True):
        assert _scalars(train(member.config, DIGITS)) == _scalars(got.result)


def test_steered_networks_are_each_bit_for_bit_as_alone_with_that_schedule():
    plan = {3: {"alpha": 1.3}, 7: {"lr": 0.1, "sigma": 0.2}, 8: {"noise": "II"}, 15: {"sigma": 0.0}}

    class Steer(Undisturbed):
        def until(self):
            return min((step for step in plan if step > self.now), default=None)

        now = 0

        def changes(self, step):
            self.now = step
            return plan.get(step, {})

    config = SMALL.replace(alpha=1.9, lr=0.02, replicates=4)
    steered = train_several(config, DIGITS, control=Steer())
    expected = config
    for step, changes in plan.items():
        expected = expected.steered(step + 1, **changes)
    for member, got in zip(members(expected), steered.members, strict=True):
        assert _scalars(train(member.config, DIGITS)) == _scalars(got.result)
    assert len(steered.members) == 12
    noise_free = [m.config for m in members(expected) if m.arm.key == "none"]
    assert all(set(c.schedules) == {"lr", "sigma"} for c in noise_free)


def test_a_network_that_diverged_counts_as_nothing_right_in_the_medians():
    def result(reason, accuracy):
        return dataclasses.replace(
            sample, stop_reason=reason, test_accuracy=accuracy, tail_index=None
        )

    config = RunConfig(replicates=3)
    sample = train(RunConfig(width=10, iterations=2), DIGITS)
    ends = [("budget", 90.0), ("diverged", None), ("budget", 80.0)]
    several = zip(members(config), [result(*end) for end in ends], strict=True)
    assert combined(config, list(several), seconds=0.0).test_accuracy == 80.0  # not 85
