"""Noise goes by a parameter's name, and what cannot be right is refused before it moves."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper
from torch.testing._internal.distributed.fake_pg import FakeStore

import hts
from hts.noise import NoiseSource
from hts.training import group_noise
from hts.training.stream_names import plain_name
from hts.validate import BadInput

NOISE = {"sigma": 0.01, "seed": 7}
LR = 0.25


def sgd(params) -> hts.HeavyTailedSGD:
    return hts.HeavyTailedSGD(params, LR, **NOISE)


def noise_of(step, params) -> None:
    """Step with gradients of 0."""
    for p in params:
        p.grad = torch.zeros_like(p)
    step()


def by_noisy_groups(model):
    noise_of(sgd(hts.noisy_groups(model)).step, model.parameters())


def by_named_parameters(model):
    noise_of(sgd(model.named_parameters()).step, model.parameters())


def in_another_order(model):
    groups = hts.noisy_groups(model)
    for group in groups:
        group["params"].reverse()
        group["param_names"].reverse()
    noise_of(sgd(groups[::-1]).step, model.parameters())


def by_two_optimizers(model):
    named = list(model.named_parameters())
    for half in (named[4:], named[:4]):
        noise_of(sgd(half).step, [p for _, p in half])


def in_a_group_added_later(model):
    named = list(model.named_parameters())
    optimizer = sgd(named[4:])
    optimizer.add_param_group({"params": named[:4]})
    noise_of(optimizer.step, model.parameters())


def compiled(model):
    by_noisy_groups(torch.compile(model, backend="eager"))


def in_data_parallel(model):
    by_named_parameters(nn.DataParallel(model))


def checkpointed(model):
    model[2] = checkpoint_wrapper(model[2])
    by_noisy_groups(model)


def around_another_optimizer(model):
    inner = torch.optim.SGD(hts.noisy_groups(model), LR)
    noise_of(hts.HeavyTailedNoise(inner, **NOISE).step, model.parameters())


def copied_before_the_step(model):
    twin, optimizer = copy.deepcopy((model, sgd(hts.noisy_groups(model))))
    noise_of(optimizer.step, twin.parameters())
    model.load_state_dict(twin.state_dict())


def from_a_closure(model):
    optimizer = sgd(model.named_parameters())
    optimizer.step(lambda: noise_of(lambda: None, model.parameters()))


def with_names_of_another_part_noted_since(model):
    groups = hts.noisy_groups(model)
    hts.noisy_groups(model[3:], include=["*"])
    noise_of(sgd(groups).step, model.parameters())


@pytest.mark.parametrize(
    "way",
    [
        by_noisy_groups,
        by_named_parameters,
        in_another_order,
        by_two_optimizers,
        in_a_group_added_later,
        compiled,
        in_data_parallel,
        checkpointed,
        around_another_optimizer,
        copied_before_the_step,
        from_a_closure,
        with_names_of_another_part_noted_since,
    ],
    ids=lambda way: way.__name__,
)
def test_the_name_alone_says_which_noise(net, way):
    model, start = net(), net()
    way(model)
    noisy = 0
    for name, p in model.named_parameters():
        name = plain_name(name)
        before = start.get_parameter(name).detach().clone()
        if torch.equal(p, before):
            continue
        noisy += 1
        source = NoiseSource("III", 1.75, seed=7, layer=name)
        source.add_(before.flatten(1), 0.01 * LR ** (1 / 1.75), 1)
        assert torch.equal(p, before)
    assert noisy >= 2


def test_only_layers_that_are_trained_need_noise(net):
    model = net()
    optimizer = sgd(hts.noisy_groups(model))
    noise_of(optimizer.step, model[6].parameters())  # the last layer, which is quiet
    assert all(map(torch.equal, model.parameters(), net().parameters()))
    noise_of(optimizer.step, model.parameters())
    assert not torch.equal(model[4].weight, net()[4].weight)


def test_numbered_streams_of_a_file_go_on_where_parameters_have_names(net, backward):
    ended = []
    for names in (False, True):
        model = net()
        optimizer = sgd(model.parameters())
        backward(model, 0)
        optimizer.step()
        saved = copy.deepcopy(optimizer.state_dict())
        if names:
            optimizer = hts.HeavyTailedSGD(model.named_parameters(), 0.1, sigma=1, seed=99)
            optimizer.load_state_dict(saved)
        backward(model, 1)
        optimizer.step()
        assert optimizer.param_groups[0]["noise_layers"] == tuple(range(8))
        ended.append(list(model.parameters()))
    assert all(map(torch.equal, *ended))


class Copying(torch.Tensor):
    """A tensor whose memory cannot be reached: what is written to it is lost."""

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        found = super().__torch_function__(function, types, args, kwargs or {})
        is_lost = getattr(function, "__name__", "") == "detach"
        return found.clone().as_subclass(torch.Tensor) if is_lost else found


def vectors():
    return [nn.Parameter(torch.ones(5)), nn.Parameter(torch.ones(0, 3))]


def twice_the_same_name():
    return [
        {"params": [("weight", nn.Parameter(torch.ones(2, 2)))]},
        {"params": [("module.weight", nn.Parameter(torch.ones(2, 2)))]},
    ]


def memory_out_of_reach():
    weights = torch.ones(3, 3).as_subclass(Copying)
    weights.requires_grad_()
    return [weights]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        (vectors, "none of the parameters that this step moves would get noise"),
        (twice_the_same_name, "two parameters are called 'weight'"),
        (memory_out_of_reach, r"shape \(3, 3\) \(Copying\) was not moved by its noise"),
    ],
)
def test_noise_that_would_be_wrong_or_missing_is_refused_at_the_first_step(params, says):
    optimizer = sgd(params())
    held = [p for group in optimizer.param_groups for p in group["params"]]
    with pytest.raises(BadInput, match=says):
        noise_of(optimizer.step, held)
    assert all((p.as_subclass(torch.Tensor) == 1).all() for p in held)


def test_streams_are_looked_at_once_however_groups_fall_silent(net, monkeypatch):
    looked = []
    monkeypatch.setattr(group_noise, "check_claims", lambda claims: looked.append(len(claims)))
    model = net()
    optimizer = sgd(model.parameters())
    for sigma in (0.0, 0.01, 0.0, 0.01, 0.02):
        optimizer.param_groups[0]["sigma"] = sigma
        noise_of(optimizer.step, model.parameters())
        optimizer.zero_grad()
        optimizer.step()
    assert looked == [0, 8, 8]  # silent, with gradients, without


def test_processes_without_a_store_are_not_compared(net):
    torch.distributed.init_process_group("fake", rank=0, world_size=4, store=FakeStore())
    try:
        model = net()
        by_named_parameters(model)
    finally:
        torch.distributed.destroy_process_group()
    assert not torch.equal(model[4].weight, net()[4].weight)


def test_a_parameter_that_joins_its_group_by_hand_is_refused():
    p, q = nn.Parameter(torch.zeros(2, 2)), nn.Parameter(torch.zeros(2, 2))
    optimizer = sgd([p])
    noise_of(optimizer.step, [p])
    optimizer.param_groups[0]["params"].append(q)
    with pytest.raises(BadInput, match="add_param_group"):
        noise_of(optimizer.step, [p, q])


def test_names_that_may_be_anybodys_are_refused():
    params = [nn.Parameter(torch.zeros(2, 2)) for _ in range(2)]
    with pytest.raises(BadInput, match="2 parameters but 3 param_names"):
        sgd([{"params": params, "param_names": ["a", "b", "c"]}])


def test_wrappers_leave_no_trace_in_a_name():
    for name in (
        "module.a.weight", "_orig_mod.module.a.weight", "a._fsdp_wrapped_module.weight",
        "module._orig_mod.a._checkpoint_wrapped_module.weight",
    ):  # fmt: skip
        assert plain_name(name) == "a.weight"
    assert plain_name("a.module.weight") == "a.module.weight"
