"""Which parameters of a model get noise by default and by name."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import hts
from hts.validate import BadInput


def split(model: nn.Module, **options) -> dict[str, str]:
    """Name -> its columns, or quiet; every parameter exactly once."""
    names = {id(p): name for name, p in model.named_parameters()}
    found: dict[str, str] = {}
    for group in hts.noisy_groups(model, **options):
        for p in group["params"]:
            assert names[id(p)] not in found
            found[names[id(p)]] = "quiet" if group.get("noise") == "none" else group["columns"]
    assert len(found) == len(names)
    return found


def noisy(model: nn.Module, **options) -> dict[str, str]:
    return {name: way for name, way in split(model, **options).items() if way != "quiet"}


class Odd(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3, 3))
        self.words = nn.Embedding(10, 4)
        self.attention = nn.MultiheadAttention(4, 2)
        self.rnn = nn.GRU(4, 5)
        self.norm = nn.LayerNorm(5)
        self.spectral = nn.utils.parametrizations.spectral_norm(nn.Linear(5, 4))
        self.middle = nn.Linear(4, 4)
        self.head = nn.Linear(4, 10, bias=False)


def test_all_linear_and_convolution_weights_but_the_first_convolution_and_the_last_layer(net):
    assert noisy(net()) == {"2.weight": "filter", "4.weight": "filter"}
    assert noisy(net(), columns="kernel") == {"2.weight": "kernel", "4.weight": "kernel"}
    deep = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 5), nn.Linear(5, 2))
    assert noisy(deep) == {"0.weight": "filter", "2.weight": "filter"}
    convolutional = nn.Sequential(nn.Conv1d(1, 2, 3), nn.Conv1d(2, 2, 3), nn.Conv1d(2, 4, 1))
    assert noisy(convolutional) == {"1.weight": "filter"}


def test_other_modules_are_quiet_until_named():
    assert noisy(Odd()) == {"attention.out_proj.weight": "filter", "middle.weight": "filter"}
    more = noisy(Odd(), include=["rnn.weight_*", "head.weight", "norm.*"], exclude=["mid*"])
    assert more == {
        "attention.out_proj.weight": "filter",
        "rnn.weight_ih_l0": "filter",
        "rnn.weight_hh_l0": "filter",
        "head.weight": "filter",
        "norm.weight": "entry",
        "norm.bias": "entry",
    }


def test_a_weight_tied_to_a_quiet_place_is_quiet_under_either_name():
    model = Odd()
    model.first = nn.Linear(4, 10, bias=False)
    model.first.weight = model.words.weight
    model.last = nn.Linear(4, 4)
    assert "words.weight" not in noisy(model)
    assert noisy(model, include=["first.weight"])["words.weight"] == "filter"


def test_transposed_convolutions_have_their_filters_along_the_second_axis():
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.ConvTranspose2d(4, 6, 3),
        nn.ConvTranspose2d(6, 6, 3, groups=6),
        nn.Conv2d(6, 1, 1),
    )
    assert noisy(model) == {"1.weight": "transposed", "2.weight": "kernel"}


def test_settings_go_into_the_noisy_groups_and_the_optimizer_takes_them(net):
    groups = hts.noisy_groups(net(), noise="I", sigma=0.5)
    optimizer = hts.HeavyTailedSGD(groups, 0.1, sigma=1.0, seed=0)
    assert [g["noise"] for g in optimizer.param_groups] == ["I", "none"]
    assert optimizer.param_groups[0]["sigma"] == 0.5


def test_unknown_names_and_models_without_noise_are_told(net):
    with pytest.raises(BadInput, match=r"called '4\.weigth'.*Did you mean '4\.weight'"):
        hts.noisy_groups(net(), include=["4.weigth"])
    with pytest.raises(BadInput, match=r"no parameter of this model would get noise.*weight, bias"):
        hts.noisy_groups(nn.Linear(3, 2))
    with pytest.raises(BadInput, match="columns must be one of filter, kernel"):
        hts.noisy_groups(net(), columns="transposed")
