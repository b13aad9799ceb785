"""A class in real browsers, a guest who was sent an address, and a view inside another page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
from browser_steps import figure, no_traceback
from playwright.sync_api import Page, expect

from bench.app.classroom import Lab, holds, rehearse
from hts.studio.jobs import client
from hts.studio.lab.people import OPERATOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STUDENTS = 3


class Courses(BaseHTTPRequestHandler):
    """Another site's page: what is asked for in its address stands in a frame there."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        shown = unquote(self.path.removeprefix("/?"))
        self.wfile.write(f'<iframe src="{shown}" width=900 height=800>'.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def courses() -> Iterator[int]:
    """The port of another site on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Courses) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving.server_port
        serving.shutdown()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, courses: int) -> Iterator[Lab]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTS_FRAMED_BY", f"http://127.0.0.1:{courses}")
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


def test_inside_a_page_that_is_named_there_is_the_picture_alone(lab, rehearsed, courses, guest):
    (shown,) = (run.id for run in lab.store.runs.list() if run.visibility == "public")
    view = f"{lab.url}/?run={shown}&removed=73&embed=true"
    guest.goto(f"http://127.0.0.1:{courses}/?{quote(view)}")
    frame = guest.frame_locator("iframe")
    figure(frame)
    expect(frame.get_by_text("With 73 % of units removed")).to_be_visible()
    for key in ("do_repeat", "train", "share_view", "come_in"):
        expect(frame.locator(f".st-key-{key} button:visible")).to_have_count(0)
    expect(frame.get_by_role("link", name=re.compile("Guide|Runs"))).to_have_count(0)


def test_inside_a_page_that_is_not_named_there_is_nothing(lab, courses, guest):
    with guest.expect_event("requestfailed") as refused:
        guest.goto(f"http://localhost:{courses}/?{quote(f'{lab.url}/?embed=true')}")
    assert refused.value.url.startswith(lab.url)
    assert "BLOCKED_BY_RESPONSE" in refused.value.failure
