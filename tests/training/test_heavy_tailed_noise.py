"""`HeavyTailedNoise`: any optimizer's step, then the same noise as `HeavyTailedSGD`'s."""

from __future__ import annotations

import copy
import io

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import CyclicLR, OneCycleLR

import hts
from hts.noise import NoiseSource
from hts.validate import BadInput

NOISE = {"sigma": 0.01, "seed": 7}


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_around_sgd_it_is_heavy_tailed_sgd(net, backward):
    one, other = net(), net()
    optimizers = [
        hts.HeavyTailedSGD(one.parameters(), 0.05, momentum=0.9, **NOISE),
        hts.HeavyTailedNoise(torch.optim.SGD(other.parameters(), 0.05, momentum=0.9), **NOISE),
    ]
    for model, optimizer in zip((one, other), optimizers, strict=True):
        schedule = OneCycleLR(optimizer, 0.1, total_steps=12)
        for k in range(10):
            backward(model, k)
            optimizer.step()
            schedule.step()
    assert same(one, other)
    assert not same(one, net())


def test_the_noise_follows_adams_step(net, backward):
    ours, theirs = net(), net()
    adam = torch.optim.Adam(theirs.parameters(), 1e-2)
    optimizer = hts.HeavyTailedNoise(torch.optim.Adam(ours.parameters(), 1e-2), **NOISE)
    for k in (1, 2, 3):
        for model, o in ((ours, optimizer), (theirs, adam)):
            backward(model, k)
            o.step()
        for layer, p in enumerate(theirs.parameters()):
            if p.dim() > 1:
                source = NoiseSource("III", 1.75, seed=7, layer=layer)
                source.add_(p.detach().flatten(1), 0.01 * 1e-2 ** (1 / 1.75), k)
        assert same(ours, theirs)


@pytest.mark.parametrize("kind", [torch.optim.RMSprop, torch.optim.ASGD])
def test_an_optimizers_own_alpha_stays_its_own(net, backward, kind):
    model, plain = net(), net()
    optimizer = hts.HeavyTailedNoise(kind(model.parameters(), 1e-3), alpha=1.2, **NOISE)
    (group,) = optimizer.param_groups
    assert group["alpha"] == kind(plain.parameters()).param_groups[0]["alpha"]
    assert group["noise_alpha"] == 1.2
    backward(model, 1)
    optimizer.step()
    backward(plain, 1)
    kind(plain.parameters(), 1e-3).step()
    scale = 0.01 * 1e-3 ** (1 / 1.2)
    last = plain[6].weight.detach()
    NoiseSource("III", 1.2, seed=7, layer=6).add_(last, scale, 1)
    assert torch.equal(model[6].weight.detach(), last)


@pytest.mark.parametrize("way", ["state_dict", "whole", "deepcopy"])
def test_resuming_equals_never_stopping(net, backward, way):
    def make():
        model = net()
        adam = torch.optim.AdamW(hts.noisy_groups(model), 1e-2)
        return model, hts.HeavyTailedNoise(adam, noise="II", alpha=1.5, **NOISE)

    def train(model, optimizer, steps):
        for k in steps:
            backward(model, k)
            optimizer.step()

    whole, part = make(), make()
    train(*whole, range(8))
    train(*part, range(3))
    file = io.BytesIO()
    if way == "state_dict":
        rest = make()
        torch.save([x.state_dict() for x in part], file)
        file.seek(0)
        for fresh, state in zip(rest, torch.load(file, weights_only=True), strict=True):
            fresh.load_state_dict(state)
    elif way == "whole":
        torch.save(part, file)
        file.seek(0)
        rest = torch.load(file, weights_only=False)
    else:
        rest = copy.deepcopy(part)
    train(*rest, range(3, 8))
    assert same(whole[0], rest[0])


def test_a_checkpoint_without_noise_can_be_gone_on_with(net, backward):
    model = net()
    adam = torch.optim.Adam(model.parameters(), 1e-2)
    backward(model, 1)
    adam.step()
    other = net()
    optimizer = hts.HeavyTailedNoise(torch.optim.Adam(other.parameters(), 1e-3), **NOISE)
    optimizer.load_state_dict(adam.state_dict())
    assert optimizer.param_groups[0]["lr"] == 1e-2
    backward(other, 1)
    optimizer.step()
    assert optimizer.param_groups[0]["noise_step"] == 1


def test_schedulers_hooks_and_new_groups_reach_the_wrapped_one(net, backward):
    model = net()
    sgd = torch.optim.SGD(model[:5].parameters(), 0.1, momentum=0.9)
    optimizer = hts.HeavyTailedNoise(sgd, **NOISE)
    CyclicLR(optimizer, 0.01, 0.1, step_size_up=2)
    seen = []
    optimizer.register_step_post_hook(lambda *_: seen.append("step"))
    optimizer.register_state_dict_post_hook(lambda *_: seen.append("state"))
    optimizer.add_param_group({"params": model[6].parameters(), "noise": "I"})
    assert sgd.param_groups[1]["noise_layers"] == (6, 7)
    backward(model, 1)
    optimizer.step()
    optimizer.state_dict()
    optimizer.zero_grad()
    assert seen == ["step", "state"]
    assert sgd.param_groups[0]["lr"] == 0.01
    assert all(p.grad is None for p in model.parameters())
    sgd.add_param_group({"params": [nn.Parameter(torch.zeros(3, 3))]})
    optimizer.step()
    assert sgd.param_groups[2]["noise_layers"] == (8,)


@pytest.mark.parametrize("fused", [None, True])
def test_a_step_that_the_scaler_skips_has_no_noise(net, fused):
    model = net()
    optimizer = hts.HeavyTailedNoise(
        torch.optim.Adam(model.parameters(), 1e-3, fused=fused), **NOISE
    )
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    moved = []
    for factor in (1.0, float("inf"), 1.0):
        before = model[4].weight.detach().clone()
        optimizer.zero_grad()
        scaler.scale(model(torch.ones(2, 1, 6, 6)).square().mean() * factor).backward()
        scaler.step(optimizer)
        scaler.update()
        moved.append(not torch.equal(before, model[4].weight))
    assert moved == [True, False, True]
    assert optimizer.param_groups[0]["noise_step"] == 2


def test_closures_and_quiet_steps(net, backward):
    loud, held = net(), net()
    optimizers = [
        hts.HeavyTailedNoise(torch.optim.LBFGS(m.parameters()), **NOISE) for m in (loud, held)
    ]
    first = optimizers[0].step(lambda: backward(loud, 1))
    with optimizers[1].quiet():
        assert optimizers[1].step(lambda: backward(held, 1)) == first
    assert not same(loud, held)
    optimizers[1].add_noise()
    assert same(loud, held)


def test_what_cannot_be_wrapped_is_told(net):
    with pytest.raises(BadInput, match="optimizer must be a torch optimizer, got list"):
        hts.HeavyTailedNoise([nn.Parameter(torch.zeros(1))], **NOISE)
    noisy = hts.HeavyTailedSGD(net().parameters(), 0.1, **NOISE)
    with pytest.raises(BadInput, match="HeavyTailedSGD already has noise"):
        hts.HeavyTailedNoise(noisy, **NOISE)
    with pytest.raises(BadInput, match="alpha"):
        hts.HeavyTailedNoise(torch.optim.Adam(net().parameters()), alpha=3, **NOISE)
    model = net()
    rateless = torch.optim.Adam(model.parameters())
    optimizer = hts.HeavyTailedNoise(rateless, **NOISE)
    rateless.step = lambda: None
    del optimizer.param_groups[0]["lr"]
    model(torch.ones(1, 1, 6, 6)).sum().backward()
    with pytest.raises(BadInput, match="lr must be a finite number"):
        optimizer.step()
