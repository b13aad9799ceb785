"""Every sentence that says what noise does names regime and control, and is what is stored.

`claims.toml` lists them, each with what it rests on; those without an effect of their own have a
reason instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from effect_sentences import effect_sentences, plain
from stored_figures import found

from hts.runs.presets import PRESETS
from hts.studio.figures.words import minus

ROOT = Path(__file__).resolve().parents[2]
LISTED = tomllib.loads(Path(__file__).with_name("claims.toml").read_text(encoding="utf-8"))
CLAIMS, NEUTRAL = (
    [one | {"says": plain(one["says"])} for one in LISTED[kind]] for kind in ("claim", "neutral")
)
CONTROL = {"none": ("no noise", "without noise"), "gaussian": ("Gaussian noise",)}


def text(file: str) -> str:
    content = (ROOT / file).read_text(encoding="utf-8")
    # Adjacent strings of a program are one text.
    return plain(re.sub(r'"\s*\n\s*f?"', "", content) if file.endswith(".py") else content)


def named(one) -> str:
    return one["says"][:50]


@pytest.mark.parametrize("claim", CLAIMS, ids=named)
def test_a_claim_stands_in_its_file_and_names_regime_and_controls(claim):
    assert claim["says"] in text(claim["file"])
    assert claim["regime"] in claim["says"]
    for control in claim["controls"]:
        assert control in claim["says"]
    assert claim["controls"]


@pytest.mark.parametrize("claim", CLAIMS, ids=named)
def test_a_claim_is_what_the_stored_results_say(claim):
    left = claim["says"]
    for rest in claim["rests"]:
        figures, relation = found(rest)
        assert relation == rest["is"], rest
        words = rest["words"].format(**figures)
        words = words if claim["says"].startswith("|") else minus(words)  # tables: as a command
        assert words in left, f"{words!r} is stored for {rest}"
        left = left.replace(words, "…", 1)
    for setting in claim.get("settings", ()):
        assert setting in left
        left = left.replace(setting, "…")
    assert not re.search(r"\d", left), f"figures that rest on nothing: {left}"


def test_after_more_stand_the_seeds_that_won_and_after_less_those_that_lost():
    for words in (rest["words"] for one in CLAIMS for rest in one["rests"]):
        if " less" in words or " more" in words:
            assert ("{won}" if " less" in words else "{lost}") not in words, words


def files() -> Iterator[str]:
    for pattern in LISTED["files"]:
        matches = sorted(ROOT.glob(pattern))
        assert matches, pattern
        yield from (str(path.relative_to(ROOT)) for path in matches)


@pytest.mark.parametrize("file", list(files()))
def test_no_sentence_about_an_effect_is_missing_from_the_list(file):
    listed = [one["says"] for one in (*CLAIMS, *NEUTRAL) if one["file"] == file]
    missing = [
        one for one in effect_sentences(ROOT / file) if not any(one in said for said in listed)
    ]
    assert missing == []


@pytest.mark.parametrize("one", NEUTRAL, ids=named)
def test_a_neutral_sentence_stands_in_its_file_with_a_reason(one):
    assert one["says"] in text(one["file"])
    assert one["why"]


@pytest.mark.parametrize("preset", [p for p in PRESETS if p.claim], ids=lambda p: p.name)
def test_a_preset_names_its_regime_and_the_controls_of_every_figure(preset):
    said = plain(preset.sentence)
    (regime,) = (one["regime"] for one in LISTED["preset"] if one["name"] == preset.name)
    assert regime in preset.look
    goal = preset.config.target_accuracy
    stops = f"{goal:g} %" if goal else f"{preset.config.iterations} steps"
    assert stops in regime
    for part in preset.claim.parts:
        over = getattr(part.measure, "over", getattr(part.measure, "arm", "gaussian"))
        control = "none" if over.startswith("none") else "gaussian"
        assert any(word in said for word in CONTROL[control]), part
        if part.claims:
            assert part.holds(part.measure.of(preset.networks)), part
