"""``python -m hts verify presets``: trains what is claimed, and fails where it does not hold."""

from __future__ import annotations

import json

import pytest

from hts.config.arms import MAIN
from hts.runs import presets as all_presets
from hts.runs import shipped_claims
from hts.runs.claims import Claim, Gain, Part
from hts.runs.preset import Preset
from hts.runs.presets import PRESETS
from hts.studio.cli.main import main

SMALL = {"width": 30, "iterations": 40, "target_accuracy": 40.0, "batch_size": 50, "lr": 0.1}


def small(**bounds: float) -> Preset:
    part = Part(measure=Gain(share=0.5, over="none-steps"), words="{change}", **bounds)
    beside = {"controls": "none", "equal_steps": True}
    return Preset("small", "Small", "Small.", SMALL, beside, Claim(parts=(part,)))


@pytest.fixture
def claimed(monkeypatch):
    """Puts one preset in the place of all."""

    def put(preset: Preset) -> None:
        monkeypatch.setattr(all_presets, "PRESETS", (preset, PRESETS[-1]))

    return put


def test_a_claim_that_holds_passes_and_is_stored(claimed, capsys, tmp_path):
    preset = small(at_least=-100.0)
    claimed(preset)
    asked = ["verify", "presets", "--seeds", "6", "--first-seed", "40", "--json"]
    assert main([*asked, "--out", str(tmp_path)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["passed"]
    assert row["seeds"] == 6
    assert -100 <= row["low"] <= row["median"] <= row["high"] <= 100
    stored = json.loads((tmp_path / "small.json").read_text(encoding="utf-8"))
    assert stored["settings"] == preset.mark
    assert stored["command"] == "python -m hts verify presets --seeds 6 --first-seed 40"
    by = {(one["arm"], one["seed"]): one for one in stored["networks"]}
    assert set(by) == {(a, s) for a in (MAIN, "none", "none-steps") for s in range(40, 46)}
    for seed in range(40, 46):  # the control of equal steps ends with the noisy network
        assert by["none-steps", seed]["steps"] == by[MAIN, seed]["steps"]


def test_the_stored_networks_are_read_as_the_presets_own(claimed, tmp_path, monkeypatch):
    preset = small(at_least=-100.0)
    claimed(preset)
    assert preset.sentence == "Small."
    main(["verify", "presets", "--seeds", "2", "--json", "--out", str(tmp_path)])
    monkeypatch.setattr(shipped_claims, "SHIPPED", tmp_path)
    shipped_claims._read.cache_clear()
    assert preset.networks.seeds == [1001, 1002]
    assert preset.sentence.endswith("Medians over 2 seeds with 95\N{NO-BREAK SPACE}% intervals.")


@pytest.mark.parametrize("quick", [[], ["--quick"]])
def test_a_claim_that_does_not_hold_fails(claimed, capsys, quick):
    claimed(small(at_least=100.0))
    assert main(["verify", "presets", "--seeds", "2", *quick]) == 1
    assert "FAIL small: points over none-steps with 50 % removed" in capsys.readouterr().out


def test_a_preset_without_a_claim_cannot_be_asked_for(capsys):
    assert main(["verify", "presets", "--preset", "too-hot"]) == 2
    assert "preset must be one of first-look" in capsys.readouterr().err


@pytest.mark.slow
def test_the_quick_form_holds_for_every_preset_that_it_trains(capsys):
    assert main(["verify", "presets", "--quick", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    there = {preset.name for preset in PRESETS if preset.claim and preset.claim.quick}
    assert {row["preset"] for row in rows} == there >= {"first-look", "full-budget", "width"}
    assert all(row["passed"] for row in rows)
