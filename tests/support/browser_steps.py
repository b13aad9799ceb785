"""What browser tests say often."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable

from playwright.sync_api import Error, FrameLocator, Page, expect

SECONDS = 1000

WATCH = """() => {
  const parts = ".hts-board, .hts-card, .hts-chart, .js-plotly-plot";
  const counts = (node) =>
    node.nodeType === 1 && (node.matches(parts) || node.querySelector(parts));
  window.removed = 0;
  new MutationObserver((changes) => changes.forEach((change) => {
    window.removed += [...change.removedNodes].filter(counts).length;
  })).observe(document.body, { childList: true, subtree: true });
}"""  # counts charts that are taken off the page instead of being changed in place


def open_at(page: Page, url: str) -> None:
    """Open an address and wait for the page."""
    page.goto(url)
    connected = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
    page.wait_for_selector(connected)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(page.get_by_role("link", name="Guide")).to_be_visible()


def no_traceback(page: Page) -> None:
    """Nothing on the page is an exception."""
    found = page.locator("[data-testid=stException]")
    assert found.count() == 0, found.first.inner_text()


def until(page: Page, holds: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that is asked outside of the page, or of several parts of it."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)


def shows(page: Page, expression: str, seconds: float = 120) -> None:
    """Wait until JavaScript is true of the page; asked from outside, since pages evaluate none."""
    until(page, lambda: bool(page.evaluate(expression)), seconds)


def press(page: Page, key: str) -> None:
    """Click the button with this key."""
    page.locator(f".st-key-{key} button").first.click()


def state(page: Page, words: str, seconds: float = 120) -> None:
    """Wait until the board says that the run is in this state."""
    expect(page.locator(".hts-state").first).to_have_text(words, timeout=seconds * SECONDS)


def figure(page: Page | FrameLocator, card: str = "pruning", seconds: float = 120) -> None:
    """Wait until a figure is drawn, which it is once it is in view: scroll to it until it is there.

    A page that is put together anew meanwhile may stand somewhere else afterwards.
    """
    place = page.locator(f"[data-card={card}]")

    def drawn() -> bool:
        with contextlib.suppress(Error):  # taken away between two words
            place.scroll_into_view_if_needed(timeout=5 * SECONDS)
            return place.locator(".main-svg").first.is_visible()
        return False

    until(place.page, drawn, seconds)


def step(page: Page) -> int:
    """The step that the status line tells."""
    text = page.locator(".hts-detail").first.text_content() or ""
    found = re.search(r"step ([\d\u202f]+)", text)
    assert found, text
    return int(found[1].replace("\u202f", ""))


def run_id(page: Page) -> str:
    """The run in the address."""
    page.wait_for_url(re.compile(r"[?&]run="))
    found = re.search(r"[?&]run=([0-9a-f]+-\d+)", page.url)
    assert found, page.url
    return found[1]
