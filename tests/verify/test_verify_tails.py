"""``python -m hts verify tails`` and ``bench tails``: lines that pass, and can fail."""

from __future__ import annotations

import json

import pytest

from bench import tails as bench_tails
from hts.studio.cli.main import main
from hts.tails import ESTIMATORS
from hts.verify import tails as verify_tails
from hts.verify.calibrate_methods import covers, method_errors


def test_every_method_and_noise_type_has_a_line() -> None:
    lines = verify_tails.estimator_lines(200)
    said = " ".join(line.what for line in lines)
    assert all(name in said for name in ESTIMATORS)
    assert all(f"type {kind}" in said for kind in ("I", "II", "III"))
    assert all(f"k by {rule}" in said for rule in ("share", "stability", "bootstrap", "ks"))
    assert len(verify_tails.verdict_lines((10_000, 100_000), 5)) == 20


def test_a_line_measures_and_says_it() -> None:
    lines = {line.what: line for line in verify_tails.estimator_lines(10)}
    told: list[float] = []
    row = lines["quantiles, alpha 1.5"].run(told.append)
    assert told[-1] == 1
    assert row["passed"]
    assert abs(row["bias"]) < 0.04
    assert 0.01 < row["sd"] < 0.04
    assert f"sd {row['sd']:.4f} (expected 0.02)" in row["says"]
    units = lines["type III, alpha 1.5"].run(told.append)
    assert units["naive_flagged"] == 1.0
    assert "counting entries is flagged in 100 %" in units["says"]


def test_lines_can_fail() -> None:
    assert not covers(0.80, 200, 0.95)
    assert not covers(1.0, 200, 0.95)
    assert covers(1.0, 200, 0.95, at_bound=True)
    assert covers(0.95, 200, 0.95)
    biased = method_errors("hill", 1.9, repeats=10)
    assert biased.bias > 1
    assert biased.coverage < 0.2


def test_the_verdict_table_by_command(capsys: pytest.CaptureFixture, monkeypatch) -> None:
    few = verify_tails.verdict_lines((3000,), 10)[:2]
    monkeypatch.setattr(verify_tails, "verdict_lines", lambda sizes, repeats: few)
    assert main(["verify", "tails", "--verdicts", "--quick", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["family"] for row in rows] == ["stable 1.2", "stable 1.75"]
    assert all(row["passed"] for row in rows)
    assert main(["verify", "tails", "--verdicts", "--quick"]) == 0
    assert capsys.readouterr().out.count("pass stable") == 2
    assert main(["verify", "tails", "--repeats", "3"]) == 2


def test_the_benchmark_compares_on_the_same_samples() -> None:
    found = bench_tails.measure([1.5], n=2000, samples=2, scipy_n=0, quiet=True)
    rows = {row["what"]: row for row in found if row["n"] == 2000 and row["samples"] == 2}
    assert set(rows) >= {"mle", "hill", "reference recipe"}
    assert rows["mle"]["time_ratio"] == rows["mle"]["error_ratio"] == 1
    assert rows["pickands"]["error"] > rows["mle"]["error"]
    assert all(row["seconds"] > 0 for row in found)
