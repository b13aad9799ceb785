"""Joining, coming back, leaving for good, and being removed, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import websockets.sync.client
from browser_steps import no_traceback
from playwright.sync_api import Page, expect
from websockets.exceptions import ConnectionClosed

from bench.app.classroom import TEACHER, Lab
from hts.studio.lab.codes import make_class, student
from hts.studio.lab.students import remove_students
from hts.studio.store.classes import Class
from pages._parts.shell.door import LONGEST_OF_STRANGERS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    running = Lab(tmp_path_factory.mktemp("class"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def klass(lab) -> Class:
    return make_class(lab.store, "Thursday", by=TEACHER)


@pytest.fixture
def opened(browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(90_000)
    yield page
    context.close()


def join(page: Page, lab: Lab, klass: Class, nickname: str) -> None:
    page.goto(f"{lab.url}/class?code={klass.code}")
    page.get_by_role("textbox", name="Nickname").fill(nickname)
    page.get_by_role("button", name="Join").click()


def cookies(page: Page) -> list[dict]:
    return [one for one in page.context.cookies() if one["name"] == "hts_class"]


def kept(page: Page) -> dict:
    """The cookie, once the browser has it."""
    deadline = time.monotonic() + 90
    while not cookies(page):
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)
    return cookies(page)[0]


def known(page: Page, nickname: str):
    return expect(page.locator(".st-key-who").get_by_text(nickname))


def test_a_student_comes_back_by_a_cookie_that_no_script_reads(lab, klass, opened) -> None:
    join(opened, lab, klass, "Ann")
    known(opened, "Ann").to_be_visible()
    found = kept(opened)
    assert (found["httpOnly"], found["sameSite"], found["path"]) == (True, "Lax", "/")
    assert "hts_class" not in opened.evaluate("document.cookie")
    opened.goto(f"{lab.url}/class")
    known(opened, "Ann").to_be_visible()
    no_traceback(opened)
    opened.get_by_role("button", name="Sign out").click()
    expect(opened.get_by_text("This is a shared lab")).to_be_visible()
    deadline = time.monotonic() + 90
    while cookies(opened):
        assert time.monotonic() < deadline
        opened.wait_for_timeout(100)
    assert student(lab.store, found["value"]) is None
    opened.context.add_cookies([found])  # somebody has copied it
    opened.goto(f"{lab.url}/class")
    expect(opened.get_by_text("This is a shared lab")).to_be_visible()


def test_who_is_removed_does_not_come_back_under_another_name(lab, klass, opened) -> None:
    join(opened, lab, klass, "Ben")
    known(opened, "Ben").to_be_visible()
    assert kept(opened)
    (mate,) = (one for one in lab.store.classes.mates(klass.number) if one.nickname == "Ben")
    changed = remove_students(lab.store, klass.number, [mate.person], by=TEACHER)
    join(opened, lab, klass, "Bertram")
    expect(opened.get_by_text("No class has the code")).to_be_visible()
    join(opened, lab, changed, "Bertram")
    expect(opened.get_by_text("Your teacher has removed you")).to_be_visible()
    no_traceback(opened)


def test_a_stranger_leaves_nothing_in_the_memory(lab, opened) -> None:
    opened.goto(f"{lab.url}/tails")
    expect(opened.get_by_text("This is a shared lab")).to_be_visible()
    answered = opened.request.put(
        f"{lab.url}/_stcore/upload_file/any-session/00000000-0000-0000-0000-000000000000",
        multipart={"file": {"name": "a.csv", "mimeType": "text/csv", "buffer": b"x" * 10**6}},
    )
    assert answered.status == 403
    address = f"ws://127.0.0.1:{lab.port}/_stcore/stream"
    with websockets.sync.client.connect(address, max_size=None) as wire:
        wire.send(b"x" * (LONGEST_OF_STRANGERS + 1))
        with pytest.raises(ConnectionClosed):
            all(wire.recv(timeout=60) for _ in range(1000))
