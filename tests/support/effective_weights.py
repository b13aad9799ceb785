"""Rows of `hts.inspect` beside tensors that a network is known to compute with."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import hts


def assert_rows_of(rows, **effective):
    """The rows are those of these tensors, to rounding."""
    assert [row.name for row in rows] == list(effective)
    for row, tensor in zip(rows, effective.values(), strict=True):
        (wanted,) = hts.inspect({row.name: tensor.detach()}).layers
        assert (row.units, row.inputs) == (wanted.units, wanted.inputs)
        for name in ("median_abs", "mean_abs", "pruning_ratio", "largest_share"):
            assert getattr(row, name) == pytest.approx(getattr(wanted, name), rel=1e-5, abs=1e-12)
        assert row.relative_error == pytest.approx(wanted.relative_error, rel=1e-5)


class Conv1D(nn.Module):
    """As that of transformers: y = x W + b with W of shape (inputs, outputs)."""

    def __init__(self, outputs: int, inputs: int) -> None:
        super().__init__()
        self.nf = outputs
        self.weight = nn.Parameter(torch.randn(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
