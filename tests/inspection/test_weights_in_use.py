"""What is measured is what the network computes with: of modules, state dicts and files alike."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from effective_weights import assert_rows_of
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

import hts

OLD = pytest.mark.filterwarnings("ignore:.*(weight_norm|spectral_norm):FutureWarning")


def same_rows(model, tmp_path, *, pt=True):
    """The rows of a module, after they were found to be those of its state dict and files."""
    state = model.state_dict()
    before = {name: value.clone() for name, value in state.items()}
    rng = torch.random.get_rng_state()
    rows = hts.inspect(model).layers
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert torch.equal(rng, torch.random.get_rng_state())
    save_file({k: v.contiguous().clone() for k, v in state.items()}, tmp_path / "n.safetensors")
    np.savez(tmp_path / "n.npz", **{k: v.numpy() for k, v in state.items()})
    given = [state, tmp_path / "n.safetensors", tmp_path / "n.npz"]
    if pt:
        torch.save(state, tmp_path / "n.pt")
        given.append(tmp_path / "n.pt")
    expected = {row.name: plain(row) for row in rows}
    for one in given:
        assert {row.name: plain(row) for row in hts.inspect(one).layers} == expected, one
    return rows


def plain(row):
    return dataclasses.replace(row, kind="")


def in_evaluation(model, x):
    """After a batch in evaluation, the old hooks have put what they compute into ``weight``."""
    training = model.training
    model.eval()(x)
    model.train(training)
    return model


@pytest.mark.process
def test_pruned_weights_are_measured_without_what_was_pruned(tmp_path):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(60, 200), nn.Sequential(nn.Conv2d(3, 8, 3)), nn.Linear(9, 9))
    prune.ln_structured(model[0], "weight", 0.6, n=2, dim=0)
    prune.random_unstructured(model[0], "weight", 0.3)
    prune.l1_unstructured(model[1][0], "weight", 0.5)
    rows = same_rows(model, tmp_path)
    assert_rows_of(
        rows, **{"0.weight": model[0].weight, "1.0.weight": model[1][0].weight,
                 "2.weight": model[2].weight}
    )  # fmt: skip
    assert [row.note.split(";")[0] for row in rows[:2]] == ["its mask applied"] * 2
    assert rows[0].pruning_ratio > 55
    prune.remove(model[0], "weight")
    assert_rows_of(hts.inspect(model).layers[:1], **{"0.weight": model[0].weight})


def test_masks_by_other_names(tmp_path):
    torch.manual_seed(2)
    w, mask = torch.randn(60, 50), (torch.rand(60, 50) > 0.7)
    for state in (
        {"a.weight": w, "a.mask": mask},
        {"a.weight": w, "a.weight_mask": mask.float()},
        {"a.weight": w, "a.weight.mask": mask.to(torch.uint8)},
        {"a.parametrizations.weight.original": w, "a.parametrizations.weight.0.mask": mask},
    ):
        assert_rows_of(hts.inspect(state).layers, **{"a.weight": w * mask})
        save_file(state, tmp_path / "n.safetensors")
        assert_rows_of(hts.inspect(tmp_path / "n.safetensors").layers, **{"a.weight": w * mask})
    two = {"a.weight": w, "a.mask": w + 1}
    assert [row.name for row in hts.inspect(two).layers] == ["a.weight"]
    assert hts.inspect(two).left_out[0].why == "a mask, no weights"
    units = {
        "a.parametrizations.weight.original": w,
        "a.parametrizations.weight.0.mask": mask[:, 0],
    }
    assert_rows_of(hts.inspect(units).layers, **{"a.weight": w * mask[:, :1]})


@OLD
@pytest.mark.process
@pytest.mark.parametrize("dim", [0, 1, None])
@pytest.mark.parametrize("new", [True, False])
def test_weight_norm_is_folded(tmp_path, dim, new):
    torch.manual_seed(3)
    norm = parametrizations.weight_norm if new else nn.utils.weight_norm
    model = nn.Sequential(
        norm(nn.Linear(30, 20), dim=dim), norm(nn.Conv1d(4, 6, 3), dim=dim), nn.Linear(5, 6)
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(torch.rand_like(parameter) + 0.5)
    in_evaluation(model[0], torch.ones(2, 30))
    in_evaluation(model[1], torch.ones(2, 4, 5))
    rows = same_rows(model, tmp_path, pt=not new)
    assert_rows_of(rows, **{f"{k}.weight": model[k].weight for k in range(3)})
    assert [row.kind for row in rows] == ["Linear", "Conv1d", "Linear"]
    assert "weight norm folded" in rows[0].note


@OLD
@pytest.mark.process
@pytest.mark.parametrize("new", [True, False])
def test_spectral_norm_is_folded_as_in_evaluation(tmp_path, new):
    torch.manual_seed(4)
    norm = parametrizations.spectral_norm if new else nn.utils.spectral_norm
    model = nn.Sequential(
        norm(nn.Linear(30, 20)), norm(nn.Conv2d(4, 6, 3)), norm(nn.ConvTranspose2d(5, 7, 3))
    )
    for _ in range(3):
        model[0](torch.ones(2, 30))
        model[1](torch.ones(2, 4, 5, 5))
        model[2](torch.ones(2, 5, 5, 5))
    assert model.training
    rows = same_rows(model, tmp_path, pt=new)
    assert all(module.training for module in model.modules())
    model.eval()
    in_evaluation(model[0], torch.ones(2, 30))
    in_evaluation(model[1], torch.ones(2, 4, 5, 5))
    in_evaluation(model[2], torch.ones(2, 5, 5, 5))
    assert_rows_of(
        rows, **{"0.weight": model[0].weight, "1.weight": model[1].weight,
                 "2.weight": model[2].weight.transpose(0, 1)}
    )  # fmt: skip
    assert "spectral norm folded" in rows[0].note


def test_the_oldest_spectral_norm_keeps_u_alone():
    torch.manual_seed(5)
    w = torch.randn(20, 30)
    u, s, _ = torch.linalg.svd(w)
    found = hts.inspect({"a.weight_orig": w, "a.weight_u": u[:, 0]}).layers
    assert_rows_of(found, **{"a.weight": w / s[0]})


class Symmetric(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += self.training
        return x.triu() + x.triu(1).T


def test_other_functions_are_computed_by_the_module_and_by_no_state_dict():
    torch.manual_seed(6)
    model = nn.Sequential(nn.Linear(20, 20), nn.Linear(20, 30))
    parametrize.register_parametrization(model[0], "weight", Symmetric())
    parametrizations.orthogonal(model[1], "weight")
    calls = model[0].parametrizations.weight[0].calls
    rows = hts.inspect(model).layers
    assert model[0].parametrizations.weight[0].calls == calls
    assert_rows_of(rows, **{"0.weight": model[0].weight, "1.weight": model[1].weight})
    assert [row.kind for row in rows] == ["Linear", "Linear"]
    found = hts.inspect(model.state_dict())
    assert found.layers == ()
    why = {left.name: left.why for left in found.left_out}
    assert "a function that is not stored" in why["0.parametrizations.weight.original"]


def test_two_functions_after_each_other():
    torch.manual_seed(7)
    model = nn.Linear(20, 20)
    parametrizations.weight_norm(model)
    parametrize.register_parametrization(model, "weight", Symmetric())
    assert_rows_of(hts.inspect(model).layers, weight=model.weight)
