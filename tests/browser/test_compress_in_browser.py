"""The Compress page in a real browser: a worker measures, the slider redraws, files come down."""

from __future__ import annotations

import json
import re
import zipfile

import pytest
from browser_steps import figure, no_traceback, shows
from playwright.sync_api import expect
from safetensors import safe_open

from hts.config import RunConfig
from hts.studio.cli.training import run_here
from hts.studio.jobs.processes.run_jobs import create_for_this_process

pytestmark = pytest.mark.browser

UPDATES = "document.querySelector('[data-card=criteria] .hts-chart').dataset.updates"


def test_a_run_is_measured_explored_and_taken_along(visit, store, tmp_path):
    config = RunConfig(width=100, iterations=30, device="cpu")
    run_id = create_for_this_process(store, config)
    run_here(store, run_id, threads=None, quiet=True)
    page = visit(f"/compress?run={run_id}&criterion=Weights")
    figure(page, "criteria")  # a worker loads torch and measures first
    for card in ("errors", "units", "matrix", "answers"):
        figure(page, card)
    expect(page.get_by_text("Weights by magnitude, 50.0 % removed")).to_be_visible()
    page.evaluate("window.kept = document.querySelector('[data-card=criteria] .hts-chart')")
    before = page.evaluate(UPDATES)
    slider = page.get_by_role("slider", name="Pruned share")
    slider.focus()
    page.keyboard.press("ArrowRight")
    shows(page, f"{UPDATES} !== '{before}'")
    page.wait_for_url(re.compile(r"[?&]removed_percent=52"))
    assert page.evaluate("kept === document.querySelector('[data-card=criteria] .hts-chart')")
    with page.expect_download() as coming:
        page.locator(".st-key-get_network button").first.click()
    coming.value.save_as(tmp_path / "network.zip")
    with zipfile.ZipFile(tmp_path / "network.zip") as archive:
        archive.extractall(tmp_path)
    with safe_open(tmp_path / "network.safetensors", "np") as file:
        assert json.loads(file.metadata()["network"])["units_removed"] == [52]
        assert file.get_tensor("hidden_1").shape == (48, 64)
    no_traceback(page)
