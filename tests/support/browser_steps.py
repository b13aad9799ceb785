"""What browser tests say often."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable

from patience import OF_VIEWERS
from playwright.sync_api import Error, FrameLocator, Locator, Page, expect

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
SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const loading = [...document.querySelectorAll(".hts-empty")].some(
    (node) => !node.hidden && node.textContent === "Loading the figure"
      && node.getBoundingClientRect().top < innerHeight
  );
  return app?.dataset.testScriptState === "notRunning" && !loading
    && !document.querySelector("[data-testid=stSkeleton], .hts-board:not([data-filled])")
    && !document.getAnimations().some(
      (one) => one instanceof CSSTransition || one.animationName?.startsWith("hts-wait")
    );
}"""  # nothing is on its way: neither elements nor figures, nor colours


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


def until(page: Page, holds: Callable[[], bool], seconds: float = OF_VIEWERS) -> None:
    """Wait for something that is asked outside of the page, or of several parts of it."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)


def shows(page: Page, expression: str, seconds: float = OF_VIEWERS) -> None:
    """Wait until JavaScript is true of the page; asked from outside, since pages evaluate none.

    What it looks at may not be there yet, or not at every moment.
    """

    def true() -> bool:
        with contextlib.suppress(Error):
            return bool(page.evaluate(expression))
        return False

    until(page, true, seconds)


def press(page: Page, key: str) -> None:
    """Click the button with this key."""
    page.locator(f".st-key-{key} button").first.click()


def state(page: Page, words: str, seconds: float = OF_VIEWERS) -> None:
    """Wait until the board says that the run is in this state."""
    expect(page.locator(".hts-state").first).to_have_text(words, timeout=seconds * SECONDS)


def figure(page: Page | FrameLocator, card: str = "pruning", seconds: float = OF_VIEWERS) -> None:
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


def field(page: Page, name: str) -> Locator:
    """A field of the form; made anew, it may be there twice for a moment."""
    return page.locator(f"[class*=st-key-set_{name}] input").last


def choose_row(page: Page, number: int, reached: Callable[[], bool] = lambda: False) -> None:
    """Choose a row of the table, the first being 1, until it is chosen or that is ``reached``.

    A table takes clicks some time after it is seen, and knows then which of its rows are chosen.
    """
    table = page.locator("[data-testid=stDataFrame] canvas").first
    row = table.locator(f"[role=row][aria-rowindex='{number + 1}'][aria-selected=true]")
    expect(table).to_be_visible()

    def chosen() -> bool:
        if reached() or row.count():
            return True
        with contextlib.suppress(Error, AssertionError):
            table.click(force=True, position={"x": 17, "y": 17 + 35 * number}, timeout=5 * SECONDS)
            expect(row).to_have_count(1, timeout=5 * SECONDS)
        return False

    until(page, chosen)


STEP = re.compile(r"step ([\d\u202f]+)")


def step(page: Page) -> int:
    """The step that the status line tells, once it tells one."""
    told = page.locator(".hts-detail").first
    expect(told).to_contain_text(STEP)
    found = STEP.search(told.text_content() or "")
    assert found
    return int(found[1].replace("\u202f", ""))


def run_id(page: Page) -> str:
    """The run in the address."""
    page.wait_for_url(re.compile(r"[?&]run="))
    found = re.search(r"[?&]run=([0-9a-f]+-\d+)", page.url)
    assert found, page.url
    return found[1]
