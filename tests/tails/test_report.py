"""Everything about one sample at once, and what a record alone still tells."""

from __future__ import annotations

import numpy as np
import pytest

from hts.inspection import matrix
from hts.noise import sample, sample_stable
from hts.noise.portrait import cloud
from hts.records import HillCurve
from hts.tails import ESTIMATORS, ccdf, estimate, fit_stable, hill_curve, pp_points
from hts.tails import report as reports
from hts.tails.recorded import recorded_curve, recorded_plots
from hts.tails.report import tail_report
from hts.tails.samples import entries
from hts.validate import BadInput

X = sample_stable(1.6, 5000, seed=4, dtype="float64")


@pytest.fixture(scope="module")
def report():
    return tail_report(X)


def test_every_estimator_has_a_row_and_they_are_those_of_estimate(report):
    assert [e.method for e in report.estimates] == list(ESTIMATORS)
    for found in report.estimates:
        assert found.tail is not None
        assert found.seconds > 0
        if found.method != "reference":  # its bootstrap is shorter here
            assert found.tail.alpha == pytest.approx(estimate(X, found.method).alpha, abs=1e-9)
    assert report.verdict.kind == "compatible"  # so few values cannot tell
    assert report.size == report.total == 5000
    assert sum(report.histogram.counts) + report.histogram.below == 5000
    assert set(report.plots) == {"mle", "hill"}


def test_the_tail_at_k_is_the_estimate_with_that_k(report):
    k = report.k_of(0.1)
    assert k == 500
    for name in ("hill", "moment", "pickands"):
        at, asked = report.at_k(name, k), estimate(X, name, k=k)
        assert (at.alpha, at.low, at.high) == pytest.approx((asked.alpha, asked.low, asked.high))
    assert report.k_of(1e-6) == 10
    assert report.k_of(0.9) == report.upper.most == 1500


def test_large_samples_are_thinned_by_a_seeded_choice_and_say_so(monkeypatch):
    monkeypatch.setattr(reports, "VALUES_USED", 2000)
    weights = X.reshape(500, 10)
    first, again, other = (tail_report(weights, "II", seed=seed) for seed in (0, 0, 1))
    assert (first.size, first.total) == (2000, 5000)
    assert first.estimate("mle") == again.estimate("mle")
    assert first.estimate("mle") != other.estimate("mle")
    assert first.estimate("mle").alpha == pytest.approx(1.6, abs=0.15)


@pytest.mark.parametrize("kind", ["II", "III"])
def test_a_matrix_that_is_read_by_rows_is_never_whole_and_has_the_same_report(kind, monkeypatch):
    for module, name in ((reports, "ENTRIES_USED"), (reports, "VALUES_USED"), (reports, "DRAWN")):
        monkeypatch.setattr(module, name, 6000)
    for module, name in ((entries, "_BLOCK"), (matrix, "BLOCK")):
        monkeypatch.setattr(module, name, 2000)
    values = sample(kind, 1.6, units=4000, inputs=10, seed=3)
    largest = 0

    def read(start: int, stop: int) -> np.ndarray:
        nonlocal largest
        largest = max(largest, stop - start)
        return values[start:stop]

    by_rows = tail_report(matrix.Matrix(4000, 10, read), kind)
    assert largest == 200
    whole = tail_report(values, kind)
    assert [e.tail for e in by_rows.estimates] == [e.tail for e in whole.estimates]
    assert (by_rows.histogram, by_rows.ccdf) == (whole.histogram, whole.ccdf)
    assert by_rows.verdict == whole.verdict
    assert by_rows.total == (40_000 if kind == "II" else 4000)
    assert by_rows.size == (4000 if kind == "II" else 600)


def test_units_that_share_a_draw_are_counted_as_units():
    radii = cloud("III", 1.6, 400, 5)  # vectors in the plane
    by_units = tail_report(radii, "III")
    assert (by_units.unit, by_units.size, by_units.single) == ("units", 400, False)
    characteristic = next(e for e in by_units.estimates if e.method == "characteristic")
    assert characteristic.tail is None
    assert "cannot read norms" in characteristic.why
    assert by_units.estimate("log-moments").alpha == pytest.approx(1.6, abs=0.5)
    copied = tail_report(cloud("I", 1.6, 400, 5), "I")
    assert (copied.unit, copied.size) == ("units", 400)
    assert "Type I" in copied.counted


def test_what_is_no_sample_is_refused():
    with pytest.raises(BadInput):
        tail_report(np.ones((4, 3)), "III")


def test_a_record_gives_the_probabilities_that_were_drawn():
    fit = fit_stable(X)
    qq, pp = recorded_plots(ccdf(X, fit))
    assert pp.low == []
    whole = pp_points(X, fit)
    at = np.interp(0.05, pp.empirical[::-1], pp.fitted[::-1])
    assert at == pytest.approx(np.interp(0.05, whole.empirical[::-1], whole.fitted[::-1]), rel=0.05)
    # The sample is of the fitted law, so that quantiles agree away from the last values.
    middle = [i for i, s in enumerate(qq.survival) if 0.02 < s < 0.9]
    observed, fitted = (np.array(v)[middle] for v in (qq.observed, qq.fitted))
    np.testing.assert_allclose(observed, fitted, rtol=0.12)


def test_quantiles_are_exact_where_the_record_is_its_own_fit():
    law = ccdf(X, fit_stable(X))
    qq, pp = recorded_plots(type(law)(x=law.x, survival=law.fitted, fitted=law.fitted))
    np.testing.assert_allclose(qq.observed, qq.fitted, rtol=1e-12)
    assert pp.empirical == pp.fitted


def test_a_record_without_a_fit_has_no_plots():
    assert recorded_plots(ccdf(X)) is None
    hill: HillCurve = hill_curve(X)
    curve = recorded_curve(hill, 5000)
    assert curve.share == [k / 5000 for k in hill.k]
    assert curve.threshold == []
