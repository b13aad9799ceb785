"""The strength of noise: what steps of noise alone make of a unit, and sigma from it."""

import math
from statistics import median

import numpy as np
import pytest
import torch
from scipy.stats import chi2

from hts.config import RunConfig
from hts.models.network import draw_network
from hts.noise import NoiseSource, ppf
from hts.noise.strength import initial_norm, sigma_of, strength_of, unit_norm
from hts.validate import BadInput

INPUTS, LR, STEPS, UNITS = 12, 0.05, 30, 4000


@pytest.mark.parametrize(
    ("noise", "alpha"), [("I", 1.5), ("II", 1.5), ("III", 1.5), ("III", 1.25), ("gaussian", 1.5)]
)
def test_noise_at_sigma_of_a_strength_moves_half_the_units_that_far(noise, alpha):
    sigma = sigma_of(3.0, noise=noise, alpha=alpha, inputs=INPUTS, lr=LR, steps=STEPS)
    source = NoiseSource(noise, alpha, seed=5)
    moved = torch.zeros(UNITS, INPUTS)
    for step in range(1, STEPS + 1):
        source.add_(moved, source.type.step_scale(sigma, LR, alpha), step)
    began = draw_network(
        RunConfig(noise="none", width=UNITS, seed=7), INPUTS, 3, torch.device("cpu")
    )
    ratio = median(moved.norm(dim=1).tolist()) / median(began.hidden[0].norm(dim=1).tolist())
    assert ratio == pytest.approx(3.0, rel=0.08)


def test_unit_norms_are_those_of_the_laws_that_are_known():
    assert unit_norm("I", 1.5, 9) == pytest.approx(3 * ppf(0.75, 1.5), rel=0.03)
    assert unit_norm("gaussian", 1.5, 64) == pytest.approx(math.sqrt(2 * chi2.median(64)), rel=0.01)
    assert unit_norm("III", 2.0, 64) == pytest.approx(unit_norm("gaussian", 2.0, 64), rel=0.01)
    # One weight: all types are the same stable law.
    ones = [unit_norm(noise, 1.25, 1) for noise in ("I", "II", "III")]
    assert np.allclose(ones, ppf(0.75, 1.25), rtol=0.05)


def test_initial_norms_tend_to_the_root_of_a_third():
    assert initial_norm(1) == pytest.approx(0.5, rel=0.03)  # |u|, u uniform on (-1, 1)
    assert initial_norm(3000) == pytest.approx(math.sqrt(1 / 3), rel=1e-3)


def test_strength_and_sigma_are_inverse_and_grow_as_the_accumulated_scale():
    chosen = {"noise": "II", "alpha": 1.5, "inputs": 20, "lr": 0.1}
    sigma = sigma_of(0.7, steps=50, **chosen)
    assert strength_of(sigma, steps=50, **chosen) == pytest.approx(0.7)
    assert strength_of(sigma, steps=400, **chosen) == pytest.approx(0.7 * 8 ** (1 / 1.5))
    assert sigma_of(0, steps=50, **chosen) == 0


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"strength": -1}, "strength must be"),
        ({"noise": "none"}, "got 'none'"),
        ({"noise": "IV"}, "noise type must be one of"),
        ({"alpha": 2.3}, "alpha must be"),
        ({"inputs": 0}, "inputs must be"),
        ({"lr": 0}, "lr must be"),
        ({"steps": 0}, "steps must be"),
    ],
)
def test_bad_values_are_refused_by_name(changed, says):
    given = {"strength": 1, "noise": "III", "alpha": 1.5, "inputs": 5, "lr": 0.1, "steps": 10}
    given |= changed
    with pytest.raises(BadInput, match=says):
        sigma_of(given.pop("strength"), **given)
