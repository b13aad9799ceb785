"""Every page: nothing moves while it loads, axe finds nothing serious, and keys work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from browser_steps import SETTLED, field, no_traceback, open_at, shows, until
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
WATCHED = """
import torch, hts
model = torch.nn.Sequential(torch.nn.Linear(10, 60), torch.nn.Linear(60, 60))
for parameter in model.parameters():
    torch.nn.init.normal_(parameter)
with hts.watch(model, name="a loop", every=1) as watch:
    for loss in (3.0, 2.0, 1.0):
        watch.step(loss=loss)
"""
SHORT_SWEEP = ("--grid", "alpha=1.5,2", "--grid", "seed=1,2")
SMALL = {"width": "20", "iterations": "20", "eval_every": "10"}


def _hts(env: dict[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "hts", *words, "--json"]
    subprocess.run(command, check=True, capture_output=True, env=env)


def _watched(env: dict[str, str]) -> str:
    """A training of a few steps that was watched, by its id."""
    subprocess.run([sys.executable, "-c", WATCHED], check=True, env=env)
    command = [sys.executable, "-m", "hts", "watched", "--json"]
    listed = subprocess.run(command, check=True, capture_output=True, env=env)
    return str(json.loads(listed.stdout)[0]["id"])


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
        "admin": "/admin", "files": "/files", "watched": f"/watched?id={_watched(env)}",
    }  # fmt: skip


NAMES = ["train", "run", "runs", "sweep", "results", "tails", "compress", "guide", "noise",
         "theory", "reproduce", "class", "admin", "files", "watched"]  # fmt: skip


def _open(page: Page, url: str) -> None:
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    expect(page.locator("h1").first).to_be_visible()
    shows(page, SETTLED)


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
def test_a_page_stays_still_and_can_be_used_by_everybody(blank, server, addresses, name):
    page = blank
    _open(page, server.url + addresses[name])
    no_traceback(page)
    assert page.evaluate("window.shift") < MOST
    assert page.locator("h1").count() == 1
    assert _serious(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("[data-testid=stApp]")).to_have_css("color-scheme", "dark")
    shows(page, SETTLED)
    assert _serious(page) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stays_still_on_a_phone_behind_a_proxy(blank, proxy, addresses, name):
    page = blank
    page.set_viewport_size({"width": 420, "height": 900})
    _open(page, proxy.url + addresses[name])
    assert page.evaluate("window.shift") < MOST
    page.set_viewport_size({"width": 420, "height": 9000})
    shows(page, ALL_DRAWN)
    shows(page, f"!({ICONS})().length")
    assert proxy.strays == []
    assert page.evaluate("window.refused") == []  # by the Content-Security-Policy


def test_what_follows_figures_that_cannot_be_loaded_waits_no_longer(blank, server):
    page = blank
    page.route("**/board.js", lambda route: route.abort())
    page.goto(server.url + "/noise")
    expect(page.locator(".hts-board", has_text="could not be loaded").first).to_be_visible()
    expect(page.get_by_role("heading", name="Known values")).to_be_visible()
    shows(page, SETTLED)


def _type(page: Page) -> None:
    field(page, "seed").fill("7")


def _slide(page: Page) -> None:
    slider = page.locator(".st-key-set_slider").get_by_role("slider")
    before = slider.get_attribute("aria-valuetext")

    def moved() -> bool:
        now = slider.get_attribute("aria-valuetext")
        if now == before:  # a form that is made anew takes the focus away
            slider.press("ArrowLeft")
        return now != before

    until(page, moved)


def _choose(page: Page) -> None:
    page.locator(".st-key-set_noise").get_by_text("II", exact=True).click()


def _select(page: Page) -> None:
    field(page, "data").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("change", "named"),
    [(_type, "seed=7"), (_slide, "alpha=1"), (_choose, "noise=II"), (_select, "data=")],
    ids=["number", "slider", "segmented", "select"],
)
def test_control_and_enter_trains_from_a_control_of_the_form(blank, server, change, named):
    open_at(blank, f"{server.url}/?width=20&iterations=20")
    shows(blank, SETTLED)
    change(blank)
    blank.keyboard.press("Control+Enter")
    blank.wait_for_url(lambda url: "run=" in url and named in url)
