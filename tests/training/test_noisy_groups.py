"""Which parameters of a model get noise by default and by name."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils import prune

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


class Conv1D(nn.Module):
    """A linear layer as transformers writes it."""

    def __init__(self, nf: int, nx: int) -> None:
        super().__init__()
        self.nf, self.nx = nf, nx
        self.weight = nn.Parameter(torch.ones(nx, nf))
        self.bias = nn.Parameter(torch.zeros(nf))


class Adapted(nn.Module):
    """A layer with a LoRA pair beside it, as peft writes it."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.base_layer = layer.requires_grad_(False)
        self.lora_A = nn.ModuleDict({"default": nn.Linear(layer.in_features, 2, bias=False)})
        self.lora_B = nn.ModuleDict({"default": nn.Linear(2, layer.out_features, bias=False)})


@pytest.mark.parametrize("columns", ["filter", "kernel"])
def test_the_units_of_transformers_conv1d_lie_along_its_second_axis(columns):
    model = nn.Sequential(Conv1D(6, 4), nn.Linear(6, 3), Conv1D(3, 3))
    assert noisy(model, columns=columns) == {"0.weight": "transposed", "1.weight": columns}


def test_a_unit_of_a_lora_pair_is_a_row_of_a_and_a_column_of_b_unless_its_layer_is_quiet():
    model = nn.Sequential(Adapted(nn.Linear(5, 4)), nn.Linear(4, 4), Adapted(nn.Linear(4, 3)))
    assert noisy(model) == {
        "0.base_layer.weight": "filter",
        "0.lora_A.default.weight": "filter",
        "0.lora_B.default.weight": "transposed",
        "1.weight": "filter",
    }


def test_what_is_trained_of_a_pruned_weight_is_noisy_and_said_aloud():
    model = nn.Sequential(nn.Linear(6, 5), nn.Linear(5, 5), nn.Linear(5, 2))
    prune.l1_unstructured(model[0], "weight", 0.5)
    with pytest.warns(UserWarning, match=r"noise goes to 0\.weight_orig"):
        assert noisy(model) == {"0.weight_orig": "filter", "1.weight": "filter"}
    with pytest.warns(UserWarning, match="pruned weights stay 0"):
        optimizer = hts.HeavyTailedSGD(hts.noisy_groups(model), 0.1, sigma=1.0, seed=0)
    before, mask = model[0].weight_orig.detach().clone(), model[0].weight_mask == 1
    model(torch.ones(1, 6)).sum().backward()
    optimizer.step()
    assert (model[0].weight_orig != before)[mask].all()
    model(torch.ones(1, 6))
    assert torch.equal(model[0].weight != 0, mask)
    assert noisy(model, exclude=["0.*"]) == {"1.weight": "filter"}


def test_embeddings_are_noisy_where_one_asks_for_it_but_not_one_tied_to_the_head():
    model = nn.Sequential(nn.Embedding(7, 4), nn.EmbeddingBag(7, 4), nn.Linear(4, 4))
    model.append(nn.Linear(4, 7, bias=False))
    assert noisy(model) == {"2.weight": "filter"}
    every = {"0.weight": "filter", "1.weight": "filter", "2.weight": "filter"}
    assert noisy(model, embeddings=True) == every
    model[3].weight = model[0].weight
    assert noisy(model, embeddings=True) == {"1.weight": "filter", "2.weight": "filter"}
    with pytest.raises(BadInput, match="embeddings must be true or false"):
        hts.noisy_groups(model, embeddings="yes")


@pytest.mark.parametrize("wrapped", [False, True])
def test_groups_have_the_names_of_their_parameters_and_old_checkpoints_still_load(net, wrapped):
    def make(model: nn.Module, groups: list[dict]) -> torch.optim.Optimizer:
        if wrapped:
            adam = torch.optim.Adam(groups, 0.1)
            return hts.HeavyTailedNoise(adam, sigma=0.1, seed=0)
        return hts.HeavyTailedSGD(groups, 0.1, sigma=0.1, seed=0)

    one, other = net(), net()
    groups = hts.noisy_groups(one)
    names = dict(one.named_parameters())
    optimizer = make(one, groups)
    for group in optimizer.param_groups:
        assert [id(names[name]) for name in group["param_names"]] == [*map(id, group["params"])]
    nameless = [{k: v for k, v in g.items() if k != "param_names"} for g in hts.noisy_groups(other)]
    optimizer.load_state_dict(make(other, nameless).state_dict())
    assert optimizer.param_groups[0]["param_names"] == ["2.weight", "4.weight"]
