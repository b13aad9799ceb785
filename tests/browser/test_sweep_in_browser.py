"""A small sweep from its start to a run of one of its cells, and back."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import urlsplit

import pytest
from browser_steps import SECONDS, WATCH, choose_row, figure, no_traceback, press, state, until
from patience import PATIENCE
from playwright.sync_api import Error, Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILLED = """() => document.querySelector("[data-card=sweep-map] .hts-chart").data
    ?.find((trace) => trace.texttemplate)?.z.flat().filter((value) => value !== null).length ?? 0"""


@pytest.fixture(scope="module")
def address() -> dict[str, str]:
    """Where the sweep of this module lives, once it was started."""
    return {}


def seen(what: Locator) -> None:
    """Wait until it is visible, also on a crowded machine."""
    expect(what).to_be_visible(timeout=120 * SECONDS)


def click_cell(page, column: float, row: float) -> None:
    """Click the map at these shares of its width and height, wherever it comes to stand."""
    card = page.locator("[data-card=sweep-map]")

    def pointed_at() -> bool:
        card.scroll_into_view_if_needed()
        box = card.locator(".nsewdrag").bounding_box()
        at = box["x"] + column * box["width"], box["y"] + row * box["height"]
        page.mouse.move(0, 0)
        page.mouse.move(*at)
        with contextlib.suppress(Error):
            card.locator(".hoverlayer text").first.wait_for(timeout=5 * SECONDS)
            return card.locator(".nsewdrag").bounding_box() == box
        return False

    until(page, pointed_at)
    page.mouse.down()
    page.mouse.up()


def test_cells_fill_in_place_until_the_sweep_has_finished(visit, store, address):
    page = visit("/noise")
    figure(page, "density")  # Plotly is there, so that the first cells are not missed
    page.get_by_role("link", name="Sweep").click()
    seen(page.get_by_text("30 runs, at most about"))
    press(page, "try_sweep")
    page.wait_for_selector("[data-card=sweep-map]")
    page.evaluate(WATCH)
    page.wait_for_url(re.compile(r"[?&]sweep=s\d+"))
    address["sweep"] = f"/sweep?{urlsplit(page.url).query}"
    figure(page, "sweep-map")
    counts = set()

    def filled() -> bool:
        counts.add(page.evaluate(FILLED))
        return max(counts) == 6

    until(page, filled, PATIENCE)
    state(page, "Finished")
    assert min(counts) < 6
    assert page.evaluate("window.removed") == 0
    (sweep,) = store.sweeps.list()
    assert (sweep.done, sweep.failed) == (30, 0)
    no_traceback(page)


def test_a_cell_is_clicked_a_run_opened_and_the_way_back_found(visit, store, address):
    page = visit(address["sweep"])
    figure(page, "sweep-map")
    click_cell(page, 0.5, 0.25)
    seen(page.get_by_text("Runs at alpha 1.75, width 500"))
    page.wait_for_url(re.compile(r"cell=1\.75"))
    page.get_by_role("link", name="Seed 2").click()
    page.wait_for_url(re.compile(r"[?&]run="))
    seen(page.get_by_role("heading", name="type III noise, alpha 1.75"))
    found = re.search(r"[?&]run=([0-9a-f]+-\d+)", page.url)
    config = store.runs.get(found[1]).config
    assert (config.alpha, config.width, config.seed) == (1.75, 500, 2)
    page.go_back()
    seen(page.get_by_text("Runs at alpha 1.75, width 500"))
    figure(page, "sweep-map")
    no_traceback(page)


def test_a_cell_is_chosen_with_the_keyboard(visit, address):
    page = visit(address["sweep"])
    figure(page, "sweep-map")
    alpha = page.locator(".st-key-cell_alpha input")
    alpha.focus()
    alpha.press("ArrowDown")
    alpha.press("Enter")
    seen(page.get_by_text("Runs at alpha 1.5, width 100"))
    link = page.get_by_role("link", name="Seed 1")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]run="), timeout=120 * SECONDS)


def test_a_sweep_is_opened_from_the_list(visit, address):
    page = visit("/sweep")
    choose_row(page, 1, lambda: bool(re.search(r"[?&]sweep=s\d+", page.url)))
    figure(page, "sweep-map")
    press(page, "sweep_close")
    seen(page.get_by_text("One run is an anecdote"))
    no_traceback(page)
