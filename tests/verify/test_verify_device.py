"""``python -m hts verify device``: what it prints and stores, and that wrong devices are found.

The checks themselves run in `other_devices_paths`, on a device that is not the CPU.
"""

from __future__ import annotations

import dataclasses
import json
from functools import partial
from types import SimpleNamespace

import pytest
import torch

from hts.studio.cli.main import main
from hts.training.captured import CapturedStep
from hts.verify.device import noise, run, steps
from hts.verify.device.check import CPU, Check, Place, figure, skip

HERE = Place(
    device=torch.device("cpu"), extent=dataclasses.replace(CPU, layers=((30, 20),), rounds=1)
)


class Said(Check):
    name = "said"

    def __init__(self, *rows) -> None:
        self._rows = rows

    def rows(self, place):
        yield from self._rows


class Broken(Check):
    name = "broken"

    def rows(self, place):
        yield figure("before", 1.0)
        torch.ones(2) @ torch.ones(3)


RIGHT = (
    figure("bits", 0.0, "eps", most=0),
    figure("pace", 3.0, "times", least=20, goal=True),
    figure("copy", 12.5, "GB/s"),
    skip("graph", "there are none"),
)


@pytest.mark.parametrize(
    ("checks", "words", "code"),
    [
        ([Said(*RIGHT)], ["pass", "slow", "", "skip"], 0),
        ([Said(figure("bits", 2.0, most=1))], ["FAIL"], 1),
        ([Said(figure("accuracy", float("nan"), most=1))], ["FAIL"], 1),
        ([Broken(), Said(RIGHT[0])], ["", "FAIL", "pass"], 1),
    ],
    ids=["a missed goal", "wrong", "no number", "an error"],
)
def test_only_what_is_wrong_fails_and_all_is_stored(
    checks, words, code, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(run, "CHECKS", checks)
    assert main(["verify", "device", "--out", str(tmp_path / "found.json")]) == code
    assert [line[:4].strip() for line in capsys.readouterr().out.splitlines()] == words
    found = json.loads((tmp_path / "found.json").read_text())
    assert [row["passed"] for row in found["rows"]] == [
        {"pass": True, "slow": False, "FAIL": False}.get(word) for word in words
    ]
    assert found["machine"]["packages"]["torch"] == torch.__version__


def test_noise_that_is_one_rounding_off_is_found(monkeypatch):
    def off(weights, scale, *_):
        weights.add_(torch.finfo(weights.dtype).eps)

    kernels = SimpleNamespace(add_rows=off, add_entries=off, add_stretched=off)
    monkeypatch.setattr(noise, "_ways", lambda device: {"other noise": kernels})
    assert all(row.wrong for row in noise.SameNoise().told(HERE))


def test_steps_that_are_a_thousandth_off_are_found():
    class Off(Place):
        def on(self, config):
            return config.replace(lr=1.002 * config.lr)

    there = Off(device=HERE.device, extent=HERE.extent)
    assert [row.wrong for row in steps.SameStep().told(there)] == [True] * 4
    assert [row.wrong for row in steps.SameStep().told(HERE)] == [False] * 4


class Replayed(CapturedStep):
    """Records nothing: a replay is another step on what was recorded, as a graph takes it."""

    def _aside(self, x, y):
        return self._step(x, y, self._lr)

    def _record(self, x, y):
        self._x, self._y = x.clone(), y.clone()
        self._graph = SimpleNamespace(replay=partial(self._step, self._x, self._y, self._lr))
        return self._step(x, y, self._lr)


class Stale(Replayed):
    def _record(self, x, y):
        loss = super()._record(x, y)
        self._graph = SimpleNamespace(replay=lambda: None)
        return loss


@pytest.mark.parametrize(("kind", "wrong"), [(Replayed, False), (Stale, True)])
def test_recorded_steps_are_held_against_plain_ones(kind, wrong, monkeypatch):
    monkeypatch.setattr(steps, "records_graphs", lambda device: True)
    monkeypatch.setattr(steps, "CapturedStep", kind)
    same, replayed, pace = steps.Recorded().told(HERE)
    assert same.wrong is wrong
    assert replayed.passed
    assert pace.goal
