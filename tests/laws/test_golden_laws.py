"""Stable laws against the numbers of another method (`bench.laws.truth`), and Nolan's tables."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

import hts
from bench.laws import nolan
from bench.laws.truth import density_and_tails

ROWS = np.genfromtxt(Path(__file__).with_name("golden.csv"), delimiter=",", names=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['alpha']:g} {r['beta']:g} {r['x']:g}")
def test_density_both_tails_and_quantiles(row):
    law = hts.stable(row["alpha"], row["beta"])
    for name, true in (("pdf", "density"), ("cdf", "below"), ("sf", "above")):
        value = getattr(law, name)(row["x"])
        assert math.isclose(value, row[true], rel_tol=1e-10), name
        log = getattr(law, f"log{name}")(row["x"])
        assert math.isclose(log, math.log(row[true]), rel_tol=1e-10, abs_tol=1e-14)
    back = law.ppf(row["below"]) if row["below"] < row["above"] else law.isf(row["above"])
    slack = min(row["below"], row["above"]) / (row["density"] * abs(row["x"]))  # of the inverse
    assert math.isclose(back, row["x"], rel_tol=1e-10 * max(1, slack))


def test_gradients_of_the_log_density():
    """In the value, alpha and beta; in loc and scale they follow from the one in the value."""
    x, alpha, beta = (
        torch.tensor(ROWS[name], dtype=torch.float64, requires_grad=True)
        for name in ("x", "alpha", "beta")
    )
    loc, scale = (torch.full_like(x, v).requires_grad_() for v in (0.0, 1.0))
    hts.StableDistribution(alpha, beta, loc, scale).log_prob(x).sum().backward()
    assert x.grad is not None
    at = ROWS["x"]
    np.testing.assert_allclose(x.grad.numpy() * at, ROWS["by_x"] * at, rtol=1e-8, atol=1e-9)
    for got, true in ((alpha, "by_alpha"), (beta, "by_beta")):
        known = np.isfinite(ROWS[true])
        assert known.sum() >= len(ROWS) - 5
        np.testing.assert_allclose(got.grad.numpy()[known], ROWS[true][known], 1e-6, 1e-6)
    np.testing.assert_allclose(loc.grad, -x.grad)
    plain = (ROWS["alpha"] != 1) | (ROWS["beta"] == 0)  # else the scale moves the law, too
    expected = (-x.grad * x.detach() - 1)[torch.from_numpy(plain)]
    np.testing.assert_allclose(scale.grad[torch.from_numpy(plain)], expected)


def test_nolans_tables_are_met_row_by_row():
    """All 4590 distribution functions and 4589 densities of SciPy's tests; six rows are off."""
    try:
        tables = {name: nolan.table(name) for name in ("cdf", "pdf")}
    except hts.validate.BadInput as missing:
        pytest.skip(str(missing))
    apart = {n: np.abs(nolan.ours(n, rows) / rows[:, 1] - 1) for n, rows in tables.items()}
    assert apart["pdf"].max() < 1e-8
    off = apart["cdf"] > 1e-9
    assert off.sum() == 6
    for x, value, alpha, beta, _ in tables["cdf"][off]:
        assert alpha == 1
        below = float(density_and_tails(x, alpha, beta)[1])
        assert math.isclose(hts.stable(alpha, beta).cdf(x), below, rel_tol=1e-10)
        assert abs(value / below - 1) > 9e-5


def test_scale_and_place_in_both_parameterizations():
    rows = nolan.moved_table()
    for place in (0, 1):
        some = rows[rows["param"] == place]
        law = hts.stable(some["alpha"], some["beta"], 3, 2, parameterization=f"S{place}")
        np.testing.assert_allclose(law.cdf(some["x"]), some["cdf"], rtol=1e-8)
        np.testing.assert_allclose(law.pdf(some["x"]), some["pdf"], rtol=1e-8)
