"""An estimator that is registered from outside is everywhere the others are."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hts.noise import sample_stable
from hts.registry import PLUGINS
from hts.studio.figures.tails.against_k import against_k
from hts.studio.figures.tails.forest import forest_card
from hts.tails import ESTIMATORS, Found, TailOnly, WholeLaw, estimate, estimate_layer, tail_curve
from hts.tails.report import tail_report
from hts.validate import BadInput
from hts.verify.calibrate_methods import method_errors
from hts.verify.tails import estimator_lines

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGIN = ROOT / "examples" / "own_estimator.py"
X = sample_stable(1.3, 4000, seed=6, dtype="float64")


@pytest.fixture
def own(monkeypatch) -> TailOnly:
    """What a file named by ``HTS_PLUGINS`` registers, for one test."""
    monkeypatch.setattr(ESTIMATORS, "_kinds", dict(ESTIMATORS))
    runpy.run_path(str(PLUGIN))
    return ESTIMATORS["t-hill"]


def pareto(alpha: float, n: int = 20_000) -> np.ndarray:
    one = ((np.arange(n // 2) + 0.5) / (n // 2)) ** (-1 / alpha)
    return np.concatenate([one, -one])


def test_it_is_asked_by_its_name(own):
    assert list(ESTIMATORS)[-1] == "t-hill"
    found = estimate(pareto(1.5), "t-hill", share=0.1)
    assert found.alpha == pytest.approx(1.5, rel=0.02)
    assert found.low < 1.5 < found.high
    assert (found.method, found.upper, found.fits) == ("t-Hill", 2000, True)
    layer = estimate_layer(X.reshape(400, 10), "II", "t-hill", k=200)
    assert layer.upper == 200
    assert tail_curve(X, "t-hill").method == "t-hill"


def test_the_report_and_its_figures_have_it(own):
    report = tail_report(X)
    assert [e.method for e in report.estimates] == list(ESTIMATORS)
    assert report.estimate("t-hill") == estimate_layer(X[:, None], "II", "t-hill")
    assert [c.method for c in report.curves] == ["hill", "moment", "pickands", "t-hill"]
    assert report.at_k("t-hill", 100).alpha == estimate(X, "t-hill", k=100).alpha
    forest = forest_card(report.estimates)
    assert "t-Hill: " in forest.alt
    assert "t-Hill" in forest.figure["data"][1]["y"]
    assert "t-Hill at k = 99: " in against_k(report.curves, of="values", k=100).alt


def test_the_calibration_measures_it(own):
    assert "t-hill k by share, alpha 1.5" in [line.what for line in estimator_lines(10)]
    errors = method_errors("t-hill", 1.2, n=3000, repeats=10)
    assert errors.tail_only
    assert abs(errors.bias) < 0.3


def test_one_that_takes_the_sample_for_stable_needs_to_say_only_how(monkeypatch):
    monkeypatch.setattr(ESTIMATORS, "_kinds", dict(ESTIMATORS))

    @ESTIMATORS.register
    class Constant(WholeLaw):
        name = "constant"
        title = label = citation = assumes = interval = bias = cost = "One and a half"

        def find(self, sample, level, options):
            return Found(1.5, 1.4, 1.6)

    found = estimate(sample_stable(1.5, 2000, seed=1), "constant")
    assert (found.alpha, found.low, found.high) == (1.5, 1.4, 1.6)
    assert found.scale == pytest.approx(1.0, rel=0.1)
    assert found.fits
    assert not estimate(np.random.default_rng(0).laplace(size=20_000), "constant").fits


@pytest.mark.process
def test_a_process_finds_it_by_the_environment():
    code = "from hts.tails import ESTIMATORS; print(*ESTIMATORS)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, text=True, capture_output=True,
        env={**os.environ, PLUGINS: str(PLUGIN)},
    )  # fmt: skip
    assert done.stdout.split()[-1] == "t-hill"


def test_an_unfinished_one_is_refused_in_words(own):
    class Unfinished(TailOnly):
        name = "unfinished"
        title = label = citation = assumes = interval = bias = "Unfinished"

        def index(self, tail, k):
            return np.ones(len(k))

    with pytest.raises(BadInput, match="'unfinished' is unfinished: it lacks band, cost"):
        ESTIMATORS.register(Unfinished)
    with pytest.raises(BadInput, match=r"method must be one of mle, .*t-hill, got 'unf"):
        estimate(X, "unfinished")
