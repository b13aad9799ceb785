"""The tour of the Guide on a phone: every step fits, and a reload stays where one was."""

from __future__ import annotations

import pytest
import several_factories
from browser_steps import figure, no_traceback, press, shows
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FITS = """[...document.querySelectorAll("[data-testid=stMain], html")]
  .every((node) => node.scrollWidth <= node.clientWidth)"""


def test_every_step_fits_on_a_phone_and_a_reload_keeps_the_step(visit, store):
    run_id = several_factories.put(store)
    page = visit(f"/guide?step=2&run={run_id}&noisy=60&noise_free=85")
    page.set_viewport_size({"width": 420, "height": 900})
    for title, card in (
        ("2 of 4: Train", "history"),
        ("3 of 4: Drag the pruning", "pruning"),
        ("4 of 4: Compare", "difference"),
    ):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        figure(page, card)
        shows(page, FITS)
        if not title.startswith("4"):
            press(page, "tour_next")
    page.wait_for_url("**/guide?step=4&*")
    page.reload()
    expect(page.get_by_role("heading", name="4 of 4: Compare")).to_be_visible()
    expect(page.get_by_role("table").last).to_contain_text("60 %")
    no_traceback(page)
