"""Noise as the authors' released code scales it, number for number."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hts.config import RunConfig
from hts.data import load
from hts.noise import portable
from hts.noise.sources import NoiseSource
from hts.runs.group import run_group
from hts.runs.session import Session

STEP, WIDTH = 3, 40
SETTINGS = {"width": WIDTH, "sigma": 0.3, "lr": 0.01, "gradient": False, "device": "cpu"}


def added(config: RunConfig) -> torch.Tensor:
    """What one step's noise adds to a hidden layer of zeros."""
    session = Session(config, load("digits"))
    weights = session.network.noise_matrices[0]
    weights.zero_()
    session.noise(STEP)
    return weights.clone()


def radius_and_normal(alpha: float) -> tuple[torch.Tensor, torch.Tensor]:
    """``sqrt(S)`` of each unit and the N(0, 1) numbers of its weights, as a run has them."""
    source = NoiseSource("III", alpha, seed=1)
    radius = portable.radii(source.stream(STEP, "unit"), WIDTH, alpha, torch.device("cpu"))
    round_ = NoiseSource("II", 2.0, seed=1).increment(WIDTH, 64, STEP)
    return radius.unsqueeze(1), round_ / 2**0.5


def test_type_three_as_released_has_no_factor_two_in_a():
    """Theirs is sqrt(S) G with E exp(-t S) = exp(-t^(alpha/2)); ours is sqrt(2 S) G."""
    config = RunConfig(noise="III", alpha=1.75, **SETTINGS)
    radius, normal = radius_and_normal(1.75)
    scale = 0.3 * 0.01 ** (1 / 1.75)
    exact = {"rtol": 1e-5, "atol": 1e-12}
    torch.testing.assert_close(added(config), scale * (2**0.5 * radius) * normal, **exact)
    gpu, cpu = (added(config.replace(reference_scaling=where)) for where in ("gpu", "cpu"))
    torch.testing.assert_close(gpu, scale * radius * normal, **exact)
    torch.testing.assert_close(cpu, radius * normal, **exact)


@pytest.mark.parametrize("noise", ["I", "II", "gaussian"])
@pytest.mark.parametrize("alpha", [1.75, 2.0])
def test_on_a_cpu_the_released_code_does_not_scale_noise_at_all(noise, alpha):
    config = RunConfig(noise=noise, alpha=alpha, **SETTINGS)
    drawn = NoiseSource(noise, alpha, seed=1).increment(WIDTH, 64, STEP)
    if noise == "I" and alpha == 2:
        drawn = drawn / 2**0.5  # variance 1 where ours is 2
    exact = {"rtol": 1e-6, "atol": 1e-12}
    torch.testing.assert_close(added(config.replace(reference_scaling="cpu")), drawn, **exact)
    gpu = added(config.replace(reference_scaling="gpu"))
    torch.testing.assert_close(gpu, config.noise_scale * drawn, **exact)


def test_type_one_at_alpha_two_has_variance_one():
    config = RunConfig(noise="I", alpha=2, **{**SETTINGS, "width": 4000})
    drawn = added(config.replace(reference_scaling="cpu"))[:, 0].double()
    assert float(drawn.square().mean()) == pytest.approx(1, abs=0.1)
    assert float((added(config) / config.noise_scale)[:, 0].square().mean()) == pytest.approx(
        2, abs=0.2
    )


def test_off_is_bit_for_bit_what_it_was_and_ensembles_know_the_switch():
    config = RunConfig(noise="III", alpha=1.75, **SETTINGS, iterations=2)
    assert np.array_equal(
        added(config).numpy(),
        NoiseSource("III", 1.75, seed=1).increment(WIDTH, 64, STEP).numpy()
        * np.float32(config.noise_scale),
    )
    moved = {}
    for where in ("off", "gpu", "cpu"):
        scaled = config.replace(reference_scaling=where)
        run_group(
            [scaled.replace(seed=2), scaled.replace(sigma=0, seed=2)],
            load("digits"),
            on_end=lambda end, where=where: moved.__setitem__((where, end.member), end.tensors()),
        )
    ours, gpu, cpu = (
        moved[where, 0]["hidden_1"] - moved[where, 1]["hidden_1"] for where in ("off", "gpu", "cpu")
    )
    close = {"rtol": 1e-3, "atol": 1e-6}
    np.testing.assert_allclose(gpu * 2**0.5, ours, **close)
    np.testing.assert_allclose(cpu * config.noise_scale * 2**0.5, ours, **close)
