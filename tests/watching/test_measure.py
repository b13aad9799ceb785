"""What a look finds of one layer: known laws, all kinds of layers, and numbers that are none."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from hts.noise.law import ppf
from hts.pruning.columns import pruning_ratio, relative_error, unit_norms
from hts.validate import BadInput
from hts.watching.layers import Layer, layers_of
from hts.watching.measure import measure
from hts.watching.records import REMOVED


def layer(weights: torch.Tensor, units_axis: int = 0, **more: object) -> Layer:
    return Layer("w", "Linear", nn.Parameter(weights, **more), units_axis)


def stable(alpha: float, *shape: int) -> torch.Tensor:
    drawn = ppf(np.random.default_rng(1).random(shape), alpha)
    return torch.from_numpy(drawn).float()


@pytest.mark.parametrize(
    ("alpha", "dtype"), [(1.2, torch.float32), (1.6, torch.float32), (1.6, torch.bfloat16)]
)
def test_the_interval_holds_the_alpha_the_weights_were_drawn_with(alpha, dtype):
    seen = measure(layer(stable(alpha, 300, 400).to(dtype)), 50_000)
    assert seen.tail.low < alpha < seen.tail.high
    assert seen.tail.high - seen.tail.low < 0.05
    assert seen.verdict in ("stable", "compatible")
    assert 40_000 < seen.entries <= 50_000


def test_norms_are_exact_whatever_is_sampled():
    weights = stable(1.7, 120, 90)
    seen = measure(layer(weights), 500)
    norms = unit_norms(weights.numpy())
    assert seen.entries <= 500
    assert seen.share == pruning_ratio(norms)
    assert np.allclose(seen.relative_error, relative_error(norms, np.array(REMOVED)), rtol=1e-5)
    assert seen.norm == pytest.approx(float(np.linalg.norm(norms)), rel=1e-5)
    assert seen.sorted_norms[0] == pytest.approx(norms.max(), rel=1e-5)


def test_a_layer_of_one_unit_is_measured():
    layer = Layer("one", "Linear", nn.Linear(400, 1).weight, 0)
    assert measure(layer, 1000).entries == 400


def test_without_a_verdict_all_else_is_the_same():
    weights = layer(stable(1.5, 100, 100))
    whole, quick = measure(weights, 4_000), measure(weights, 4_000, verdict=False)
    assert (quick.verdict, quick.says) == (None, "")
    assert (quick.share, quick.weights.counts) == (whole.share, whole.weights.counts)
    assert quick.tail.alpha == pytest.approx(whole.tail.alpha, abs=1e-6)


def test_units_stand_where_the_kind_of_layer_has_them():
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ConvTranspose2d(8, 5, 3), nn.Linear(6, 4))
    found, left = layers_of(model)
    seen = [measure(one, 10**6) for one in found]
    assert [(s.units, s.inputs) for s in seen] == [(8, 27), (5, 72), (4, 6)]
    assert left == []
    turned = model[1].weight.detach().transpose(0, 1).flatten(1).numpy()
    assert seen[1].norm == pytest.approx(float(np.linalg.norm(turned)), rel=1e-5)


@pytest.mark.parametrize(
    ("value", "says"), [(float("nan"), "not finite"), (float("inf"), "not finite"), (0.0, "zero")]
)
def test_weights_that_are_no_numbers_or_nothing_are_refused(value, says):
    weights = torch.full((60, 20), value)
    with pytest.raises(BadInput, match=says):
        measure(layer(weights), 4_000)


def test_too_few_weights_have_norms_and_no_tail_index():
    seen = measure(layer(torch.randn(3, 4)), 4_000)
    assert seen.tail is None
    assert "no tail index" in seen.note
    assert len(seen.sorted_norms) == 3


def test_layers_are_told_once_with_reasons_for_what_is_left_out():
    tied = nn.Linear(7, 9)
    model = nn.ModuleDict({"a": tied, "b": nn.Linear(7, 9), "c": nn.LazyLinear(3)})
    model["b"].weight = tied.weight
    model["d"] = nn.Linear(4, 4, device="meta")
    found, left = layers_of(model)
    assert [one.name for one in found] == ["a.weight"]
    assert {one.name: one.why.split()[0] for one in left} == {
        "b.weight": "tied", "c.weight": "lazy:", "c.bias": "lazy:", "d.weight": "on",
    }  # fmt: skip


def test_names_lose_what_wrappers_add_and_patterns_choose():
    model = torch.compile(nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 6)), backend="eager")
    assert [one.name for one in layers_of(model)[0]] == ["0.weight", "1.weight"]
    assert [one.name for one in layers_of(model, ["1"])[0]] == ["1.weight"]


def test_of_very_many_layers_some_are_looked_at_from_first_to_last():
    model = nn.Sequential(*(nn.Linear(2, 2) for _ in range(200)))
    found, left = layers_of(model)
    assert len(found) == 64
    assert (found[0].name, found[-1].name) == ("0.weight", "199.weight")
    assert len(left) == 136
    assert "64 of 200" in left[0].why
