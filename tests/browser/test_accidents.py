"""What a viewer sees when something goes wrong: killed processes, bad addresses, bad input."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from browser_steps import field, figure, no_traceback, open_at, press, run_id, state, step, until
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = "/?iterations=1000000&target_accuracy=none&lr=0.05&width=100&replicates=1&controls=off"


def test_a_killed_worker_is_told_and_the_run_goes_on(visit, store, server):
    page = visit(LONG)
    press(page, "train")
    figure(page, "history")
    run = store.runs.get(run_id(page))
    until(page, lambda: store.runs.get(run.id).checkpoint_step is not None)
    kept = store.runs.get(run.id).checkpoint_step
    recorded = [point for point in store.series.evaluations(run.id) if point.step <= kept]
    killed = store.runs.get(run.id).pid
    os.kill(killed, signal.SIGKILL)
    expect(page.get_by_text("SIGKILL")).to_be_visible(timeout=180_000)
    until(page, lambda: not psutil.pid_exists(killed))  # no zombie either
    until(page, lambda: store.runs.get(run.id).attempt > 1)
    state(page, "Training")
    assert store.runs.get(run.id).attempt == 2
    assert store.series.evaluations(run.id)[: len(recorded)] == recorded
    no_traceback(page)


def test_a_killed_server_loses_nothing(visit, store, server):
    run = next(run for run in store.runs.list() if run.state == "running")
    page = visit(f"/?run={run.id}")
    figure(page, "history")
    before = step(page)
    server.kill()
    assert store.runs.get(run.id).held
    time.sleep(1)
    server.start()
    open_at(page, page.url)
    figure(page, "history")
    assert run_id(page) == run.id
    state(page, "Training")
    until(page, lambda: step(page) > before)
    assert store.runs.get(run.id).attempt == 2  # the worker went on all the time
    assert all(p.status() != psutil.STATUS_ZOMBIE for p in server.children())
    press(page, "do_stop")
    state(page, "Stopped")


def test_the_server_has_not_loaded_torch(server):
    maps = Path(f"/proc/{server.process.pid}/maps")
    if not maps.exists():
        pytest.skip("needs /proc")
    loaded = maps.read_text()
    assert "libpython" in loaded or "python" in loaded
    assert "libtorch" not in loaded


def test_a_nonsense_address_is_explained(visit):
    page = visit("/?alpha=abc&width=-3&data=nope&run=doesnotexist&foo=1")
    alert = page.get_by_role("alert").first
    for words in ("alpha must be a number", "width must be", "data must be", "'doesnotexist'"):
        expect(alert).to_contain_text(words)
    expect(page.get_by_text("See what heavy-tailed noise does to a network")).to_be_visible()
    no_traceback(page)


def test_impossible_settings_are_refused_with_the_number(visit, store):
    page = visit("/")
    before = len(store.runs.list())
    width = field(page, "width")
    width.fill("1000000000")
    width.press("Enter")
    sidebar = page.locator("[data-testid=stSidebar]")
    expect(sidebar).to_contain_text("width 1000000000 on digits needs about")
    press(page, "train")
    width.fill("100")
    width.press("Enter")
    expect(sidebar).not_to_contain_text("needs about")
    page.locator(".st-key-advanced summary").click()
    alpha = field(page, "alpha")
    alpha.fill("2.5")
    alpha.press("Enter")
    expect(sidebar).to_contain_text("alpha must be a number in (0, 2], got 2.5")
    press(page, "train")
    page.wait_for_timeout(500)
    assert len(store.runs.list()) == before
    no_traceback(page)


def test_a_bad_table_is_explained_and_a_good_one_taken(visit):
    page = visit("/")
    press(page, "table_add")
    upload = page.locator(".st-key-table_file input[type=file]")
    bad = {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"a,b,label\n1,2,x\n3,,y\n4,5,\n"}
    upload.set_input_files(bad)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("labels are missing in column 'label'")).to_be_visible()
    expect(page.locator(".st-key-table_use button").first).to_be_disabled()
    rows = b"".join(b"%d;%d,5;%s\n" % (k, k % 7, b"xy"[k % 2 : k % 2 + 1]) for k in range(40))
    good = {"name": "good.csv", "mimeType": "text/csv", "buffer": b";a;label\n" + rows}
    upload.set_input_files(good)
    expect(dialog.get_by_text("32 training and 8 test examples of 1 inputs")).to_be_visible()
    press(page, "table_use")
    expect(dialog).to_have_count(0)
    expect(field(page, "data")).to_have_value("good")
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("decimal comma")
    no_traceback(page)
