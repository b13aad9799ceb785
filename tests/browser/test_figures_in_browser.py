"""Figures behind a proxy that strips its path: what they weigh, their axes, numbers and files."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import factories
import pytest
import several_factories
from browser_steps import figure, no_traceback, shows, until
from playwright.sync_api import Page, expect
from stripping_proxy import StrippingProxy, stripping_proxy

from hts.studio.figures import plotly_js
from hts.studio.figures.report import PAPER, report_page
from hts.studio.figures.run import cards
from pages._parts.shell.served import address

pytestmark = pytest.mark.browser

MOST_BYTES = 1_600_000  # a cold page over the wire, with what comes by websocket
CHART = "document.querySelector('[data-card={}] .hts-chart')"
HISTORY = CHART.format("history")
FOREIGN = """async (place) => {
  const root = document.createElement("div");
  document.querySelector(".hts-board").before(root);
  const { fill } = await import(new URL(place, document.baseURI).href);
  const figure = { data: [{ type: "violin", y: [1, 2, 4] }], layout: {} };
  fill(root, { plotly: PLACES, board: { cards: [{ id: "own", title: "Own", alt: "", figure }] } });
}"""


@pytest.fixture(scope="module")
def proxy(server) -> Iterator[StrippingProxy]:
    with stripping_proxy(server.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def run(store) -> str:
    """A run as far as its records tell."""
    run = store.runs.create(factories.config())
    store.control.claim(run, pid=1, pid_started=1.0)
    for step in (0, 100, 200, 300):
        made = factories.snapshot(step, 1.75, units=120, inputs=10)
        store.series.add_snapshot(run, made)
    store.series.add_evaluations(run, factories.evaluations())
    store.control.finish(run, factories.result(made))
    return run


@pytest.fixture(scope="module")
def wire() -> list[int]:
    """Bytes of what the page below received."""
    return []


@pytest.fixture(scope="module")
def page(browser, proxy, run, wire) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
    devtools.on(
        "Network.webSocketFrameReceived",
        lambda event: wire.append(len(event["response"]["payloadData"]) * 3 // 4),
    )
    page.goto(f"{proxy.url}/?run={run}")
    figure(page)
    yield page
    context.close()


def test_a_cold_page_is_small_and_asks_for_nothing_beside_its_path(page, proxy, wire):
    until(page, lambda: sum(wire) > 500_000)  # it is told some time after it has come
    assert sum(wire) <= MOST_BYTES
    figure(page, "ccdf")
    no_traceback(page)
    assert proxy.strays == []
    names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert any("plotly.js" in name for name in names)
    assert not any("plotly_whole" in name for name in names)
    page.reload()
    figure(page)
    kept = "performance.getEntriesByType('resource').find((one) => /plotly.js/.test(one.name))"
    assert page.evaluate(f"{kept}.transferSize") == 0  # from the browser's own store


def test_a_course_is_shown_by_epoch_and_time_logarithmic_and_smoothed(page):
    figure(page, "history")
    card = page.locator("[data-card=history]")
    steps = page.evaluate(f"{HISTORY}.data[0].x")
    card.get_by_role("combobox").select_option("epoch")
    shows(page, f"{HISTORY}.layout.xaxis.title.text === 'epoch'")
    epochs = page.evaluate(f"{HISTORY}.data[0].x")
    assert epochs == pytest.approx([step * 100 / 1438 for step in steps])
    card.get_by_role("combobox").select_option("time")
    shows(page, f"/time/.test({HISTORY}.layout.xaxis.title.text)")
    seconds = page.evaluate(f"{HISTORY}.data[0].x")
    assert sorted(seconds) == seconds
    assert seconds != epochs
    for name in ("log x", "log loss", "smooth"):
        card.get_by_role("button", name=name).click()
        expect(card.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    shows(page, f"{HISTORY}._fullLayout.xaxis.type === 'log'")
    shows(page, f"{HISTORY}._fullLayout.yaxis2.type === 'log'")
    shows(page, f"{HISTORY}.data.filter((line) => line.meta === 'not smoothed').length === 3")
    page.reload()
    figure(page, "history")
    shows(page, f"{HISTORY}._fullLayout.xaxis.type === 'log'")  # remembered


def test_a_zoom_is_kept_until_it_is_taken_back(page):
    figure(page, "norms")
    card, ends = (
        page.locator("[data-card=norms]"),
        f"{CHART.format('norms')}._fullLayout.xaxis.range",
    )
    whole = page.evaluate(ends)
    zoomed = f"{ends}[1] - {ends}[0] < {0.7 * (whole[1] - whole[0])}"

    def dragged() -> bool:
        box = card.locator(".hts-chart").bounding_box()
        page.mouse.move(box["x"] + 150, box["y"] + 120)
        page.mouse.down()
        page.mouse.move(box["x"] + 300, box["y"] + 125, steps=4)
        page.mouse.up()
        with contextlib.suppress(AssertionError):
            shows(page, zoomed, 5)
            return True
        return False

    until(page, dragged)  # figures above it may still come, and move it
    updates = f"Number({CHART.format('norms')}.dataset.updates)"
    before = page.evaluate(updates)
    page.locator(".st-key-removed").get_by_role("slider").press("ArrowRight")
    shows(page, f"{updates} > {before}")
    assert page.evaluate(zoomed)
    card.get_by_role("button", name="Reset zoom").click()
    shows(page, f"Math.abs({ends}[1] - {whole[1]}) < 1e-9")


def test_keys_open_the_numbers_of_a_figure_and_its_csv_has_the_same(page, tmp_path: Path):
    figure(page, "pruning")
    card = page.locator("[data-card=pruning]")
    card.get_by_role("button", name="Table").focus()
    page.keyboard.press("Enter")
    rows = card.get_by_role("region", name="Numbers of").get_by_role("row")
    expect(rows.first).to_contain_text("units removed")
    with page.expect_download() as coming:
        card.get_by_role("button", name="CSV").click()
    coming.value.save_as(tmp_path / "numbers.csv")
    text = (tmp_path / "numbers.csv").read_text(encoding="utf-8-sig")
    told = list(csv.reader(io.StringIO(text)))
    assert len(told) == rows.count() > 10
    shown = [row.locator("th, td").all_inner_texts() for row in rows.all()]
    assert [[cell or "–" for cell in row] for row in told] == shown
    points = page.evaluate(f"{CHART.format('pruning')}.data[1].y")
    column = [name.split(":")[0] for name in told[0]].index("test")
    assert [float(row[column]) for row in told[1:] if row[column]] == pytest.approx(points)
    page.keyboard.press("Shift+Tab")
    card.get_by_role("button", name="Table").press("Enter")
    expect(card.locator(".hts-numbers")).to_be_hidden()


LEAVES = """() => {
  window.away = document.querySelector("[data-card=own]").closest(".hts-cards").parentElement;
  away.remove();
  const script = [...document.scripts].find((one) => one.src.includes("plotly_whole"));
  script.addEventListener("load", () => setTimeout(() => { window.came = true; }));
}"""


def _put_foreign_figure(page: Page) -> None:
    places = {"small": address("plotly.js"), "whole": address("plotly_whole.js")}
    places |= {"traces": list(plotly_js.TRACES), "lacks": list(plotly_js.LACKS)}
    page.evaluate(FOREIGN.replace("PLACES", str(places)), address("board.js"))


def test_only_a_figure_of_another_kind_loads_the_whole_of_plotly(page):
    _put_foreign_figure(page)
    figure(page, "own")
    expect(page.locator("[data-card=own] .violinlayer path").first).to_be_attached()
    names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert any("plotly_whole.js" in name for name in names)


def test_a_figure_that_is_off_the_page_when_its_turn_comes_is_drawn_when_it_is_back(
    blank, proxy, run
):
    page, held = blank, []
    page.goto(f"{proxy.url}/?run={run}")
    figure(page)
    page.route("**/plotly_whole.js", lambda route: held.append(route))
    _put_foreign_figure(page)
    page.locator("[data-card=own]").scroll_into_view_if_needed()
    until(page, lambda: bool(held))
    page.evaluate(LEAVES)
    held[0].continue_()
    shows(page, "window.came")
    assert page.evaluate("away.querySelector('.main-svg')") is None
    page.evaluate("document.querySelector('.hts-board').before(away)")
    figure(page, "own")


PLOT = """(chart) => {
  const { _size: size, legend } = chart._fullLayout;
  const bar = chart.querySelector(".legend .scrollbar");
  return { height: size.h, rows: legend._height, bar: Number(bar?.getAttribute("height") ?? 0) };
}"""
READABLE = "(found) => found.height > 130 && found.rows > 45 && found.bar === 0"
EQUAL_STEPS = {"target_accuracy": 80.0, "equal_steps": True}


@pytest.mark.parametrize("width", [420, 1280])
def test_a_legend_of_many_rows_takes_nothing_from_the_plot(blank, proxy, store, width):
    run, page = several_factories.put(store, **EQUAL_STEPS), blank
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(f"{proxy.url}/?run={run}")
    for card in ("pruning", "norms", "difference", "history"):
        figure(page, card)
        shows(page, f"({READABLE})(({PLOT})({CHART.format(card)}))")


@pytest.mark.parametrize("style", ["", PAPER])
def test_a_legend_of_many_rows_takes_nothing_from_the_plot_of_a_report(blank, style):
    arms = several_factories.ensemble(**EQUAL_STEPS).shown
    named = [dataclasses.replace(arm, label=f"{arm.label}, {'of ' * 12}these") for arm in arms]
    text = report_page("Run", "It is done.", [], cards(named, pruned=0.5), style=style)
    blank.set_viewport_size({"width": 420, "height": 1000})
    blank.set_content(text)
    title = "(one) => one.innerText.startsWith('Accuracy after pruning')"
    chart = f"[...document.querySelectorAll('figure')].find({title}).querySelector('.chart')"
    readable = "(found) => found.height > 150 && found.rows > 100 && found.bar === 0"
    shows(blank, f"({readable})(({PLOT})({chart}))")


def test_lines_that_end_apart_are_named_in_a_legend_and_not_over_each_other(page):
    drawn = """async ([place, reach]) => {
      const { labelled } = await import(new URL(place, document.baseURI).href);
      const data = reach.map((x, i) => ({ name: `run ${i}`, mode: "lines", x: [0, x], y: [i, 2] }));
      const layout = { meta: { ends: true }, xaxis: {}, yaxis: {}, margin: { t: 0, r: 0 } };
      const { annotations, showlegend } = labelled({ data, layout }, 900, 400).layout;
      return [annotations?.length ?? 0, showlegend !== false];
    }"""
    place = address("figure_labels.js")
    assert page.evaluate(drawn, [place, [100, 100]]) == [2, False]
    assert page.evaluate(drawn, [place, [100, 60]]) == [0, True]
