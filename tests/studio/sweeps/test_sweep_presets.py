"""Sweep presets: valid, named apart, and the same as the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from hts.data import names
from hts.studio.sweeps.presets import SWEEP_PRESETS
from hts.studio.sweeps.spec import SweepSpec

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.mark.parametrize("preset", SWEEP_PRESETS, ids=lambda p: p.name)
def test_a_preset_is_a_sweep_with_replicates_and_a_sentence(preset):
    assert preset.spec.base.data in names()
    assert len(preset.spec.axes["seed"]) >= 5
    assert len(preset.spec.axes) >= 3
    assert preset.sentence.endswith(".")


def test_names_are_different():
    assert len({p.name for p in SWEEP_PRESETS}) == len(SWEEP_PRESETS)


def test_the_heartbeats_are_those_of_the_example():
    (preset,) = [p for p in SWEEP_PRESETS if p.name == "heartbeats"]
    text = (EXAMPLES / "ecg5000.toml").read_text(encoding="utf-8")
    assert SweepSpec.from_toml(text) == preset.spec
    assert len(preset.spec.configs()) == 225
