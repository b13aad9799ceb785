"""The Noise page in a real browser: the address, a slider, and figures that change in place."""

from __future__ import annotations

import re

import pytest
from browser_steps import figure, no_traceback, press, shows
from playwright.sync_api import expect

from hts.studio.figures.axes import thin
from hts.studio.figures.noise.path import POINTS
from pages._parts.noise.board import STEPS

pytestmark = pytest.mark.browser

UPDATES = "document.querySelector('[data-card={}] .hts-chart').dataset.updates"


def test_a_slider_redraws_the_figures_in_place_and_is_in_the_address(visit):
    page = visit("/noise?alpha=1.5&tail=Linear")
    figure(page, "density")
    slider = page.get_by_role("slider", name="Alpha (stability index)")
    expect(slider).to_have_value("1.5")
    page.evaluate("window.kept = document.querySelector('[data-card=density] .hts-chart')")
    before = page.evaluate(UPDATES.format("density"))
    slider.focus()
    page.keyboard.press("ArrowLeft")
    shows(page, f"{UPDATES.format('density')} !== '{before}'")
    page.wait_for_url(re.compile(r"[?&]alpha=1\.45"))
    assert "tail=Linear" in page.url
    same = "window.kept === document.querySelector('[data-card=density] .hts-chart')"
    assert page.evaluate(same)
    no_traceback(page)


LENGTHS = """() => {
  window.lengths = [];
  const look = () => {
    const chart = document.querySelector("[data-card=path] .hts-chart");
    const length = chart?.data?.[0].x.length ?? 0;
    if (length !== window.lengths.at(-1)) window.lengths.push(length);
  };
  const what = { childList: true, subtree: true, attributeFilter: ["data-updates"] };
  new MutationObserver(look).observe(document.body, what);
}"""  # every length that the path is drawn with, however slowly this machine gets to look


def test_the_path_grows_and_every_figure_is_drawn(visit):
    page = visit("/noise")
    figure(page, "path")
    whole = len(list(thin(range(STEPS + 1), POINTS)))
    length = "document.querySelector('[data-card=path] .hts-chart').data?.[0].x.length"
    shows(page, f"{length} === {whole}")
    page.evaluate(LENGTHS)
    press(page, "play")
    shows(page, f"window.lengths.some((n) => n < {whole}) && window.lengths.at(-1) === {whole}")
    lengths = page.evaluate("window.lengths")
    drawn = lengths[lengths.index(min(lengths)) :]
    assert drawn == sorted(drawn)
    assert len(drawn) > 2
    for card in ("tail", "cloud-I", "cloud-II", "cloud-III", "mean", "variance", "share"):
        figure(page, card)
    no_traceback(page)
