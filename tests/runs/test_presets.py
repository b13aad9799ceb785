"""Presets: valid, named apart, and with words."""

from __future__ import annotations

import pytest

from hts import RunConfig
from hts.data import names
from hts.runs.presets import PRESETS, twin_of


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_a_preset_is_a_valid_run_with_a_sentence(preset):
    assert preset.config.data in names()
    assert preset.sentence.endswith(".")
    assert preset.twin in (None, "gaussian", "none")


def test_names_are_different_and_the_first_is_the_default():
    assert len({p.name for p in PRESETS}) == len(PRESETS)
    assert PRESETS[0].config == RunConfig(seed=PRESETS[0].config.seed)


def test_a_twin_differs_in_the_noise_only():
    config = RunConfig(noise="III", alpha=1.5, seed=4)
    for kind in ("none", "gaussian"):
        twin = twin_of(config, kind)
        assert twin.noise == kind
        assert twin.replace(noise="III") == config
