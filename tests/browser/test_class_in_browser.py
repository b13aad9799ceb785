"""A class in real browsers, a guest who was sent an address, and a view inside another page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser_steps import figure, no_traceback
from playwright.sync_api import Page, expect

from bench.app.classroom import Lab, holds, rehearse
from hts.studio.jobs import client
from hts.studio.lab.people import OPERATOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STUDENTS = 3
COURSES = "http://courses.example.org"  # whose pages may hold a view


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTS_FRAMED_BY", COURSES)
        running = Lab(tmp_path_factory.mktemp("class"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def rehearsed(lab, browser) -> dict:
    """What the rehearsal found; its runs stay in the lab."""
    return rehearse(lab, browser, STUDENTS)


@pytest.fixture
def guest(browser) -> Iterator[Page]:
    """Somebody whom nobody knows."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(90_000)
    yield page
    context.close()


def test_a_class_joins_by_code_shares_a_run_and_fills_the_teachers_picture(rehearsed):
    assert holds(rehearsed), rehearsed


def test_a_guest_sees_what_is_public_and_changes_nothing(lab, rehearsed, guest):
    shown, kept = (run.id for run in lab.store.runs.list()[:2])
    client.show_to(lab.store, shown, "public", by=OPERATOR)
    client.show_to(lab.store, kept, "private", by=OPERATOR)
    guest.goto(f"{lab.url}/?run={shown}&removed=73")
    figure(guest)
    expect(guest.get_by_text("With 73 % of units removed")).to_be_visible()
    expect(guest.locator(".st-key-do_repeat button").first).to_be_disabled()
    expect(guest.locator(".st-key-train button").first).to_be_disabled()
    no_traceback(guest)
    guest.goto(f"{lab.url}/?run={kept}")
    expect(guest.get_by_text(f"There is no run '{kept}'").first).to_be_visible()
    assert guest.locator("[data-card=pruning]").count() == 0
    guest.goto(f"{lab.url}/runs")
    expect(guest.get_by_text("This is a shared lab")).to_be_visible()


def test_inside_another_page_there_is_the_picture_alone(lab, rehearsed, guest):
    (shown,) = (run.id for run in lab.store.runs.list() if run.visibility == "public")
    outside = f'<iframe src="{lab.url}/?run={shown}&removed=73&embed=true" width=900 height=800>'
    _hold(guest, COURSES, outside)
    frame = guest.frame_locator("iframe")
    frame.locator("[data-card=pruning]").scroll_into_view_if_needed()
    expect(frame.locator("[data-card=pruning] .main-svg").first).to_be_visible()
    expect(frame.get_by_text("With 73 % of units removed")).to_be_visible()
    for key in ("do_repeat", "train", "share_view", "come_in"):
        expect(frame.locator(f".st-key-{key} button:visible")).to_have_count(0)
    expect(frame.get_by_role("link", name=re.compile("Guide|Runs"))).to_have_count(0)


def test_inside_a_page_that_is_not_named_there_is_nothing(lab, guest):
    refused = []
    guest.on("console", lambda said: refused.append(said.text))
    _hold(guest, "http://elsewhere.example.org", f'<iframe src="{lab.url}/?embed=true">')
    expect(guest.frame_locator("iframe").locator("[data-testid=stApp]")).to_have_count(0)
    assert any("frame-ancestors" in text for text in refused)


def _hold(page: Page, site: str, content: str) -> None:
    """A page of another site with this content."""
    page.route(f"{site}/**", lambda route: route.fulfill(body=content, content_type="text/html"))
    page.goto(f"{site}/")
