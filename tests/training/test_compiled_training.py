"""Compiled models, and a compiled step, train with the same noise."""

from __future__ import annotations

import shutil
import warnings

import pytest
import torch

import hts

NEEDS_COMPILER = pytest.mark.skipif(
    shutil.which("g++") is None, reason="inductor builds its kernels with a C++ compiler"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "backend"),
    [
        ("model", "eager"),
        ("model", "aot_eager"),
        pytest.param("model", "inductor", marks=NEEDS_COMPILER),
        ("step", "eager"),
        ("step", "aot_eager"),
    ],
)
def test_compiling_changes_nothing(net, backward, part, backend):
    ended = []
    for compiled in (False, True):
        model = net()
        optimizer = hts.HeavyTailedSGD(
            hts.noisy_groups(model), 0.05, momentum=0.9, sigma=0.01, seed=7
        )
        run, step = model, optimizer.step
        with warnings.catch_warnings():
            # torch's own deprecations while it compiles
            warnings.simplefilter("ignore", DeprecationWarning)
            if compiled and part == "model":
                run = torch.compile(model, backend=backend)
            if compiled and part == "step":
                step = torch.compile(step, backend=backend)
            for k in range(4):
                backward(run, k)
                step()
        assert optimizer.param_groups[0]["noise_step"] == 4
        ended.append([p.detach() for p in model.parameters()])
    torch.testing.assert_close(*ended, rtol=1e-5, atol=1e-6)
