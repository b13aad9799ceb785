"""What a typed program does with hts: `make check` holds its types, of which none may be Any."""

from __future__ import annotations

from typing import assert_type

import numpy as np
import torch
from torch import nn

import hts
from hts.data import Dataset, load
from hts.inspection.result import Inspection
from hts.records import RunResult, TailIndex
from hts.runs.in_memory.swept import Swept
from hts.runs.in_memory.trained import Trained


def trained(alpha: float) -> RunResult:
    config = hts.RunConfig(noise="III", alpha=alpha, width=60, iterations=30)
    assert_type(config.replace(seed=2), hts.RunConfig)
    assert_type(config.alpha, float)
    assert_type(config.to_dict(), dict[str, object])
    digits = load("digits")
    assert_type(digits, Dataset)
    assert_type(digits.x_train.dtype, np.dtype[np.float32])
    run = hts.train(config, dataset=digits, seed=2)
    assert_type(run, Trained)
    assert_type(run.weights["hidden_1"].dtype, np.dtype[np.float32])
    return run.result


def swept() -> Swept:
    found = hts.sweep(alpha=[1.5, 2.0], seed=range(2), width=60, iterations=30)
    assert_type(found.rows(), list[dict[str, object]])
    assert_type(found.cells()[0].medians["test_accuracy"].median, float)
    return found


def pruned(model: nn.Sequential) -> nn.Sequential:
    gone = hts.pruning.prune_columns_(model, 0.5)
    assert_type(gone["0"].dtype, np.dtype[np.int64])
    return hts.pruning.remove_columns(model)


def own_loop(model: nn.Module) -> float:
    optimizer = hts.HeavyTailedSGD(hts.noisy_groups(model), lr=0.1, sigma=0.01, alpha=1.75, seed=1)
    optimizer.zero_grad()
    loss: torch.Tensor = model(torch.zeros(3, 8)).square().sum()
    torch.autograd.backward(loss)  # typed, as `Tensor.backward` is not
    optimizer.step()
    other = hts.HeavyTailedNoise(torch.optim.Adam(model.parameters()), sigma=0.01, seed=1)
    assert_type(other.step(), float | None)
    return loss.item()


def tails() -> TailIndex:
    x = hts.noise.sample_stable(1.6, (400, 20), seed=1)
    assert_type(x.dtype, np.dtype[np.float32 | np.float64])
    assert_type(hts.noise.sample_stable(1.6, 5, seed=1, dtype=torch.float32), torch.Tensor)
    assert_type(hts.noise.NoiseSource("II", 1.75, seed=1).kind, str)
    norms = hts.pruning.unit_norms(x)
    assert_type(norms.dtype, np.dtype[np.float64])
    assert_type(hts.pruning.removal_order(norms).dtype, np.dtype[np.int64])
    assert_type(hts.pruning.pruning_ratio(norms), float)
    assert_type(hts.noise.sf(norms, 1.6).dtype, np.dtype[np.float64])
    found = hts.tails.estimate(x.ravel())
    assert_type(found, TailIndex)
    return found


def looked_at(model: nn.Module) -> Inspection:
    report = hts.inspect(model)
    assert_type(report.layers[0].name, str)
    assert_type(report.to_dicts(), list[dict[str, object]])
    return report


def misspelt() -> None:
    print(hts.inspct)  # type: ignore[attr-defined]  # said by the type checker


if __name__ == "__main__":
    result = trained(1.75)
    assert_type(result.test_accuracy, float | None)
    assert_type(result.tail_index, TailIndex | None)
    network = nn.Sequential(nn.Linear(8, 60), nn.Linear(60, 60), nn.Linear(60, 2))
    print(result.test_accuracy, own_loop(network), tails().alpha, looked_at(network))
    print(swept(), pruned(network))
