"""Addresses: what is written is read back, and nothing in them can raise."""

from __future__ import annotations

import pytest

from hts.experiments.presets import PRESETS
from pages._shared.address import (
    DEFAULT_TWIN,
    DEFAULTS,
    matching_preset,
    read_address,
    read_compare,
    twin_kind,
    write_address,
)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_survives_the_address(preset):
    settings, twin = preset.config.to_dict(), twin_kind(preset)
    found = read_address(write_address(settings, twin, "0123456789-1"))
    assert (found.settings, found.twin, found.run) == (settings, twin, "0123456789-1")
    assert found.ignored == ()
    assert matching_preset(found.settings, found.twin) == preset.name


def test_the_first_preset_needs_no_address():
    assert write_address(DEFAULTS, DEFAULT_TWIN) == {}
    assert read_address({}).named is False


def test_none_and_switches_are_spelled_out():
    settings = {**DEFAULTS, "gradient": False, "target_accuracy": 97.5, "lr": 1e-7}
    params = write_address(settings, "off")
    assert params == {"gradient": "false", "target_accuracy": "97.5", "lr": "1e-07", "twin": "off"}
    assert read_address(params).settings == settings
    assert read_address({"target_accuracy": "none"}).settings["target_accuracy"] is None


@pytest.mark.parametrize("text", ["", " ", "nan", "-inf", "1e999", "\x00", "٥", "a" * 5000, "<b>"])
@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_no_text_in_a_setting_raises(name, text):
    found = read_address({name: text})
    assert found.ignored or found.settings[name] != DEFAULTS[name]


def test_a_run_may_be_laid_over_another():
    found = read_address({"run": "0123456789-1", "twin": "abcdefabcd-12"})
    assert found.beside == "abcdefabcd-12"
    assert found.named is False


def test_runs_to_compare_are_listed_once():
    assert read_compare("a-1,b-1,,a-1") == ["a-1", "b-1"]
    assert read_compare(None) == []
