"""Theory and Reproduce in a real browser: a guess, the answer with its figure, and the data."""

from __future__ import annotations

import json

import pytest
from browser_steps import SECONDS, figure, no_traceback
from playwright.sync_api import expect

from hts.theory.records import Found, WidthResult

pytestmark = pytest.mark.browser


def test_theory_shows_its_figure_after_the_guess_and_hands_out_the_data(visit, tmp_path):
    import msgspec

    page = visit("/theory")
    card = page.locator(".st-key-theory_width")
    expect(card.get_by_text("Choose, and the answer appears.")).to_be_visible()
    card.get_by_role("radio", name="Stays for all").click()
    expect(card.get_by_text("Seen instead: Falls for heavy tails only.")).to_be_visible(
        timeout=120 * SECONDS
    )
    figure(page, "width-error")
    figure(page, "width-reach")
    card.get_by_role("radio", name="0.25").click()
    expect(page.locator("[data-card=width-error] .hts-title")).to_contain_text("κ = 0.25")
    with page.expect_download() as coming:
        page.locator(".st-key-get_width button").click()
    coming.value.save_as(tmp_path / "width.json")
    found = msgspec.json.decode((tmp_path / "width.json").read_bytes(), type=Found[WidthResult])
    assert found.experiment == "width"
    no_traceback(page)


def test_reproduce_shows_a_verdict_after_the_guess_and_hands_out_the_runs(visit, tmp_path):
    page = visit("/reproduce")
    card = page.locator(".st-key-claim_alpha")
    expect(card.get_by_text("Choose, and the answer appears.")).to_be_visible()
    card.get_by_role("radio", name="It depends").click()
    expect(card.get_by_text("Rule: ", exact=False)).to_be_visible(timeout=120 * SECONDS)
    figure(page, "alpha-0")
    with page.expect_download() as coming:
        page.locator(".st-key-get_json button").click()
    coming.value.save_as(tmp_path / "runs.json")
    assert json.loads((tmp_path / "runs.json").read_text())["networks"]
    no_traceback(page)
