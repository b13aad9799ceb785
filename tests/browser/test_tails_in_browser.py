"""The Tails page in a real browser: another law, another k, and figures that change in place."""

from __future__ import annotations

import re

import pytest
from browser_steps import SECONDS, figure, no_traceback
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_k_is_read_out_in_place_and_another_law_is_drawn_in_the_same_figures(visit):
    page = visit("/tails?values=2000&k=5.0")
    figure(page, "against-k")
    k = page.locator("[data-metric=k] .hts-metric-value")
    expect(k).to_have_text("k = 100")
    hill = page.locator("[data-metric=hill] .hts-metric-value")
    before = hill.text_content()
    page.evaluate(
        "window.kept = ['forest', 'against-k', 'survival']"
        ".map((id) => document.querySelector(`[data-card=${id}] .hts-chart`))"
    )
    slider = page.get_by_role("slider", name="k, as a share of the sample")
    slider.focus()
    page.keyboard.press("PageUp")
    expect(k).not_to_have_text("k = 100", timeout=120 * SECONDS)
    expect(hill).not_to_have_text(before or "")
    page.wait_for_url(re.compile(r"[?&]k=(?!5\.0)"))

    page.locator(".st-key-law input").click()
    page.get_by_role("option", name="Laplace").click()
    expect(page.get_by_text("Light-tailed", exact=False).first).to_be_visible(timeout=120 * SECONDS)
    page.wait_for_url(re.compile(r"[?&]law=Laplace"))
    for card in ("forest", "sizes", "survival", "against-k", "qq", "pp"):
        figure(page, card)
    same = (
        "window.kept.every((node, i) => node === document.querySelector("
        "`[data-card=${['forest', 'against-k', 'survival'][i]}] .hts-chart`))"
    )
    assert page.evaluate(same)
    no_traceback(page)
