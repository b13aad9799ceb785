"""Addresses: what is written is read back, and nothing in them can raise."""

from __future__ import annotations

import pytest

from hts.runs.presets import PRESETS
from pages._parts.form.address import (
    DEFAULTS,
    FIRST,
    matching_preset,
    read_address,
    read_compare,
    write_address,
)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_survives_the_address(preset):
    settings = preset.whole.to_dict()
    found = read_address(write_address(settings, "0123456789-1"))
    assert (found.settings, found.run) == (settings, "0123456789-1")
    assert found.ignored == ()
    assert matching_preset(found.settings) == preset.name
    assert matching_preset({**found.settings, "replicates": 3}) == preset.name


def test_settings_as_in_old_addresses_still_need_one():
    assert read_address(write_address(DEFAULTS)).settings == DEFAULTS != FIRST


@pytest.mark.parametrize(
    ("twin", "controls"), [("off", "off"), ("gaussian", "gaussian"), ("no-noise", "none")]
)
def test_addresses_of_before_ask_for_one_network_and_its_control(twin, controls):
    found = read_address({"twin": twin}).settings
    assert (found["replicates"], found["controls"]) == (1, controls)


def test_the_first_preset_needs_no_address():
    assert write_address(FIRST) == {}
    assert read_address({}).settings == FIRST
    assert read_address({}).named is False


def test_none_and_switches_are_spelled_out():
    changed = {"gradient": False, "target_accuracy": 97.5, "lr": 1e-7, "controls": "off"}
    settings = {**DEFAULTS, **changed}
    params = write_address(settings)
    assert params == {
        "gradient": "false", "target_accuracy": "97.5", "lr": "1e-07", "controls": "off",
    }  # fmt: skip
    assert read_address(params).settings == settings
    assert read_address({"target_accuracy": "none"}).settings["target_accuracy"] is None


def test_a_switch_that_needs_another_setting_is_read_before_or_after_it():
    settings = {**DEFAULTS, "momentum": 0.9, "nesterov": True}
    for names in (("momentum", "nesterov"), ("nesterov", "momentum")):
        params = write_address(settings)
        found = read_address({name: params[name] for name in names})
        assert (found.settings, found.ignored) == (settings, ())


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


def test_how_one_looks_at_a_run_goes_with_it():
    state = {"removed": 73, "look_back": 1200, "layer": 1, "other": 5}
    params = write_address(DEFAULTS, "0123456789-1", look=state)
    assert params == {"run": "0123456789-1", "removed": "73", "moment": "1200", "layer": "1"}
    found = read_address(params)
    assert (dict(found.look), found.named, found.ignored) == (
        {"removed": 73, "look_back": 1200, "layer": 1}, False, (),
    )  # fmt: skip


def test_a_first_look_and_a_look_at_nothing_need_no_address():
    first = {"removed": 50, "look_back": -1, "layer": 0}
    assert write_address(DEFAULTS, "0123456789-1", look=first) == {"run": "0123456789-1"}
    assert write_address(FIRST, look={"removed": 73}) == {}


@pytest.mark.parametrize("text", ["101", "-1", "5.5", "", "nan", "a" * 5000])
def test_a_look_that_cannot_be_is_ignored_in_words(text):
    found = read_address({"run": "0123456789-1", "removed": text})
    assert found.look == ()
    assert len(found.ignored) == 1
    assert found.ignored[0].startswith("removed must be a whole number from 0 to 100")
