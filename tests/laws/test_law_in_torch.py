"""`hts.StableDistribution` keeps the promises of `torch.distributions`."""

from __future__ import annotations

import math

import pytest
import torch
from scipy import stats
from torch.distributions import Independent, Normal

import hts
from hts import StableDistribution
from hts.validate import BadInput


def wanted(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def test_log_prob_is_differentiated_as_finite_differences_say():
    """Every argument at once, in S1 and S0, skewed and not, next to alpha 1 and away from it."""
    x, beta, loc = wanted(3.0, -4.0), wanted(0.3, -0.5), wanted(0.2, 0.5)
    alpha, scale = wanted(1.5, 1.05), wanted(2.0, 0.7)
    for place in ("S1", "S0"):
        assert torch.autograd.gradcheck(
            lambda *args, place=place: StableDistribution(
                *args[1:], parameterization=place, validate_args=False
            ).log_prob(args[0]),
            (x, alpha, beta, loc, scale),
            eps=1e-5, atol=1e-6, rtol=1e-6,
        )  # fmt: skip


def test_where_a_gradient_is_one_sided_or_missing():
    alpha, beta = wanted(2.0, 1.0, 1.0), wanted(0.3, 0.5, 0.0)
    StableDistribution(alpha, beta).log_prob(torch.ones(3)).sum().backward()
    h = 1e-6
    behind = hts.stable(2 - h, 0.3).logpdf(1.0)
    assert float(alpha.grad[0]) == pytest.approx((hts.stable(2).logpdf(1.0) - behind) / h, rel=1e-4)
    assert math.isnan(alpha.grad[1])  # S1 jumps there
    assert beta.grad[0] == 0
    assert torch.isfinite(alpha.grad[2])


def test_alpha_two_is_the_normal_law():
    x = torch.linspace(-9, 9, 5)
    ours, normal = StableDistribution(2.0, 0.0, 1.0, 3.0), Normal(1.0, 3 * math.sqrt(2))
    assert torch.allclose(ours.log_prob(x), normal.log_prob(x))
    assert torch.allclose(ours.cdf(x), normal.cdf(x))
    assert torch.allclose(ours.icdf(torch.tensor(0.3)), normal.icdf(torch.tensor(0.3)))
    assert (ours.mean, ours.variance) == (1, 18)
    heavy = StableDistribution(torch.tensor([1.5, 0.8]), 0.5, 1.0, parameterization="S0")
    assert heavy.mean[0] == pytest.approx(1 - 0.5 * math.tan(math.pi * 0.75))
    assert math.isnan(heavy.mean[1])
    assert torch.isinf(heavy.variance).all()


def test_samples_follow_the_law_and_move_with_place_and_scale():
    loc, scale = wanted(1.0), wanted(2.0)
    law = StableDistribution(torch.tensor(1.0, dtype=torch.float64), 0.5, loc, scale)
    draw = lambda law: law.rsample((4000,), generator=torch.Generator().manual_seed(3))  # noqa: E731
    x = draw(law)
    assert stats.kstest(x.detach().numpy().ravel(), hts.stable(1, 0.5, 1, 2).cdf).pvalue > 1e-3
    x.sum().backward()
    assert loc.grad == 4000
    h = 1e-5
    more = draw(StableDistribution(torch.tensor(1.0, dtype=torch.float64), 0.5, 1.0, 2.0 + h))
    expected = (float(more.sum()) - float(x.detach().sum())) / h
    assert float(scale.grad) == pytest.approx(expected, rel=1e-3)


def test_shapes_dtypes_and_torchs_own_random_bits():
    law = StableDistribution(torch.tensor([[1.5], [0.7]]), 0.0, torch.zeros(3))
    assert law.batch_shape == (2, 3)
    torch.manual_seed(5)
    first = law.sample((4,))
    torch.manual_seed(5)
    assert first.dtype == torch.float32
    assert torch.equal(first, law.sample((4,)))
    assert first.shape == law.log_prob(first).shape == (4, 2, 3)
    assert law.expand((5, 2, 3)).sample().shape == (5, 2, 3)
    assert Independent(law, 1).log_prob(first).shape == (4, 2)
    assert StableDistribution(1.5).log_prob(torch.tensor(0.0)) == pytest.approx(-1.2470447)


def test_what_has_no_gradient_or_no_law_is_refused():
    law = StableDistribution(wanted(1.5), 0.0)
    with pytest.raises(BadInput, match="rsample has gradients in loc and scale only"):
        law.rsample()
    assert not law.sample().requires_grad
    with pytest.raises(BadInput, match=r"alpha must be a number in \(0, 2\], got 2.5"):
        StableDistribution(2.5)
