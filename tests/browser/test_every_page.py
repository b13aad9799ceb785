"""Every page: nothing moves while it loads, axe finds nothing serious, and keys work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from browser_steps import SECONDS, no_traceback, open_at, shows
from playwright.sync_api import Page, expect
from stripping_proxy import StrippingProxy, stripping_proxy

axe_playwright_python = pytest.importorskip("axe_playwright_python.sync_playwright")

pytestmark = pytest.mark.browser

MOST = 0.1  # layout shift; Google's "good"

WATCH = """
window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shift += entry.value;
})).observe({ type: "layout-shift", buffered: true });
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const loading = [...document.querySelectorAll(".hts-empty")].some(
    (node) => !node.hidden && node.textContent === "Loading the figure"
      && node.getBoundingClientRect().top < innerHeight
  );
  return app?.dataset.testScriptState === "notRunning" && !loading
    && !document.querySelector("[data-testid=stSkeleton], .hts-board:not([data-filled])")
    && !document.getAnimations().some((one) => one.animationName?.startsWith("hts-wait"));
}"""
SHORT_SWEEP = ("--grid", "alpha=1.5,2", "--grid", "seed=1,2")
SMALL = {"width": "20", "iterations": "20", "eval_every": "10"}


def _hts(env: dict[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "hts", *words, "--json"]
    subprocess.run(command, check=True, capture_output=True, env=env)


@pytest.fixture(scope="module")
def addresses(server, store) -> dict[str, str]:
    """Every page, and what it shows of a run and of a sweep."""
    env = {**os.environ, "HTS_HOME": str(server.home)}
    _hts(env, "train", *(f"--{k.replace('_', '-')}={v}" for k, v in SMALL.items()))
    chosen = [word for k, v in SMALL.items() for word in ("--set", f"{k}={v}")]
    _hts(env, "sweep", *SHORT_SWEEP, *chosen)
    run, sweep = store.runs.list()[-1].id, store.sweeps.list()[0].id
    return {
        "train": "/", "run": f"/?run={run}", "runs": "/runs", "sweep": "/sweep",
        "results": f"/sweep?sweep={sweep}", "tails": f"/tails?source=Run&run={run}",
        "compress": f"/compress?run={run}", "guide": "/guide", "noise": "/noise",
        "theory": "/theory", "reproduce": "/reproduce?answers=true", "class": "/class",
        "admin": "/admin", "files": "/files",
    }  # fmt: skip


NAMES = ["train", "run", "runs", "sweep", "results", "tails", "compress", "guide", "noise",
         "theory", "reproduce", "class", "admin", "files"]  # fmt: skip


def _opened(browser, url: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(120 * SECONDS)
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    expect(page.locator("h1").first).to_be_visible()
    shows(page, SETTLED)
    return page


ALL_DRAWN = """() => [...document.querySelectorAll(".hts-tools:not([hidden])")].every(
  (tools) => tools.closest(".hts-card").querySelector(".main-svg")
)"""
ICONS = """() => [...document.querySelectorAll("[data-testid=stIconMaterial]")].filter(
  (icon) => icon.scrollWidth > 1.6 * parseFloat(getComputedStyle(icon).fontSize)
).map((icon) => icon.textContent)"""  # shown as their names, since the font lacks them


@pytest.fixture(scope="module")
def proxy(server) -> Iterator[StrippingProxy]:
    with stripping_proxy(server.port) as proxy:
        yield proxy


def _serious(page: Page) -> list[str]:
    found = axe_playwright_python.Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stays_still_and_can_be_used_by_everybody(browser, server, addresses, name):
    page = _opened(browser, server.url + addresses[name], 1440)
    no_traceback(page)
    assert page.evaluate("window.shift") < MOST
    assert page.locator("h1").count() == 1
    assert _serious(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("[data-testid=stApp]")).to_have_css("color-scheme", "dark")
    shows(page, SETTLED)
    assert _serious(page) == []
    page.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stays_still_on_a_phone_behind_a_proxy(browser, proxy, addresses, name):
    page = _opened(browser, proxy.url + addresses[name], 420)
    assert page.evaluate("window.shift") < MOST
    page.set_viewport_size({"width": 420, "height": 9000})
    shows(page, ALL_DRAWN, 60)
    assert page.evaluate(ICONS) == []
    assert proxy.strays == []
    assert page.evaluate("window.refused") == []  # by the Content-Security-Policy
    page.context.close()


def _type(page: Page) -> None:
    page.locator("[class*=st-key-set_seed] input").fill("7")


def _slide(page: Page) -> None:
    page.locator(".st-key-set_slider").get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")


def _choose(page: Page) -> None:
    page.locator(".st-key-set_noise").get_by_text("II", exact=True).click()


def _select(page: Page) -> None:
    page.locator("[class*=st-key-set_data] input").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("change", "named"),
    [(_type, "seed=7"), (_slide, "alpha=1"), (_choose, "noise=II"), (_select, "data=")],
    ids=["number", "slider", "segmented", "select"],
)
def test_control_and_enter_trains_from_a_control_of_the_form(browser, server, change, named):
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(120 * SECONDS)
    open_at(page, f"{server.url}/?width=20&iterations=20")
    shows(page, SETTLED)
    change(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "run=" in url and named in url)
    page.context.close()
