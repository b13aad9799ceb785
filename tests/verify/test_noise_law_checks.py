"""The checks of `verify noise`: a right sampler passes, and each kind of mistake is found."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
import torch

from hts.noise import NoiseSource
from hts.studio.cli.main import main
from hts.validate import BadInput
from hts.verify.law_checks import ALPHAS, Check, check_law, ks_limit, z_limit

N = 200_000


@pytest.mark.parametrize("alpha", ALPHAS)
def test_every_check_passes_at_every_alpha(alpha: float) -> None:
    heard: list[float] = []
    checks = check_law(alpha, N, progress=heard.append)
    assert [c.says for c in checks if not c.passed] == []
    assert len({c.name for c in checks}) == len(checks) == 16
    assert heard == sorted(heard)
    assert heard[-1] == 1


def broken(monkeypatch: pytest.MonkeyPatch, change: Callable) -> set[str]:
    """Names of failed checks when ``change(source, out, step)`` is applied to every increment."""
    right = NoiseSource.increment

    def wrong(source, units, inputs, step, *rest):
        return change(source, right(source, units, inputs, step, *rest), step)

    monkeypatch.setattr(NoiseSource, "increment", wrong)
    return {check.name for check in check_law(1.75, N) if not check.passed}


def test_a_missing_factor_two_in_type_three_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(source, out, step):
        return out / 2**0.5 if source.kind == "III" else out

    assert broken(monkeypatch, change) == {"type III scale"}


def test_a_stretched_axis_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(source, out, step):
        return out * torch.tensor([1.05, 1.0, 1.0]) if out.shape[1] == 3 else out

    assert "type III isotropy" in broken(monkeypatch, change)


def test_calls_that_share_a_few_values_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[torch.Tensor] = []

    def change(source, out, step):
        if out.shape[1] == 100 and kept and step == 4:
            out[:20] = kept[0][:20]  # 1 % of the values
        if step == 3:
            kept.append(out)
        return out

    found = broken(monkeypatch, change)
    assert "values shared with the next call" in found
    assert "distribution" not in found


def test_skew_broken_values_and_unequal_coordinates_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def change(source, out, step):
        if source.kind == "I" and out.shape[1] > 1:
            out[7, 2] += 1
        if source.kind == "II":
            out = torch.where(out > 0, out * 1.05, out)
            out[5, 0] = float("nan")
        return out

    found = broken(monkeypatch, change)
    assert {"finite", "symmetry", "type I equality"} <= found


def test_neighbours_that_know_each_other_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(source, out, step):
        flat = out.view(-1)
        if out.shape[1] == 1:
            flat[1::2] = torch.copysign(flat[1::2], flat[::2])
        return out

    assert "neighbouring counters" in broken(monkeypatch, change)


def test_a_figure_that_is_no_number_fails() -> None:
    assert not Check(alpha=1.5, name="x", figure=float("nan"), limit=1.0, says="").passed


def test_the_limits_are_those_of_the_known_laws() -> None:
    assert z_limit() == pytest.approx(4.7534, abs=1e-3)
    generator = np.random.default_rng(1)
    u = np.sort(generator.random((300, 1000)), axis=1)
    gaps = np.maximum(np.arange(1, 1001) / 1000 - u, u - np.arange(1000) / 1000).max(1)
    assert gaps.max() < ks_limit(1000) < 2 * gaps.max()


def test_the_number_of_draws_is_checked() -> None:
    for draws in (10, 10**9, "many"):
        with pytest.raises(BadInput, match="draws must be a whole number"):
            check_law(1.5, draws)  # type: ignore[arg-type]


def test_the_command_prints_every_check_with_its_figure(capsys) -> None:
    assert main(["verify", "noise", "--draws", "4e6", "--alpha", "1.2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 16 + 3
    assert all(row["passed"] and row["alpha"] == 1.2 for row in rows)
    assert {"figure", "limit", "says"} <= set(rows[0])
    assert main(["verify", "noise", "--draws", "1e5", "--alpha", "1.2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 19
    assert all(line.startswith("pass alpha 1.2") or " NaN, " in line for line in lines)
