"""A run from the form to its end: live, paused, left and found again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser_steps import (
    SETTLED,
    WATCH,
    choose_row,
    field,
    figure,
    no_traceback,
    open_at,
    press,
    run_id,
    shows,
    state,
    step,
    until,
)
from playwright.sync_api import expect

from hts.config import RunConfig

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = "/?iterations=1000000&target_accuracy=none&lr=0.05&width=200&batch_size=100"

UPDATES = "() => Number(document.querySelector('[data-card=history] .hts-chart').dataset.updates)"


@pytest.fixture(scope="module")
def address(server) -> dict[str, str]:
    """Where the long run of this module lives, once it was started."""
    return {}


def test_from_train_to_the_first_live_figure(visit, server, store, address):
    page = visit(LONG)
    server.until_warm()  # workers get ready behind a page that somebody is reading
    press(page, "train")
    figure(page, "histogram")
    address["run"] = run_id(page)
    state(page, "Training")
    no_traceback(page)
    figure(page, "pruning")
    expect(page.locator("[data-card=pruning]")).to_contain_text("Gaussian control")
    assert "gaussian" in store.runs.get(address["run"]).config.control_noises


def test_updates_change_charts_in_place(visit, address):
    page = visit(f"/?run={address['run']}")
    figure(page, "history")
    page.evaluate(WATCH)
    before = page.evaluate(UPDATES)
    shows(page, f"({UPDATES})() >= {before + 12}")
    assert page.evaluate("window.removed") == 0
    page.locator(".st-key-freeze label").first.click()
    told = page.locator(".hts-detail").first

    def still() -> bool:
        before = told.text_content()
        page.wait_for_timeout(2500)  # without it, several updates come in this time
        return told.text_content() == before

    until(page, still)
    no_traceback(page)


def test_switching_pages_and_reloading_keeps_the_run(visit, address):
    page = visit(f"/?run={address['run']}")
    figure(page, "history")
    first = step(page)
    page.get_by_role("link", name="Guide").click()
    expect(page.get_by_text("Heavy tails in four steps")).to_be_visible()
    page.get_by_role("link", name="Train").click()
    figure(page, "history")
    assert run_id(page) == address["run"]
    page.reload()
    figure(page, "history")
    assert run_id(page) == address["run"]
    state(page, "Training")
    until(page, lambda: step(page) > first)
    expect(field(page, "width")).to_have_value("200")


def test_pause_step_resume_stop(visit, store, address):
    page = visit(f"/?run={address['run']}")
    figure(page, "history")
    press(page, "do_pause")
    state(page, "Paused")
    expect(page.locator(".st-key-do_step button").first).to_be_visible()
    before = store.runs.get(address["run"]).step
    press(page, "do_step")
    until(page, lambda: store.runs.get(address["run"]).step > before)
    state(page, "Paused")
    assert store.runs.get(address["run"]).step == before + 1
    expect(page.locator(".hts-detail").first).to_contain_text(
        f"{before + 1:,}".replace(",", "\u202f" if before >= 9999 else "")
    )
    press(page, "do_resume")
    state(page, "Training")
    press(page, "do_stop")
    state(page, "Stopped")
    expect(page.get_by_text("Stopped by the user")).to_be_visible()
    expect(page.locator(".st-key-do_repeat button").first).to_be_visible()
    no_traceback(page)


def test_scrubbing_back_and_pruning(visit, store, address):
    page = visit(f"/?run={address['run']}")
    figure(page, "pruning")
    read_out = page.locator(".st-key-read_out")
    expect(read_out).to_contain_text("With 50 % removed")
    moment = page.get_by_role("slider", name="Moment")
    moment.focus()
    moment.press("Home")
    first = store.series.snapshot_steps(address["run"])[0]
    expect(read_out).to_contain_text(f"At step {first}: With 50 % removed")
    moment.press("End")
    expect(read_out).to_contain_text("With 50 % removed")
    ratio = page.get_by_role("slider", name="Pruned share")
    ratio.focus()
    ratio.press("Home")
    expect(read_out).to_contain_text("With 0 % removed")
    no_traceback(page)


def test_ctrl_enter_starts_and_a_plane_problem_shows_its_boundary(visit, store):
    page = visit(
        "/?data=moons&width=100&iterations=150&noise=II&lr=0.2&replicates=1&controls=off&target_accuracy=none"
    )
    expect(page.locator(".st-key-train button")).to_be_enabled()
    shows(page, SETTLED)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("run="))
    figure(page, "boundary")
    state(page, "Finished")
    assert store.runs.get(run_id(page)).config.data == "moons"
    chart = page.locator("[data-card=boundary] .hts-chart")
    expect(chart).to_have_attribute("aria-label", re.compile("2 classes"))


def test_compare_two_and_download_three_files(visit, store, tmp_path: Path):
    page = visit("/runs")
    choose_row(page, 1)  # the newest run
    expect(page.locator(".st-key-sel_open button")).to_be_enabled()
    page.locator("[data-testid=stPopover] button").first.click()
    newest = store.runs.list(limit=1)[0].id
    wanted = {"Settings": "moons", "Metrics": "test_accuracy", "Weights": None}
    for label, inside in wanted.items():
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        assert path.name.startswith(newest)
        if inside:
            assert inside in path.read_text()
        else:
            from safetensors.numpy import load_file

            assert load_file(path)["hidden_1"].shape[0] == 100
    page.keyboard.press("Escape")
    choose_row(page, 2)
    expect(page.locator(".st-key-sel_compare button")).to_be_enabled()
    press(page, "sel_compare")
    expect(page.get_by_text("Comparing 2 runs")).to_be_visible()
    figure(page, "pruning")
    again = visit(page.url.split(str(page.url.split("/")[2]))[1])
    expect(again.get_by_text("Comparing 2 runs")).to_be_visible()
    no_traceback(again)


def test_deleting_asks_first(visit, store):
    page = visit("/runs")
    before = len(store.runs.list())
    choose_row(page, 1)
    press(page, "sel_delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("for good")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    assert len(store.runs.list()) == before
    press(page, "sel_delete")
    dialog.get_by_role("button", name="Delete 1").click()
    expect(dialog).to_be_hidden()
    assert len(store.runs.list()) == before - 1
    open_at(page, page.url)
    no_traceback(page)


def test_sixty_more_runs_are_paged_filtered_and_named(visit, store):
    for seed in range(60):
        run_id = store.runs.create(RunConfig(seed=seed, width=77))
        store.control.request(run_id, "stop")
    there = len(store.runs.list())
    page = visit("/runs")
    pages = page.locator(".st-key-list_pages")
    expect(pages).to_contain_text(f"1 to 50 of {there} runs.")
    page.get_by_role("button", name="Page 2").click()
    expect(pages).to_contain_text(f"51 to {there} of {there} runs.")
    wanted = page.get_by_role("textbox", name="Filter")
    wanted.fill("width=77 seed<=1e1")
    wanted.press("Enter")
    expect(pages).to_contain_text(f"11 runs; {there} without the filter.")
    page.wait_for_url(re.compile("where=width%3D77"))
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    choose_row(page, 1)
    expect(page.locator(".st-key-sel_open button")).to_be_enabled()
    page.get_by_role("button", name="Name, tags").click()
    page.get_by_role("textbox", name="Name").fill("The tenth")
    page.get_by_role("button", name="Save").click()
    until(page, lambda: store.runs.get(store.runs.list()[49].id).title == "The tenth")
    no_traceback(page)


def test_the_browser_tells_that_a_run_has_ended_where_that_was_wished_for(visit):
    page = visit(f"{LONG}&controls=off&seed=12")
    page.evaluate("""() => {
      window.told = [];
      window.Notification = class {
        static permission = "granted";
        constructor(title, more) { window.told.push([title, more.body]); }
      };
    }""")
    press(page, "train")
    bell = page.get_by_role("button", name="Tell me at the end")
    bell.click()
    expect(page.get_by_role("button", name="You will be told")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    until(page, lambda: bool(page.evaluate("window.told.length")))
    ((title, body),) = page.evaluate("window.told")
    assert (title, body) in {
        ("Digits 8 x 8, type III noise, alpha 1.75", ended) for ended in ("stopped", "cancelled")
    }
    expect(page.locator(".hts-told")).to_be_hidden()
    no_traceback(page)
