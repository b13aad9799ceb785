"""Every estimator: known answers first, then algebra, then chance with fixed seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hts.noise import fast_law, sample_stable
from hts.records import TailIndex, decode, encode
from hts.tails import ESTIMATORS, Estimator, estimate, estimate_layer, layer_tail_index
from hts.tails.estimators.base import Options
from hts.tails.estimators.kinds.reference import block_lengths, reference
from hts.tails.estimators.upper_tail import Uppers, hill_xi
from hts.tails.samples.sample import Sample, take
from hts.validate import BadInput

WHOLE_LAW = [name for name, method in ESTIMATORS.items() if not method.tail_only]
TAIL_ONLY = [name for name, method in ESTIMATORS.items() if method.tail_only]
SIGNS = np.array([-1.0, 1.0])


def quantiles(alpha: float, n: int = 20_000) -> np.ndarray:
    """The sample a law would give if it had no chance in it."""
    return fast_law.ppf((np.arange(n) + 0.5) / n, alpha)


def pareto(alpha: float, n: int = 20_000) -> np.ndarray:
    """Both sides of it, centred at 0."""
    one = ((np.arange(n // 2) + 0.5) / (n // 2)) ** (-1 / alpha)
    return (one[:, None] * SIGNS).ravel()


@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.9])
@pytest.mark.parametrize("name", ["mle", "quantiles", "characteristic", "log-variance"])
def test_exact_quantiles_give_alpha(name: str, alpha: float) -> None:
    found = estimate(quantiles(alpha), name)
    assert found.alpha == pytest.approx(alpha, abs=4e-3)
    assert found.low < alpha < found.high
    assert found.scale == pytest.approx(1.0, rel=5e-3)
    assert found.fits


@pytest.mark.parametrize("alpha", [0.7, 1.5, 3.0])
@pytest.mark.parametrize("name", TAIL_ONLY)
def test_an_exact_pareto_sample_gives_its_index(name: str, alpha: float) -> None:
    found = estimate(pareto(alpha), name, share=0.1)
    assert found.alpha == pytest.approx(alpha, rel=0.03)
    assert found.low < alpha < found.high
    assert found.fits
    # P(|x| > t) = t^-alpha from t = 1 on.
    assert found.scale == pytest.approx(1.0, rel=0.05)
    assert found.upper == 2000
    assert found.threshold == pytest.approx(0.1 ** (-1 / alpha), rel=1e-3)


def test_upper_tail_formulas_by_hand() -> None:
    tail = Uppers(np.array([7.0, 5.0, 2.0, 1.0, 0.0]), 5)
    np.testing.assert_allclose(hill_xi(tail, np.array([1, 2, 4])), [2, 4, 3.75])
    m1, m2 = 3.75, (49 + 25 + 4 + 1) / 4
    assert ESTIMATORS["moment"].index(tail, np.array([4]))[0] == pytest.approx(
        m1 + 1 - 0.5 / (1 - m1**2 / m2)
    )
    x = np.exp(tail.logs)
    expected = math.log((x[0] - x[1]) / (x[1] - x[3])) / math.log(2)
    assert ESTIMATORS["pickands"].index(tail, np.array([4]))[0] == pytest.approx(expected)


def test_sums_that_grow_with_the_block_mean_alpha_one() -> None:
    # Eight equal values sum to eight times one: K^(1/alpha) = K.
    ones = Sample("values", np.ones(800))
    assert ESTIMATORS["log-moments"].find(ones, 0.95, Options(block=8)).alpha == pytest.approx(1.0)
    assert reference(np.ones((1000, 3))) == pytest.approx(1.0)


def test_reference_block_lengths_are_divisors() -> None:
    assert block_lengths(10_000) == [2, 5, 10, 20, 50, 100, 500, 1000, 100]
    assert block_lengths(600) == [2, 5, 10, 20, 50, 100, 300, 24]
    with pytest.raises(BadInput, match="divide the sample size"):
        block_lengths(10_007)


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_unit_and_centre_change_nothing_but_scale_and_location(name: str) -> None:
    x = sample_stable(1.6, 4000, seed=3, dtype="float64")
    options = {"replicates": 20} if name == "reference" else {}
    plain = estimate(x, name, **options)
    moved = estimate(-250.0 * x + 12.5, name, **options)
    assert moved.alpha == pytest.approx(plain.alpha, abs=2e-3)
    assert moved.low == pytest.approx(plain.low, abs=6e-3)
    assert moved.high == pytest.approx(plain.high, abs=6e-3)
    assert moved.scale == pytest.approx(250 * plain.scale, rel=5e-3)
    assert moved.location == pytest.approx(12.5, abs=20)


@pytest.mark.parametrize("rule", ["share", "stability", "bootstrap", "ks", 150])
def test_every_way_to_choose_k_finds_a_tail(rule: str | int) -> None:
    rng = np.random.default_rng(3)
    x = (rng.pareto(0.9, 4000) + 1) * rng.choice(SIGNS, 4000)
    found = estimate(x, "hill", k=rule)
    assert found.alpha == pytest.approx(0.9, rel=0.15)
    assert 10 <= found.upper <= 2000
    assert estimate(x, "hill", k=rule) == found


def test_the_seed_names_the_shuffle_and_the_resamples() -> None:
    x = sample_stable(1.5, 1000, seed=8)
    for name in ("log-moments", "reference"):
        one, again, other = (estimate(x, name, seed=s, replicates=20) for s in (1, 1, 2))
        assert one == again
        assert one != other
    one, other = (estimate(x, "hill", k="bootstrap", seed=s) for s in (1, 2))
    assert one == estimate(x, "hill", k="bootstrap", seed=1)
    assert one.upper != other.upper


@pytest.mark.parametrize("name", list(ESTIMATORS))
@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.ones(100), "all equal to 1"),
        (np.arange(20.0), "at least 50 values, got 20"),
        (np.append(np.arange(99.0), np.nan), "must be finite"),
        (np.append(np.ones(99), 2.0), "differ from the centre"),
        (np.zeros((5, 5, 5)), r"\(n,\) or \(n, inputs\)"),
    ],
)
def test_samples_that_say_nothing_are_refused_in_words(
    name: str, x: np.ndarray, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        estimate(x, name)


def test_bad_choices_name_what_is_accepted() -> None:
    x = sample_stable(1.5, 200, seed=1)
    with pytest.raises(BadInput, match=r"method must be one of mle, .*Did you mean 'hill'"):
        estimate(x, "hil")
    with pytest.raises(BadInput, match="k must be one of share"):
        estimate(x, "hill", k="best")
    with pytest.raises(BadInput, match="k must be a whole number"):
        estimate(x, "hill", k=200)
    with pytest.raises(BadInput, match="level"):
        estimate(x, level=0.2)
    with pytest.raises(BadInput, match="block must leave"):
        estimate(x, "log-moments", block=100)
    with pytest.raises(BadInput, match="cannot read norms; these can: mle, quantiles"):
        estimate(x.reshape(50, 4), "characteristic", of="norms")


def isotropic(alpha: float, rows: int, inputs: int, seed: int) -> np.ndarray:
    """Rotationally invariant stable rows of scale 1."""
    radius = sample_stable(alpha / 2, rows, beta=1.0, seed=seed, dtype="float64")
    radius *= math.cos(math.pi * alpha / 4) ** (2 / alpha)
    gauss = sample_stable(2.0, (rows, inputs), seed=seed + 1, dtype="float64")
    return np.sqrt(radius)[:, None] * gauss


@pytest.mark.parametrize("name", [n for n, m in ESTIMATORS.items() if m.norms or m.vectors])
def test_norms_and_vectors_give_the_alpha_of_their_entries(name: str) -> None:
    rows = 30_000 if ESTIMATORS[name].tail_only else 3000
    x = isotropic(1.4, rows, 6, seed=13) + np.arange(6.0)
    of = "norms" if ESTIMATORS[name].norms else "vectors"
    found = estimate(x, name, of=of, share=0.02, replicates=40)
    assert found.low < 1.4 < found.high
    assert found.size == rows
    assert found.sample == "rows"
    assert found.high - found.low < {"pickands": 1.5, "moment": 0.5, "hill": 0.3}.get(name, 0.25)
    if name in WHOLE_LAW:
        assert found.scale == pytest.approx(1.0, rel=0.1)
        assert found.fits


def test_a_matrix_must_say_what_is_independent() -> None:
    x = isotropic(1.5, 2000, 10, seed=2)
    with pytest.raises(BadInput, match="of must be given"):
        estimate(x)
    free = estimate(sample_stable(1.5, (2000, 10), seed=4), of="values")
    naive = estimate(x, of="values")
    assert not naive.independent
    assert "share draws" in naive.note
    # The interval allows for it.
    assert naive.high - naive.low > 1.8 * (free.high - free.low)
    assert free.independent
    assert free.note == ""


def test_values_that_share_draws_count_as_fewer_and_copies_once() -> None:
    x = sample_stable(1.5, (500, 1), seed=4)
    near = np.repeat(x, 7, axis=1) * np.exp(1e-3 * np.random.default_rng(1).random((500, 7)))
    # Seven, and what 500 rows do not say of how much they vary.
    assert take(near, "values").design == pytest.approx(1 + 6 * (1 + 80 / 500), rel=0.01)
    assert take(np.repeat(x, 7, axis=1), "values").size == 500
    assert take(sample_stable(1.5, (500, 7), seed=4), "values").design == 1.0


@pytest.mark.parametrize("kind", ["I", "III"])
def test_entries_that_share_a_draw_are_refused(kind: str) -> None:
    weights = np.repeat(sample_stable(1.5, (300, 1), seed=1), 5, axis=1)
    with pytest.raises(BadInput, match=f"of must be 'units' for noise type {kind}"):
        estimate_layer(weights, kind, of="entries")


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_a_layer_counts_units_or_entries_and_says_so(name: str) -> None:
    options = {"replicates": 20} if name == "reference" else {}
    scalars = sample_stable(1.5, (400, 1), seed=6)
    shared = scalars + np.zeros((1, 8), np.float32)
    found = estimate_layer(shared, "I", name, **options)
    assert (found.sample, found.size) == ("units", 400)
    assert "Type I" in found.counted
    single = estimate(scalars.ravel() - np.median(scalars), name, **options)
    assert found.alpha == pytest.approx(single.alpha, abs=0.01)
    entries = estimate_layer(sample_stable(1.5, (250, 8), seed=6), "II", name, **options)
    assert (entries.sample, entries.size) == ("entries", 2000)
    rotated = isotropic(1.5, 400, 8, seed=7)
    if name == "characteristic":
        with pytest.raises(BadInput, match="use one of mle"):
            estimate_layer(rotated, "III", name)
    else:
        whole = estimate_layer(rotated, "III", name, **options)
        assert (whole.sample, whole.size) == ("units", 400)


def test_the_default_is_the_live_estimate() -> None:
    weights = isotropic(1.5, 400, 8, seed=7)
    assert estimate_layer(weights, "III") == layer_tail_index(weights, "III")


def test_records_stored_before_still_read_and_new_ones_come_back() -> None:
    found = estimate(sample_stable(1.5, 500, seed=1), "hill")
    assert decode(encode(found), TailIndex) == found
    old = b'{"alpha":1.5,"low":1.4,"high":1.6,"level":0.95,"method":"m","sample":"units","size":9,'
    old += b'"scale":1,"location":0,"distance":0.01,"fits":true,"note":""}'
    read = decode(old, TailIndex)
    assert (read.upper, read.beta, read.independent) == (None, None, True)


@pytest.mark.parametrize(
    ("name", "spread"),
    # At n = 2000 and alpha 1.5: what the intervals must reflect.
    [("mle", 0.034), ("quantiles", 0.05), ("characteristic", 0.038), ("log-variance", 0.066),
     ("log-moments", 0.081), ("reference", 0.06)],
)  # fmt: skip
def test_intervals_cover_and_are_no_wider_than_they_must(name: str, spread: float) -> None:
    # 95 % of 60 is 57; fewer than 50 happens once in 3 000 times.
    repeats = 60 if name != "reference" else 24
    found = [
        estimate(sample_stable(1.5, 2000, seed=s), name, replicates=40) for s in range(repeats)
    ]
    covered = sum(f.low <= 1.5 <= f.high for f in found)
    assert covered >= (50 if repeats == 60 else 18)
    assert np.mean([f.high - f.low for f in found]) == pytest.approx(2 * 1.96 * spread, rel=0.25)
    assert np.std([f.alpha for f in found]) == pytest.approx(spread, rel=0.4)


def test_hill_says_nothing_true_of_a_stable_law_near_two() -> None:
    x = sample_stable(1.9, 10_000, seed=9)
    assert estimate(x, "hill").low > 2.5
    assert estimate(x, "mle").high < 1.95


@pytest.mark.parametrize("method", ESTIMATORS.values(), ids=list(ESTIMATORS))
def test_descriptions_are_complete(method: Estimator) -> None:
    words = (method.title, method.citation, method.assumes, method.interval, method.bias)
    assert all(len(text) > 3 for text in (*words, method.cost, method.label))
    assert len(method.label) <= 14  # a phone's room
