"""What PyTorch expects of an optimizer: hooks, checkpoints, switches, refusals."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.distributed.checkpoint.state_dict import _init_optim_state
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

import hts
from hts.validate import BadInput

NOISE = {"sigma": 0.01, "seed": 7}


def bare(params, lr=0.05, **more):
    return hts.HeavyTailedSGD(params, lr, momentum=0.9, **NOISE, **more)


def around(params, lr=0.05, **more):
    return hts.HeavyTailedNoise(torch.optim.SGD(params, lr, momentum=0.9, **more), **NOISE)


BOTH = pytest.mark.parametrize("make", [bare, around])


def train(model, optimizer, backward, steps) -> None:
    for k in steps:
        backward(model, k)
        optimizer.step()


def same(one: nn.Module, other: nn.Module) -> bool:
    return all(map(torch.equal, one.parameters(), other.parameters()))


@BOTH
def test_global_hooks_run_once_a_step_around_its_own(net, backward, make):
    model, seen = net(), []
    optimizer = make(model.parameters())
    handles = [
        register_optimizer_step_pre_hook(lambda *_: seen.append("before")),
        register_optimizer_step_post_hook(lambda *_: seen.append("after")),
    ]
    optimizer.register_step_pre_hook(lambda *_: seen.append("own before"))
    optimizer.register_step_post_hook(lambda *_: seen.append("own after"))
    try:
        train(model, optimizer, backward, [1])
    finally:
        for handle in handles:
            handle.remove()
    assert seen == ["before", "own before", "own after", "after"]  # as torch's test has it


def test_a_hook_before_the_step_may_give_it_a_closure(net, backward):
    model, steady = net(), net()
    optimizer = around(model.parameters())
    optimizer.register_step_pre_hook(lambda o, *_: ((o, lambda: backward(model, 1)), {}))
    optimizer.step()
    train(steady, around(steady.parameters()), backward, [1])
    assert same(model, steady)


@BOTH
def test_the_dummy_step_of_a_distributed_checkpoint_is_not_counted(net, backward, make):
    model, steady = net(), net()
    optimizer = make(hts.noisy_groups(model))
    _init_optim_state(optimizer)
    assert [g["noise_step"] for g in optimizer.param_groups] == [0, 0]
    train(model, optimizer, backward, range(4))
    train(steady, make(hts.noisy_groups(steady)), backward, range(4))
    assert same(model, steady)


@BOTH
def test_a_step_at_learning_rate_zero_leaves_what_is_due(net, backward, make):
    model, steady = net(), net()
    optimizer, reference = make(model.parameters()), make(steady.parameters())
    for one, o in ((model, optimizer), (steady, reference)):
        backward(one, 1)
        with o.quiet():
            o.step()
    optimizer.param_groups[0]["lr"] = 0.0
    optimizer.step()
    optimizer.add_noise()
    reference.add_noise()
    assert same(model, steady)


@pytest.mark.parametrize(("first", "then"), [(bare, around), (around, bare)])
def test_a_run_changes_from_one_class_to_the_other_and_back(net, backward, first, then):
    whole, model = net(), net()
    train(whole, first(hts.noisy_groups(whole)), backward, range(9))
    saved = None
    for number, make in enumerate((first, then, first)):
        optimizer = make(hts.noisy_groups(model), lr=1.0)
        if saved:
            optimizer.load_state_dict(saved)
        else:
            optimizer.param_groups[0]["lr"] = optimizer.param_groups[1]["lr"] = 0.05
        train(model, optimizer, backward, range(3 * number, 3 * number + 3))
        saved = copy.deepcopy(optimizer.state_dict())
    assert same(model, whole)


@BOTH
@pytest.mark.parametrize("off", [{"sigma": 0.0}, {"noise": "none"}])
def test_switched_off_it_goes_on_exactly_as_sgd_and_can_be_switched_on_again(
    net, backward, make, off
):
    model, plain = net(), net()
    optimizer = make(model.parameters())
    before = {key: optimizer.param_groups[0][key] for key in off}
    train(model, optimizer, backward, range(3))
    plain.load_state_dict(model.state_dict())
    sgd = torch.optim.SGD(plain.parameters(), 0.05, momentum=0.9)
    sgd.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    optimizer.param_groups[0].update(off)
    for one, o in ((model, optimizer), (plain, sgd)):
        train(one, o, backward, range(3, 7))
    assert same(model, plain)
    optimizer.param_groups[0].update(before)
    train(model, optimizer, backward, [7])
    assert optimizer.param_groups[0]["noise_step"] == 8
    train(plain, sgd, backward, [7])
    assert not same(model, plain)


@BOTH
def test_a_step_with_a_derivative_is_refused(net, make):
    with pytest.raises(BadInput, match="differentiable must be False, got True"):
        make(net().parameters(), differentiable=True)


@BOTH
@pytest.mark.parametrize("by_closure", [False, True])
def test_sparse_gradients_are_refused_before_anything_moves(make, by_closure):
    model = nn.Sequential(nn.Embedding(5, 3, sparse=True), nn.Linear(3, 2))
    start = copy.deepcopy(model)
    optimizer = make(model.parameters())

    def backward() -> torch.Tensor:
        loss = model(torch.tensor([1])).sum()
        loss.backward()
        return loss

    if not by_closure:
        backward()
    with pytest.raises(BadInput, match="is sparse"):
        optimizer.step(backward if by_closure else None)
    assert same(model, start)
    assert not optimizer.state
