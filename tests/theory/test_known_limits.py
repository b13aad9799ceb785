"""Theory with known answers: Kesten's criterion, stable Ornstein-Uhlenbeck, laws on a grid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import chi2

from hts.noise import fast_law
from hts.theory import kesten
from hts.theory.emergent import chains, crossing, run_emergent, zero_growth
from hts.theory.fit import curve, line_through, mean_and_half, slope_over_replicates
from hts.theory.grid_law import GridLaw, network_field
from hts.theory.limit import kolmogorov, mean_coupling, run_limit, states
from hts.theory.linear import coupling_exponent, euler_scale
from hts.theory.problems import NetworkDrift
from hts.theory.records import MeasuredTail
from hts.theory.settings import EmergentSettings, LimitSettings
from hts.theory.width import final_error, run_width, smallest_width
from hts.validate import BadInput


@pytest.mark.parametrize(("batch", "inputs"), [(1, 1), (1, 2), (4, 10), (10, 100)])
def test_the_second_moment_is_known(batch, inputs):
    critical = kesten.critical_step(batch, inputs)
    for step in (0.3 * critical, critical, 1.2 * critical):
        exact = 1 - 2 * step + step**2 * (batch + inputs + 1) / batch
        assert kesten.moment(2, step, batch, inputs) == pytest.approx(exact, rel=1e-9)
    assert kesten.tail_index(critical, batch, inputs) == pytest.approx(2, abs=1e-6)


def test_fourth_moment_in_one_dimension_and_the_end_of_stability():
    step = 0.3
    raw = [1, 1, 3, 15, 105]  # of chi^2 with one degree of freedom
    exact = sum(math.comb(4, k) * (-step) ** k * raw[k] for k in range(5))
    assert kesten.moment(4, step, 1, 1) == pytest.approx(exact, rel=1e-9)
    end = kesten.divergence_step(1, 1)
    u = chi2.ppf((np.arange(400_000) + 0.5) / 400_000, 1)
    assert np.log(np.abs(1 - end * u)).mean() == pytest.approx(0, abs=2e-3)
    assert kesten.tail_index(1.01 * end, 1, 1) is None
    assert kesten.tail_index(0.97 * end, 1, 1) < 0.2
    assert kesten.tail_index(1e-3, 1, 1) is None  # lighter than what is looked for


def test_larger_steps_and_smaller_batches_are_heavier():
    indices = [kesten.tail_index(step, 1, 2) for step in (0.3, 0.4, 0.5, 0.6)]
    assert indices == sorted(indices, reverse=True)
    assert kesten.tail_index(0.4, 4, 2) > kesten.tail_index(0.4, 1, 2)
    with pytest.raises(BadInput, match="step"):
        kesten.tail_index(0, 1, 2)


def test_a_step_of_sgd_is_what_the_criterion_speaks_of():
    """Two starts under the same data part by ``||(I - eta H) e_1||``, in the mean of the log."""
    settings = EmergentSettings(batch=2, inputs=3, burn_in=20)
    found = chains(settings, 0.3, 5, 4000)
    assert found.growth == pytest.approx(kesten.growth(0.3, 2, 3), abs=0.01)
    assert found.plain.shape == (4000,)


@pytest.mark.slow
def test_the_critical_step_is_found():
    settings = EmergentSettings(chains=12_000, burn_in=120, fractions=(0.6, 0.85, 1.15, 1.9, 2.0))
    found = run_emergent(settings, lambda *a: None)
    assert found.critical == 0.5
    assert found.critical_found == pytest.approx(0.5, rel=0.1)
    assert found.critical_low < found.critical_found < found.critical_high
    assert found.divergence_found == pytest.approx(found.divergence, rel=0.03)
    assert found.measured[0].injected < 2.2 < found.measured[0].alpha


def test_crossings_are_where_lines_cross():
    rows = [
        MeasuredTail(step=s, predicted=None, alpha=a, low=a - 0.5, high=a + 1, k=10, growth=s - 1.5,
                     injected=1.5, injected_low=1, injected_high=2)
        for s, a in ((1.0, 3.0), (2.0, 1.0))
    ]  # fmt: skip
    assert crossing(rows) == (1.5, 1.25, 2.0)
    assert zero_growth(rows) == 1.5
    assert crossing(rows[:1]) == (None, None, None)


def scale_at(alpha: float, *, start: float, sigma: float, rate: float, time: float) -> float:
    """S1 scale of the process at ``time``: what `euler_scale` tends to as eta -> 0."""
    faded = math.exp(-alpha * rate * time)
    power = start**alpha * faded + sigma**alpha * (1 - faded) / (alpha * rate)
    return float(power ** (1 / alpha))


def test_scales_of_the_stable_ornstein_uhlenbeck_process():
    known = {"start": 0.7, "sigma": 0.3, "rate": 1.0}
    fine = euler_scale(1.75, eta=1e-4, steps=20_000, **known)
    assert fine == pytest.approx(scale_at(1.75, time=2.0, **known), rel=1e-4)
    gaussian = scale_at(2.0, time=2.0, **known)
    variance = 2 * 0.49 * math.exp(-4) + 2 * 0.09 * (1 - math.exp(-4)) / 2
    assert 2 * gaussian**2 == pytest.approx(variance)
    assert coupling_exponent(2.0) == -0.5


@pytest.mark.parametrize("alpha", [1.5, 2.0])
def test_the_grid_law_is_the_known_law_of_a_linear_drift(alpha):
    law = GridLaw(lambda x: fast_law.cdf(x, alpha, 0.7), reach=200.0, points=2**14)
    for _ in range(20):
        law.step(lambda x, mass: -x, 0.05, alpha=alpha, scale=0.3 * 0.05 ** (1 / alpha))
    scale = euler_scale(alpha, start=0.7, sigma=0.3, rate=1.0, eta=0.05, steps=20)
    x = np.linspace(-4, 4, 33)
    assert law.cdf(x) == pytest.approx(fast_law.cdf(x, alpha, scale), abs=5e-4)
    assert law.density(x) == pytest.approx(fast_law.pdf(x, alpha, scale), abs=2e-3)
    assert law.mass.sum() == pytest.approx(1)


def test_many_units_follow_the_law_on_the_grid():
    """A network on the line: particles and grid share neither noise nor drift code."""
    points, targets = np.linspace(-2, 2, 5), np.array([-0.8, -0.4, 0.0, 0.4, 0.8])
    drift = NetworkDrift(points[:, None], targets, strength=4.0, decay=0.1)
    field = network_field(points, targets, strength=4.0, decay=0.1)
    law = GridLaw(ndtr, reach=200.0, points=2**13)
    for _ in range(20):
        law.step(field, 0.05, alpha=1.75, scale=0.3 * 0.05 ** (1 / 1.75))
    last = states(drift, 1.75, 20_000, 9, 1, kept=(20,))[-1][:, 0]
    assert kolmogorov(last, law.cdf) < 1.63 / math.sqrt(20_000)  # 99 % of independent samples
    few = states(drift, 1.75, 20_000, 9, 1, kept=(0,))[-1][:, 0]
    assert kolmogorov(few, law.cdf) > 0.05


@pytest.mark.slow
def test_units_drawn_to_their_mean_part_from_the_limit_at_the_exact_rate():
    """With 480 replicates the interval is narrow, and only the right exponent is inside."""
    settings = LimitSettings(widths=(30, 300, 3000), replicates=24)
    for alpha in (1.5, 2.0):
        found = mean_coupling(settings, alpha)
        assert found.slope.replicates == 480
        assert found.slope.spread < 0.03
        assert abs(found.slope.slope - found.exact) < 1.65 * found.slope.spread  # 99.9 %
        other = coupling_exponent(3.5 - alpha)
        assert abs(found.slope.slope - other) > 5 * found.slope.spread


@pytest.mark.slow
def test_the_limit_in_small():
    settings = LimitSettings(units=1000, few=20, widths=(10, 30, 100), replicates=4)
    found = run_limit(settings, lambda *a: None)
    assert next(line.name for line in found.lines) == "Units drawn to their mean"
    for line in found.lines:
        assert line.slope.high < 0
        assert line.large_distance < line.distance.typical[0]
    plane = found.plane
    assert np.array(plane.counts).shape == (5, 48, 48)
    outputs = (plane.output[0], plane.output[-1])
    before, after = (np.abs(np.array(output) - plane.target).max() for output in outputs)
    assert after < before / 2


def test_slopes_and_their_intervals():
    sizes, draw = [10, 100, 1000], np.random.default_rng(0)
    noise = np.exp(0.1 * draw.standard_normal((200, 3)))
    found = slope_over_replicates(sizes, np.array(sizes) ** -0.5 * noise)
    assert found.slope == pytest.approx(-0.5, abs=0.01)
    assert found.low < -0.5 < found.high
    exact = slope_over_replicates(sizes, np.array([[1.0, 0.1, 0.01]] * 2))
    assert (exact.low, exact.high) == pytest.approx((-1, -1))
    assert line_through(sizes, [1.0, 0.1, 0.01], -1.0) == pytest.approx([1.0, 0.1, 0.01])
    assert curve(sizes, np.array([[1.0, 2, 3], [4, 8, 27]])).typical == pytest.approx([2, 4, 9])
    mean, half = mean_and_half(np.array([1.0, 2.0, 3.0]))
    assert (mean, half) == pytest.approx((2, 4.302653 / math.sqrt(3)))
    with pytest.raises(BadInput, match="above 0"):
        slope_over_replicates(sizes, np.zeros((2, 3)))


def test_compressibility_falls_with_width_for_heavy_tails_and_not_for_gaussian():
    from hts.theory.settings import Case, WidthSettings

    settings = WidthSettings(
        alphas=(1.3, 2.0), widths=(30, 300, 3000), theorem_widths=(4, 6, 8), replicates=8,
        horizon=1.0, sigma=1.0, inputs=3,
    )  # fmt: skip
    found = run_width(settings, lambda *a: None)
    heavy, gaussian, none = found.cases
    assert all(s.slope < -0.1 for s in heavy.slopes)
    assert all(abs(s.slope) < 0.02 for s in (*gaussian.slopes, *none.slopes))
    assert heavy.exponent == pytest.approx(1 - 2 / 1.3)
    assert (gaussian.exponent, none.exponent) == (None, None)
    errors = final_error(settings, Case("III", 1.3), 300, [1, 2])
    assert errors.shape == (2, 3)
    assert (np.diff(errors, axis=1) < 0).all()  # the more is kept, the less is lost
    ran = [row for row in found.regime if row.theorem is not None]
    assert {row.width for row in ran} == {4, 6, 8}
    assert all(row.step == row.width ** (-row.alpha / 2 - 1) for row in found.regime)
    assert found.regime[-1].steps > 10**5  # honest about what cannot be run
    assert found.regime[-1].theorem is None


def test_the_smallest_width_is_the_first_from_which_on_it_holds():
    assert smallest_width([10, 20, 30, 40], [1.0, 0.5, 0.9, 1.0], 0.9) == 30
    assert smallest_width([10, 20], [1.0, 0.5], 0.9) is None
