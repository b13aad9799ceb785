"""Presets: valid, named apart, and their sentences made from stored results that belong to them."""

from __future__ import annotations

import dataclasses
import re

import pytest

from hts.config.arms import arms
from hts.data import names
from hts.runs import preset as preset_module
from hts.runs import shipped_claims
from hts.runs.measured import Networks
from hts.runs.presets import PRESETS
from hts.runs.shipped_claims import Checked, shipped, write

CLAIMING = [preset for preset in PRESETS if preset.claim is not None]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_a_preset_is_a_valid_run_with_a_sentence(preset):
    assert preset.whole.data in names()
    assert preset.config == preset.whole.replace(replicates=1, controls="off", equal_steps=False)
    assert preset.sentence.endswith(".")
    assert "{" not in preset.sentence


def test_names_are_different():
    assert len({p.name for p in PRESETS}) == len(PRESETS)


@pytest.mark.parametrize("preset", CLAIMING, ids=lambda p: p.name)
def test_a_claim_has_a_bound_and_asks_only_for_arms_that_are_trained(preset):
    assert any(part.claims for part in preset.claim.parts)
    there = {arm.key for arm in arms(preset.whole)}
    for part in preset.claim.parts:
        asked = getattr(part.measure, "over", None) or getattr(part.measure, "arm", None)
        assert asked in there


@pytest.mark.parametrize("preset", CLAIMING, ids=lambda p: p.name)
def test_every_figure_of_a_sentence_comes_from_the_stored_result(preset, monkeypatch):
    found = shipped(preset.name, preset.mark)
    assert found is not None, "its stored result is missing, or of other settings"
    seeds = {one.seed for one in found}
    assert len(seeds) == 20
    assert not seeds & {*range(1, 13), *range(301, 313)}  # those it was found with
    networks = Networks(found)
    for part in preset.claim.parts:
        if part.claims:
            assert part.holds(part.measure.of(networks)), part.measure.title
    assert "over 20 seeds with 95 % intervals" in _broken(preset.sentence)

    flat = [
        dataclasses.replace(one, accuracy=[1.0] * 7, norm_compressible=2.0, steps=3)
        for one in found
    ]
    before = _broken(preset.sentence)
    monkeypatch.setattr(preset_module, "shipped", lambda *_: flat)
    for field, said in {
        "kept": " 1 %",
        "change": "0 points more (0 to 0, not clear)",
        "noisy": " 3 steps" if "steps" in _words(preset) else " 2 %",
        "wide": " 2 %",
    }.items():
        if f"{{{field}}}" in _words(preset):
            assert said in _broken(preset.sentence)
            assert said not in before


def _broken(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _words(preset) -> str:
    return " ".join(part.words for part in preset.claim.parts)


@pytest.mark.parametrize("preset", CLAIMING, ids=lambda p: p.name)
def test_words_hold_no_figure_of_their_own(preset):
    settings = {"60", "10", "000"} if preset.claim.widths else set()  # widths are settings
    assert set(re.findall(r"\d+", re.sub(r"\{\w+\}", "", _words(preset)))) <= settings


def test_the_first_look_wins_against_both_controls_and_tells_the_equal_steps():
    first = PRESETS[0]
    assert first.name == "first-look"
    bounds = {part.measure.over: part.at_least for part in first.claim.parts if part.claims}
    assert bounds["none"] > 0
    assert bounds["gaussian"] > 0
    assert first.whole.target_accuracy is not None
    assert "none-steps" in {part.measure.over for part in first.claim.parts}
    assert "norm-compressible" not in first.sentence


def test_another_setting_leaves_the_stored_result_behind():
    first = PRESETS[0]
    changed = dataclasses.replace(first, settings={**first.settings, "alpha": 1.4})
    assert changed.mark != first.mark
    assert changed.networks is None
    assert _broken(changed.sentence) == first.look


def test_the_mark_does_not_depend_on_how_many_seeds_a_page_trains():
    first = PRESETS[0]
    fewer = dataclasses.replace(first, beside={**first.beside, "replicates": 2})
    assert fewer.mark == first.mark


def test_a_stored_result_comes_back_from_its_file(tmp_path, monkeypatch):
    first = PRESETS[0]
    found = shipped(first.name, first.mark)
    checked = Checked(
        preset="again",
        settings="0123456789",
        command="c",
        created="2026-01-01",
        version="0.1.0",
        levels=list(shipped_claims.LEVELS),
        networks=found,
    )
    write(checked, tmp_path)
    monkeypatch.setattr(shipped_claims, "SHIPPED", tmp_path)
    assert shipped("again", "0123456789") == found
    assert shipped("again", "9876543210") is None
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    assert shipped("broken", "0123456789") is None
    assert shipped("absent", "0123456789") is None
