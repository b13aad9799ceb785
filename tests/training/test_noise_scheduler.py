"""`NoiseScheduler`: the noise of each step is that of the plan at that step."""

from __future__ import annotations

import copy

import pytest
import torch

import hts
from hts.validate import BadInput

NOISE = {"sigma": 0.01, "seed": 7}


def shrink(step: int) -> float:
    return 0.5**step


def make(net, kind, state=None):
    """Model, optimizer and scheduler, new or as they were when ``state`` was taken."""
    model = net()
    groups = hts.noisy_groups(model)
    if kind == "wrapped":
        optimizer = hts.HeavyTailedNoise(torch.optim.RMSprop(groups, 1e-3), **NOISE)
    else:
        optimizer = hts.HeavyTailedSGD(groups, 0.05, **NOISE)
    scheduler = hts.NoiseScheduler(optimizer, alpha="2@0/1.5@3/1.9@6:linear", sigma=shrink)
    if state is not None:
        for part, saved in zip((model, optimizer, scheduler), state, strict=True):
            part.load_state_dict(saved)
    return model, optimizer, scheduler


@pytest.mark.parametrize("kind", ["sgd", "wrapped"])
def test_each_step_has_the_noise_of_the_plan_also_after_a_resume(net, backward, kind):
    whole, plain = make(net, kind), make(net, kind)
    alpha = "noise_alpha" if kind == "wrapped" else "alpha"  # RMSprop has one of its own
    wanted = [2, 2, 1.5, 1.63, 1.77, 1.9, 1.9]
    for k, value in enumerate(wanted, 1):
        noisy, quiet = whole[1].param_groups
        assert (noisy[alpha], noisy["sigma"], quiet["sigma"]) == (value, 0.5**k, 0.01)
        backward(whole[0], k)
        whole[1].step()
        whole[2].step()
        plain[1].param_groups[0].update({alpha: value, "sigma": 0.5**k})
        backward(plain[0], k)
        plain[1].step()
        if k in (2, 4):
            whole = make(net, kind, [copy.deepcopy(part.state_dict()) for part in whole])
    for one, other in zip(whole[0].parameters(), plain[0].parameters(), strict=True):
        assert torch.equal(one, other)


def test_without_a_step_of_the_optimizer_nothing_changes(net):
    _, optimizer, scheduler = make(net, "sgd")
    for _ in range(3):
        scheduler.step()
    assert optimizer.param_groups[0]["sigma"] == 0.5


def test_noise_types_and_single_groups_can_be_scheduled(net, backward):
    model = net()
    groups = [{"params": [model[i].weight], "noise": "none"} for i in (0, 2, 4)]
    optimizer = hts.HeavyTailedSGD(groups, 0.1, **NOISE)
    scheduler = hts.NoiseScheduler(optimizer, noise="none@0/II@2", groups=[0, 2])
    backward(model, 1)
    optimizer.step()
    scheduler.step()
    assert [group["noise"] for group in optimizer.param_groups] == ["II", "none", "II"]


def test_bad_plans_are_told(net):
    optimizer = hts.HeavyTailedSGD(hts.noisy_groups(net()), 0.1, **NOISE)
    for plans, words in (
        ({}, "alpha, sigma or noise must be given"),
        ({"alpha": "3@0"}, r"alpha must be a number in \(0, 2\]"),
        ({"alpha": 1.5}, "alpha must be a schedule such as .*or a function of the step, got 1.5"),
        ({"sigma": lambda step: -1}, "sigma must be a finite number of at least 0, got -1"),
        ({"sigma": "1@5"}, "must begin with VALUE@0"),
        ({"noise": "IV@0"}, "noise"),
        ({"sigma": "1@0", "groups": [2]}, "a group must be a whole number from 0 to 1, got 2"),
        ({"sigma": "1@0", "groups": []}, "no parameter group of this optimizer has noise"),
    ):
        with pytest.raises(BadInput, match=words):
            hts.NoiseScheduler(optimizer, **plans)
    with pytest.raises(BadInput, match="got SGD: others have no noise"):
        hts.NoiseScheduler(torch.optim.SGD(net().parameters(), 0.1), sigma=shrink)
    silent = hts.HeavyTailedSGD(net().parameters(), 0.1, noise="none", **NOISE)
    with pytest.raises(BadInput, match="no parameter group of this optimizer has noise"):
        hts.NoiseScheduler(silent, sigma=shrink)
