"""`HeavyTailedSGD`: SGD to the bit without noise, and exactly the named noise after each step."""

from __future__ import annotations

import contextlib
import copy
import io

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR

import hts
from hts.noise import NoiseSource
from hts.validate import BadInput

SGD_OPTIONS = [
    {},
    {"momentum": 0.9, "weight_decay": 1e-3},
    {"lr": 1e-4, "momentum": 0.9, "dampening": 0.2, "maximize": True},
    {"momentum": 0.9, "nesterov": True, "weight_decay": 1e-3},
    {"momentum": 0.9, "weight_decay": 1e-3, "foreach": True},
    {"momentum": 0.9, "weight_decay": 1e-3, "foreach": False},
    {"momentum": 0.9, "weight_decay": 1e-3, "fused": True},
]
NOISE = {"sigma": 0.01, "seed": 7}


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def through_a_file(state: dict) -> dict:
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.parametrize("silence", [{"sigma": 0.0}, {"sigma": 1.0, "noise": "none"}])
@pytest.mark.parametrize("options", SGD_OPTIONS, ids=str)
def test_without_noise_it_is_sgd_bit_for_bit(net, backward, options, silence):
    ours, theirs = net(), net()
    options = {"lr": 0.05, **options}
    pairs = [
        (ours, hts.HeavyTailedSGD(ours.parameters(), seed=1, **silence, **options)),
        (theirs, torch.optim.SGD(theirs.parameters(), **options)),
    ]
    start = net()
    for model, optimizer in pairs:
        schedule = CosineAnnealingLR(optimizer, 100)
        for k in range(100):
            backward(model, k)
            optimizer.step()
            schedule.step()
    assert same(ours, theirs)
    assert not same(ours, start)


@pytest.mark.parametrize("columns", ["filter", "kernel"])
@pytest.mark.parametrize("noise", ["gaussian", "I", "II", "III"])
def test_a_step_is_sgds_and_then_exactly_the_noise_of_that_step(net, backward, noise, columns):
    ours, theirs = net(), net()
    optimizer = hts.HeavyTailedSGD(
        ours.parameters(), 0.05, noise=noise, alpha=1.6, columns=columns, momentum=0.9, **NOISE
    )
    plain = torch.optim.SGD(theirs.parameters(), 0.05, momentum=0.9)
    schedules = [OneCycleLR(o, 0.1, total_steps=12) for o in (optimizer, plain)]
    for k in range(1, 11):
        for model, o in ((ours, optimizer), (theirs, plain)):
            backward(model, k)
            o.step()
        scale = 0.01 * plain.param_groups[0]["lr"] ** (1 / (2 if noise == "gaussian" else 1.6))
        for layer, weights in enumerate(theirs.parameters()):
            if weights.dim() == 1:
                continue
            units = weights.shape[0] if columns == "filter" else weights.shape[:2].numel()
            shape = (units if weights.dim() > 2 else weights.shape[0], -1)
            source = NoiseSource(noise, 1.6, seed=7, layer=layer)
            source.add_(weights.detach().view(shape), scale, step=k)
        for schedule in schedules:
            schedule.step()
        assert same(ours, theirs)


def test_no_two_parameters_share_a_stream():
    first, *others = [nn.Parameter(torch.zeros(30, 20)) for _ in range(5)]
    optimizer = hts.HeavyTailedSGD(
        [{"params": [first, others[0]]}, {"params": others[1:3]}], 1.0, **NOISE
    )
    optimizer.add_param_group({"params": others[3]})
    reused = dict(optimizer.param_groups[0], params=[nn.Parameter(torch.zeros(30, 20))])
    optimizer.add_param_group(reused)
    params = [p for group in optimizer.param_groups for p in group["params"]]
    for p in params:
        p.grad = torch.zeros_like(p)
    optimizer.step()
    assert [n for g in optimizer.param_groups for n in g["noise_layers"]] == list(range(6))
    for i, p in enumerate(params):
        for q in params[:i]:
            assert not (p == q).any()


@pytest.mark.parametrize("moment", [1, 13])
def test_resuming_from_a_file_equals_never_stopping(net, backward, moment):
    def make():
        model = net()
        groups = hts.noisy_groups(model, noise="II", alpha=1.5)
        optimizer = hts.HeavyTailedSGD(groups, 0.05, momentum=0.9, **NOISE)
        return model, optimizer, CosineAnnealingLR(optimizer, 20)

    def train(model, optimizer, schedule, steps):
        for k in steps:
            backward(model, k)
            optimizer.step()
            schedule.step()

    whole, part, rest = make(), make(), make()
    train(*whole, range(20))
    train(*part, range(moment))
    for fresh, saved in zip(rest, part, strict=True):
        fresh.load_state_dict(through_a_file(saved.state_dict()))
    train(*rest, range(moment, 20))
    assert same(whole[0], rest[0])
    assert rest[1].param_groups[0]["noise_step"] == 20


def test_a_saved_state_is_a_snapshot(net, backward):
    model = net()
    optimizer = hts.HeavyTailedSGD(model.parameters(), 0.05, **NOISE)
    saved = optimizer.state_dict()
    backward(model, 1)
    optimizer.step()
    assert saved["param_groups"][0]["noise_step"] == 0


def test_the_file_of_an_sgd_can_be_gone_on_with(net, backward):
    plain = torch.optim.SGD(net().parameters(), 0.05, momentum=0.9)
    model = net()
    optimizer = hts.HeavyTailedSGD(model.parameters(), 0.1, noise="none", **NOISE)
    optimizer.load_state_dict(plain.state_dict())
    (group,) = optimizer.param_groups
    assert (group["lr"], group["noise"], group["sigma"]) == (0.05, "none", 0.01)
    backward(model, 1)
    optimizer.step()


@pytest.mark.parametrize("way", ["deepcopy", "file"])
def test_a_copy_goes_on_with_the_same_noise(net, backward, way):
    model = net()
    optimizer = hts.HeavyTailedSGD(model.parameters(), 0.05, noise="II", momentum=0.9, **NOISE)
    backward(model, 0)
    optimizer.step()
    if way == "deepcopy":
        twin, twin_optimizer = copy.deepcopy((model, optimizer))
    else:
        file = io.BytesIO()
        torch.save((model, optimizer), file)
        file.seek(0)
        twin, twin_optimizer = torch.load(file, weights_only=False)
    for m, o in ((model, optimizer), (twin, twin_optimizer)):
        for k in (1, 2):
            backward(m, k)
            o.step()
    assert same(model, twin)
    twin_optimizer.add_param_group({"params": [nn.Parameter(torch.zeros(2, 2))]})
    assert twin_optimizer.param_groups[1]["noise"] == "II"
    assert twin_optimizer.param_groups[1]["noise_step"] == 3


def test_groups_have_their_own_noise():
    loud, quiet, other, bias = (nn.Parameter(torch.zeros(s)) for s in ((9, 4), (9, 4), (9, 4), 9))
    optimizer = hts.HeavyTailedSGD(
        [
            {"params": [loud]},
            {"params": [quiet], "noise": "none"},
            {"params": [other], "noise": "I", "alpha": 1.2, "sigma": 3, "seed": 8, "lr": 0.5},
            {"params": [bias], "columns": "entry"},
        ],
        0.25,
        **NOISE,
    )
    for p in (loud, quiet, other, bias):
        p.grad = torch.zeros_like(p)
    optimizer.step()
    for p, source, scale in (
        (loud, NoiseSource("III", 1.75, seed=7, layer=0), 0.01 * 0.25 ** (1 / 1.75)),
        (other, NoiseSource("I", 1.2, seed=8, layer=2), 3 * 0.5 ** (1 / 1.2)),
        (bias, NoiseSource("III", 1.75, seed=7, layer=3), 0.01 * 0.25 ** (1 / 1.75)),
    ):
        expected = torch.zeros(9, p.numel() // 9)
        source.add_(expected, scale, 1)
        assert torch.equal(p.detach().view(9, -1), expected)
    assert not quiet.any()


def test_settings_may_change_between_steps():
    p = nn.Parameter(torch.zeros(9, 4))
    p.grad = torch.zeros_like(p)
    optimizer = hts.HeavyTailedSGD([p], 1.0, **NOISE)
    optimizer.param_groups[0].update(alpha=1.2, sigma=2.0)
    optimizer.step()
    expected = torch.zeros(9, 4)
    NoiseSource("III", 1.2, seed=7).add_(expected, 2.0, 1)
    assert torch.equal(p.detach(), expected)
    optimizer.param_groups[0]["sigma"] = -1
    with pytest.raises(BadInput, match="sigma"):
        optimizer.step()


def test_only_what_is_trained_moves(net, backward):
    model = net()
    model[2].requires_grad_(False)
    start = model[2].weight.clone()
    optimizer = hts.HeavyTailedSGD(model.parameters(), 0.05, **NOISE)
    optimizer.step()
    assert same(model, net())
    backward(model, 1)
    optimizer.step()
    assert torch.equal(model[2].weight, start)
    assert not torch.equal(model[4].weight, net()[4].weight)


def test_a_quiet_step_holds_its_noise_back_until_it_is_asked_for(net, backward):
    loud, held, final = net(), net(), net()
    plain = net()
    optimizers = [hts.HeavyTailedSGD(m.parameters(), 0.05, **NOISE) for m in (loud, held, final)]
    backward(plain, 1)
    torch.optim.SGD(plain.parameters(), 0.05).step()
    for model, optimizer in zip((loud, held, final), optimizers, strict=True):
        backward(model, 1)
        if model is loud:
            optimizer.step()
            continue
        with optimizer.quiet():
            optimizer.step()
        assert same(model, plain)
    optimizers[1].zero_grad()
    optimizers[1].param_groups[0]["lr"] = 9.0  # as a scheduler might
    optimizers[1].add_noise()
    assert same(held, loud)
    optimizers[1].add_noise()
    assert same(held, loud)

    fresh = hts.HeavyTailedSGD(final.parameters(), 0.05, **NOISE)
    fresh.load_state_dict(through_a_file(optimizers[2].state_dict()))
    fresh.add_noise()
    assert same(final, loud)


def test_steps_are_noisy_again_after_a_quiet_block_however_it_ends(net, backward):
    model, other = net(), net()
    optimizer, reference = (
        hts.HeavyTailedSGD(m.parameters(), 0.05, **NOISE) for m in (model, other)
    )
    with contextlib.suppress(KeyError), optimizer.quiet():
        with optimizer.quiet():
            pass
        backward(model, 1)
        optimizer.step()  # still quiet: the inner block was within another
        assert optimizer.param_groups[0]["noise_due"] is not None
        raise KeyError
    optimizer.add_noise()
    backward(model, 2)
    optimizer.step()
    assert optimizer.param_groups[0]["noise_due"] is None
    for k in (1, 2):
        backward(other, k)
        reference.step()
    assert same(model, other)


def test_settings_lie_in_the_groups_as_plain_numbers():
    p = nn.Parameter(torch.zeros(2, 2))
    optimizer = hts.HeavyTailedSGD([p], 0.1, alpha=2, sigma=np.float32(1), seed=np.int64(7))
    (group,) = optimizer.param_groups
    assert [type(group[key]) for key in ("alpha", "sigma", "seed")] == [float, float, int]
    assert (group["alpha"], group["sigma"], group["seed"]) == (2.0, 1.0, 7)


def test_a_step_that_the_scaler_skips_has_no_noise_and_is_not_counted(net, backward):
    for fused in (None, True):
        model, steady = net(), net()
        scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
        optimizer = hts.HeavyTailedSGD(model.parameters(), 0.05, fused=fused, **NOISE)
        reference = hts.HeavyTailedSGD(steady.parameters(), 0.05, **NOISE)
        for k, bad in ((1, False), (2, True), (3, False)):
            before = [p.clone() for p in model.parameters()]
            optimizer.zero_grad()
            x = torch.ones(2, 1, 6, 6) * k
            scaler.scale(model(x).square().mean() * (float("inf") if bad else 1)).backward()
            scaler.step(optimizer)
            scaler.update()
            if bad:
                assert all(map(torch.equal, before, model.parameters()))
                continue
            reference.zero_grad()
            steady(x).square().mean().backward()
            reference.step()
        assert optimizer.param_groups[0]["noise_step"] == 2
        for p, q in zip(model.parameters(), steady.parameters(), strict=True):
            torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


def test_a_closure_and_a_tensor_as_learning_rate(net, backward):
    one, other = net(), net()
    optimizer = hts.HeavyTailedSGD(one.parameters(), torch.tensor(0.25), foreach=False, **NOISE)
    loss = optimizer.step(lambda: backward(one, 1))
    assert loss == backward(other, 1)
    hts.HeavyTailedSGD(other.parameters(), 0.25, foreach=False, **NOISE).step()
    for p, q in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(p, q)


def test_hooks_run_once_and_after_the_noise(net, backward):
    torch.optim.SGD(net().parameters(), 0.1)
    model = net()
    optimizer = hts.HeavyTailedSGD(model.parameters(), 0.05, **NOISE)
    seen = []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.register_step_post_hook(lambda *_: seen.append(model[4].weight.detach().clone()))
    backward(model, 1)
    optimizer.step()
    assert len(seen) == 2
    assert torch.equal(seen[1], model[4].weight)


@pytest.mark.parametrize("noise", ["I", "II", "III"])
def test_same_numbers_whatever_the_number_of_threads(noise):
    ended = []
    threads = torch.get_num_threads()
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            p = nn.Parameter(torch.zeros(600, 300))
            p.grad = torch.zeros_like(p)
            optimizer = hts.HeavyTailedSGD([p], 0.1, noise=noise, **NOISE)
            for _ in range(3):
                optimizer.step()
            ended.append(p)
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(*ended)


def test_channels_last_models_get_the_same_noise():
    plain = nn.Conv2d(3, 8, 3)
    last = nn.Conv2d(3, 8, 3).to(memory_format=torch.channels_last)
    last.load_state_dict(plain.state_dict())
    for model in (plain, last):
        for p in model.parameters():
            p.grad = torch.zeros_like(p)
        hts.HeavyTailedSGD(model.parameters(), 0.1, **NOISE).step()
    assert not last.weight.is_contiguous()
    torch.testing.assert_close(last.weight, plain.weight, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"alpha": 2.5}, "alpha must be a number in"),
        ({"alpha": 0}, "alpha must be a number in"),
        ({"sigma": -1.0}, "sigma must be a finite number of at least 0"),
        ({"sigma": float("nan")}, "sigma"),
        ({"noise": "IV"}, "noise type must be one of none, gaussian, I, II, III"),
        ({"columns": "row"}, "columns must be one of filter, kernel"),
        ({"seed": -1}, "seed must be a whole number"),
    ],
)
def test_bad_settings_are_told_and_leave_no_group_behind(options, says):
    p, q = nn.Parameter(torch.zeros(2, 2)), nn.Parameter(torch.zeros(2, 2))
    with pytest.raises(BadInput, match=says):
        hts.HeavyTailedSGD([p], 0.1, **{**NOISE, **options})
    optimizer = hts.HeavyTailedSGD([p], 0.1, **NOISE)
    with pytest.raises(BadInput, match=says):
        optimizer.add_param_group({"params": [q], **options})
    assert len(optimizer.param_groups) == 1


def test_tensors_that_cannot_have_noise_are_told():
    with pytest.raises(BadInput, match=r"floating-point or complex numbers, got torch\.int64"):
        hts.HeavyTailedSGD([torch.zeros(2, 2, dtype=torch.int64)], 0.1, **NOISE)
    table = nn.Embedding(5, 3, sparse=True)
    table(torch.tensor([1])).sum().backward()
    with pytest.raises(BadInput, match="is sparse"):
        hts.HeavyTailedSGD(table.parameters(), 0.1, **NOISE).step()
    hts.HeavyTailedSGD(table.parameters(), 0.1, noise="none", **NOISE).step()
    p = nn.Parameter(torch.zeros(2, 2))
    p.grad = torch.zeros_like(p)
    optimizer = hts.HeavyTailedSGD([p], 0.1, **NOISE)
    optimizer.param_groups[0]["params"].append(p)
    with pytest.raises(BadInput, match="add_param_group"):
        optimizer.step()


def test_complex_and_half_precision_parameters_are_trained():
    for dtype in (torch.complex64, torch.bfloat16, torch.float64):
        p = nn.Parameter(torch.ones(6, 4, dtype=dtype))
        p.grad = torch.ones_like(p)
        hts.HeavyTailedSGD([p], 0.5, sigma=1.0, seed=7).step()
        width = 8 if dtype.is_complex else 4
        noise = torch.zeros(6, width, dtype=torch.float64)
        NoiseSource("III", 1.75, seed=7).add_(noise, 0.5 ** (1 / 1.75), 1)
        got = torch.view_as_real(p.detach()).view(6, 8) if dtype.is_complex else p.detach()
        start = torch.full((), 0.5, dtype=dtype)
        start = torch.view_as_real(start).repeat(4) if dtype.is_complex else start
        rtol = 8e-3 if dtype == torch.bfloat16 else 1e-5
        torch.testing.assert_close(got.double(), start.double() + noise, rtol=rtol, atol=rtol)
