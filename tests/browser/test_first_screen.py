"""The first screen in a real browser: one slider, figures that change in place, definitions."""

from __future__ import annotations

import re

import pytest
from browser_steps import figure, no_traceback, shows
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CHART = "document.querySelector('[data-card=columns] .hts-chart')"


def test_alpha_is_moved_by_keyboard_and_the_figure_follows_in_place(visit):
    page = visit("/")
    figure(page, "columns")
    sentence = page.get_by_text(re.compile(r"^The smallest \d+ % of the columns"))
    before = sentence.inner_text()
    page.evaluate(f"window.kept = {CHART}; window.updates = {CHART}.dataset.updates")
    page.locator(".st-key-first_alpha").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    shows(page, f"{CHART}.dataset.updates !== window.updates")
    expect(sentence).not_to_have_text(before)
    assert page.evaluate(f"window.kept === {CHART}")
    heavier = int(re.search(r"\d+", sentence.inner_text())[0])
    assert heavier > int(re.search(r"\d+", before)[0])
    no_traceback(page)


def test_a_definition_opens_by_keyboard_and_closes_with_escape(visit):
    page = visit("/")
    figure(page, "columns")
    word = page.locator("[data-testid=stCaptionContainer]", has_text=re.compile(r"^Control\s*$"))
    told = page.get_by_role("tooltip")
    word.get_by_role("button").focus()
    expect(told).to_contain_text("the same run with one thing changed", ignore_case=True)
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
