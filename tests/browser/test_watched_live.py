"""A training of another program, live in the app, until it is killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from browser_steps import WATCH, figure, no_traceback, shows, until
from playwright.sync_api import expect

from hts.platforms import end_by_force
from hts.studio.store.store import Store
from hts.studio.watching.seen import watches_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TRAINING = """
import time, torch, hts
model = torch.nn.Sequential(torch.nn.Linear(10, 60), torch.nn.Linear(60, 60))
for parameter in model.parameters():
    torch.nn.init.normal_(parameter)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
watch = hts.watch(model, optimizer, name="somebody's loop", every=4)
for _ in range(4000):
    loss = model(torch.randn(8, 10)).square().mean()
    loss.backward()
    optimizer.step()
    watch.step(loss=loss)
    time.sleep(0.25)
"""


@pytest.fixture
def training(server) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "HTS_HOME": str(server.home), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen([sys.executable, "-c", TRAINING], env=environment) as process:
        yield process
        end_by_force(process.pid)


def test_it_is_shown_beside_the_runs_live_and_as_lost_after_kill_9(visit, store: Store, training):
    watches = watches_of(store)
    until(visit(), lambda: bool(watches.list() and watches.looks(watches.list()[0].id)))
    (one,) = watches.list()
    expect(visit("/runs").get_by_text("Watched trainings")).to_be_visible()
    page = visit(f"/watched?id={one.id}")
    expect(page.locator("h1")).to_have_text("somebody's loop")
    for card in ("watched_error", "sizes", "watched_layers", "watched_tail"):  # which stays in view
        figure(page, card)
    page.evaluate(WATCH)
    told = page.get_by_text(re.compile(r"Training, step \d+"))

    def step() -> int:
        found = re.search(r"step (\d+)", told.first.text_content() or "")
        return int(found[1]) if found else 0

    first = step()
    until(page, lambda: step() >= first + 8)
    updates = "document.querySelector('[data-card=watched_tail] .hts-chart').dataset.updates"
    before = page.evaluate(f"Number({updates})")
    shows(page, f"Number({updates}) > {before}")
    assert page.evaluate("window.removed") == 0
    end_by_force(training.pid)
    expect(page.get_by_text("ended without closing the watch")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Lost, step \d+"))).to_be_visible()
    figure(page, "watched_tail")
    no_traceback(page)
