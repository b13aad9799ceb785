"""Going on after a target: the same steps as without one, and the result stays the target's."""

import dataclasses

import numpy as np

from hts.config import RunConfig
from hts.config.arms import members
from hts.data import load
from hts.runs.lockstep import train_several
from hts.runs.recorder import InMemory, Undisturbed
from hts.runs.single import train

DIGITS = load("digits")
CONFIG = RunConfig(
    width=60, sigma=0.2, alpha=1.5, lr=0.05, eval_every=2, iterations=400, target_accuracy=60,
    momentum=0.5, go_on=True,
)  # fmt: skip


class Saved(InMemory):
    weights: dict

    @property
    def saves(self):
        return True

    def checkpoint(self, step, seconds, tensors):
        self.at, self.weights = step, tensors


def test_it_comes_to_what_a_run_without_a_target_comes_to():
    result = train(CONFIG, DIGITS)
    twice = 2 * result.iterations
    assert result.stop_reason == "target reached"
    without = train(CONFIG.replace(target_accuracy=None, go_on=False, iterations=twice), DIGITS)
    assert (result.later.iterations, result.later.curve) == (twice, without.curve)
    assert result.later.prunable == without.prunable
    assert result.message.endswith(
        f"After {result.iterations} more steps: {without.test_accuracy:.1f} % test accuracy."
    )


def test_result_and_weights_stay_those_of_the_target():
    kept, plain = Saved(), Saved()
    with_more = train(CONFIG, DIGITS, recorder=kept)
    alone = train(CONFIG.replace(go_on=False), DIGITS, recorder=plain)
    same = {"later": None, "message": "", "seconds": 0.0}
    assert dataclasses.replace(with_more, **same) == dataclasses.replace(alone, **same)
    assert kept.at == plain.at == alone.iterations
    assert all((kept.weights[name] == array).all() for name, array in plain.weights.items())


def test_networks_side_by_side_tell_the_same():
    config = CONFIG.replace(replicates=2, controls="none", equal_steps=True)
    result = train_several(config, DIGITS)
    for member, got in zip(members(config), result.members, strict=True):
        if got.result.stop_reason == "target reached":
            assert got.result.later == train(member.config, DIGITS).later
        else:
            assert got.result.later is None
    after = [one.result.later.test_accuracy for one in result.members if one.arm == "main"]
    assert f"again: {np.median(after):.1f} % test accuracy in the median" in result.message


def test_a_stop_meanwhile_keeps_the_result_of_the_target():
    class StopAfter(Undisturbed):
        def wanted(self, step):
            return "stop" if step > ends else "run"

    ends = train(CONFIG.replace(go_on=False), DIGITS).iterations
    result = train(CONFIG, DIGITS, control=StopAfter())
    assert (result.stop_reason, result.iterations, result.later) == ("target reached", ends, None)
