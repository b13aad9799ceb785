"""Masks on the units of somebody's module, and the smaller module that answers as it does."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from hts.pruning import ColumnPruning, prune_columns_, remove_columns
from hts.validate import BadInput


def seeded(*parts: nn.Module) -> nn.Sequential:
    model = nn.Sequential(*parts)
    draws = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=draws, dtype=torch.float64))
    return model


def network(activation: type[nn.Module] = nn.ReLU, *, bias: bool = True) -> nn.Sequential:
    return seeded(
        nn.Flatten(), nn.Linear(12, 20, bias), activation(), nn.Dropout(0.5),
        nn.Linear(20, 10, bias), activation(), nn.Linear(10, 3, bias),
    )  # fmt: skip


X = torch.randn(7, 3, 4, generator=torch.Generator().manual_seed(1))


def test_units_of_smallest_norm_go_with_their_bias_from_all_but_the_last_layer():
    model = network()
    norms = [layer.weight.norm(dim=1) for layer in (model[1], model[4])]
    gone = prune_columns_(model, 0.25)
    assert list(gone) == ["1", "4"]
    for name, norm, count in zip(("1", "4"), norms, (5, 2), strict=True):
        assert set(gone[name]) == set(norm.argsort()[:count].tolist())
        assert not model.get_submodule(name).weight[gone[name]].any()
        assert not model.get_submodule(name).bias[gone[name]].any()
    assert not prune.is_pruned(model[6])


def test_masks_are_those_of_torch():
    model = network()
    before = model[4].weight.detach().clone()
    gone = prune_columns_(model, 3, layers="4")["4"]
    assert prune.is_pruned(model)
    assert {"4.weight_orig", "4.weight_mask", "4.bias_orig", "4.bias_mask"} <= set(
        model.state_dict()
    )
    torch.testing.assert_close(model[4].weight_orig, nn.Parameter(before), rtol=0, atol=0)
    model(X).sum().backward()
    assert not model[4].weight_orig.grad[gone].any()
    prune.remove(model[4], "weight")
    prune.remove(model[4], "bias")
    assert not prune.is_pruned(model)
    before[gone] = 0
    torch.testing.assert_close(model[4].weight, nn.Parameter(before), rtol=0, atol=0)


def test_called_again_it_counts_and_takes_what_is_left():
    layer = seeded(nn.Linear(6, 20))[0]
    order = layer.weight.norm(dim=1).argsort().tolist()
    assert set(prune_columns_(layer, 0.5)[""]) == set(order[:10])
    assert set(prune_columns_(layer, 0.5)[""]) == set(order[10:15])
    prune.l1_unstructured(layer, "weight", 10)
    assert set(prune_columns_(layer, 2)[""]) <= set(order[15:])
    assert int((layer.weight.abs().sum(1) == 0).sum()) >= 17


def test_globally_the_smallest_go_wherever_they_are():
    model = network()
    with torch.no_grad():
        model[4].weight.mul_(1e-3)
    gone = prune_columns_(model, 8, scope="global")
    assert [len(units) for units in gone.values()] == [0, 8]


def test_a_random_order_is_that_of_its_seed():
    orders = [prune_columns_(network(), 5, criterion="random", seed=s)["1"] for s in (1, 1, 2)]
    assert np.array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[0], orders[2])


def test_filters_of_convolutions_lie_along_their_own_axis():
    model = seeded(
        nn.Conv2d(1, 3, 3), nn.Conv2d(3, 6, 3), nn.ConvTranspose2d(6, 4, 3), nn.Conv2d(4, 2, 1)
    )
    gone = prune_columns_(model, 1)
    assert list(gone) == ["1", "2"]
    assert not model[1].weight[gone["1"]].any()
    assert not model[2].weight[:, gone["2"]].any()
    assert int(model[2].weight_mask.sum()) == model[2].weight.numel() * 3 // 4
    out = model[:3](torch.randn(1, 1, 9, 9))
    assert not out[:, gone["2"]].any()


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Sigmoid, nn.Softplus])
@pytest.mark.parametrize("bias", [True, False])
def test_the_smaller_module_gives_the_same_outputs(activation, bias):
    model = network(activation, bias=bias).eval()
    prune_columns_(model, 0.5)
    small = remove_columns(model)
    assert [tuple(small[i].weight.shape) for i in (1, 4, 6)] == [(10, 12), (5, 10), (3, 5)]
    assert not prune.is_pruned(small)
    torch.testing.assert_close(small(X), model(X), rtol=1e-5, atol=1e-5)
    assert prune.is_pruned(model)


def test_rows_of_zeros_without_a_mask_go_too_and_their_bias_is_kept_in_the_next_layer():
    model = network().eval()
    with torch.no_grad():
        model[1].weight[::2] = 0
    small = remove_columns(model)
    assert small[1].out_features == 10
    torch.testing.assert_close(small(X), model(X), rtol=1e-5, atol=1e-5)


def test_a_unit_stays_where_all_would_go():
    model = network().eval()
    prune_columns_(model, 1.0)
    small = remove_columns(model)
    assert (small[1].out_features, small[4].out_features) == (1, 1)
    torch.testing.assert_close(small(X), model(X), rtol=1e-5, atol=1e-5)


def test_what_cannot_be_pruned_is_refused_and_nothing_is_changed():
    model = network()
    for wrong, says in [
        ({"amount": 1.5}, r"amount must be a number in \[0, 1\], got 1.5"),
        ({"amount": True}, "amount must be a number"),
        ({"amount": 11}, "amount must be a whole number from 0 to 10, got 11"),
        ({"amount": 0.5, "criterion": "magnitude"}, "criterion must be one of columns, random"),
        ({"amount": 0.5, "scope": "all"}, "scope must be one of layer, global"),
        ({"amount": 0.5, "layers": "9"}, "no layer is called '9'; there are 1, 4, 6"),
    ]:
        with pytest.raises(BadInput, match=says):
            prune_columns_(model, **wrong)
    assert not prune.is_pruned(model)
    with pytest.raises(BadInput, match="no layer of this module would be pruned"):
        prune_columns_(nn.Sequential(nn.ReLU()), 0.5)
    with pytest.raises(BadInput, match="the units of ConvTranspose2d cannot be masked"):
        prune_columns_(nn.ConvTranspose2d(4, 4, 3, groups=2), 1)
    with pytest.raises(BadInput, match="the units of 0 cannot be masked"):
        prune_columns_(nn.Sequential(nn.LazyLinear(3), nn.Linear(3, 2)), 1)
    normed = nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))
    with pytest.raises(BadInput, match="cannot be masked"):
        prune_columns_(normed, 1)


def test_modules_whose_flow_is_not_known_are_refused():
    class Own(nn.Sequential):
        def forward(self, x):
            return x

    masked = nn.Sequential(nn.Conv2d(1, 2, 1), nn.Flatten(), nn.Linear(2, 2))
    ColumnPruning.apply(masked[0], "weight", [1])
    for model, says in [
        (Own(nn.Linear(2, 2)), "from a torch.nn.Sequential only, got Own"),
        (nn.Linear(2, 2), "from a torch.nn.Sequential only, got Linear"),
        (nn.Sequential(nn.ReLU()), "this has none"),
        (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 2)), "1 is a BatchNorm1d"),
        (masked, "0 is a Conv2d with a mask"),
    ]:
        with pytest.raises(BadInput, match=says):
            remove_columns(model)


def test_the_copy_shares_nothing_with_the_model():
    model = network().eval()
    prune_columns_(model, 0.5)
    before = copy.deepcopy(model.state_dict())
    for p in remove_columns(model).parameters():
        p.data.zero_()
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
