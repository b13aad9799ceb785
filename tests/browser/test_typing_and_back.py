"""Numbers typed in browsers of two countries, and Back and Forward, as browsers do them."""

from __future__ import annotations

import re

import pytest
from browser_steps import field, no_traceback, press, until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def type_in(page: Page, name: str, text: str) -> None:
    """Type key by key, as a browser's own number field would swallow some."""
    field(page, name).fill("")
    field(page, name).press_sequentially(text)
    field(page, name).press("Enter")


@pytest.mark.parametrize(("locale", "refused"), [("en-US", "1,125"), ("de-DE", "1.125")])
def test_what_is_typed_is_taken_or_refused_and_then_nothing_starts(visit, store, locale, refused):
    page = visit("/?width=20", locale=locale)
    type_in(page, "iterations", "1e4")
    expect(field(page, "iterations")).to_have_value("10000")
    type_in(page, "sigma", "0,07")
    expect(field(page, "sigma")).to_have_value("0.07")
    field(page, "sigma").press("ArrowUp")
    expect(field(page, "sigma")).to_have_value("0.12")
    field(page, "sigma").fill(refused)
    press(page, "train")  # before it was refused
    expect(page.get_by_text("can mean").first).to_be_visible()
    expect(page.locator(".st-key-train button")).to_be_disabled()
    type_in(page, "sigma", "")
    expect(page.get_by_text("A number is needed here").first).to_be_visible()
    type_in(page, "sigma", "2,5")
    expect(field(page, "sigma")).to_have_value("2.5")
    expect(page.locator(".st-key-train button")).to_be_enabled()
    assert "run=" not in page.url
    assert store.runs.list() == []
    no_traceback(page)


def test_back_and_forward_lead_where_one_was(visit):
    page = visit("/")

    def at(path: str, sigma: str | None) -> None:
        until(page, lambda: re.sub("^[^/]+//[^/]+", "", page.url).startswith(path))
        if sigma is not None:
            expect(field(page, "sigma")).to_have_value(sigma)
            until(page, lambda: ("sigma=" in page.url) == (sigma != first))

    expect(field(page, "sigma")).not_to_have_value("")
    first = field(page, "sigma").input_value()
    for typed in ("0.11", "0.22"):
        type_in(page, "sigma", typed)
        until(page, lambda: f"sigma={field(page, 'sigma').input_value()}" in page.url)
    page.go_back()  # at once
    at("/?", "0.11")
    page.go_back()
    at("/", first)
    page.go_forward()
    at("/?", "0.11")
    page.get_by_role("link", name="Runs").click()
    at("/runs", None)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.get_by_role("link", name="Train").click()
    at("/?", "0.11")
    page.go_back()
    at("/runs", None)
    page.go_back()
    at("/?", "0.11")
    page.go_forward()
    at("/runs", None)
    no_traceback(page)
