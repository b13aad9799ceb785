"""The Noise page in a real browser: the address, a slider, and figures that change in place."""

from __future__ import annotations

import re

import pytest
from browser_steps import SECONDS, figure, no_traceback, press
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

UPDATES = "document.querySelector('[data-card={}] .hts-chart').dataset.updates"


def test_a_slider_redraws_the_figures_in_place_and_is_in_the_address(visit):
    page = visit("/noise?alpha=1.5&tail=Linear")
    figure(page, "density")
    slider = page.get_by_role("slider", name="Tail index α")
    expect(slider).to_have_value("1.5")
    page.evaluate("window.kept = document.querySelector('[data-card=density] .hts-chart')")
    before = page.evaluate(UPDATES.format("density"))
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"{UPDATES.format('density')} !== '{before}'", timeout=20 * SECONDS)
    page.wait_for_url(re.compile(r"[?&]alpha=1\.45"))
    assert "tail=Linear" in page.url
    same = "window.kept === document.querySelector('[data-card=density] .hts-chart')"
    assert page.evaluate(same)
    no_traceback(page)


def test_the_path_grows_and_every_figure_is_drawn(visit):
    page = visit("/noise")
    drawn = []
    page.wait_for_selector("[data-card=path]")
    page.locator("[data-card=path]").scroll_into_view_if_needed()
    press(page, "play")
    length = "document.querySelector('[data-card=path] .hts-chart').data?.[0].x.length ?? 0"
    for _ in range(2):
        page.wait_for_function(f"({length}) > {max(drawn, default=0)} && ({length}) < 600")
        drawn.append(page.evaluate(length))
    assert drawn[1] > drawn[0]
    for card in ("tail", "cloud-I", "cloud-II", "cloud-III", "mean", "variance", "share"):
        figure(page, card)
    no_traceback(page)
