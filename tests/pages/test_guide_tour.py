"""The tour of the Guide: every step, coming back to it, and what leads out of it."""

from __future__ import annotations

import json

import pytest
import several_factories
from copied import to_copy


@pytest.fixture
def several(store):
    return several_factories.put(store)


def boards(node):
    """What the boards of a page were given, by key."""
    found = {}
    if node.type == "bidi_component":
        key = node.proto.id.rpartition("-")[2]
        found[key] = json.loads(node.proto.bytes)["board"]
    for child in getattr(node, "children", {}).values():
        found |= boards(child)
    return found


def cards(page):
    """Ids of the figures in the tour."""
    return [card["id"] for card in boards(page.main)["tour_figures"]["cards"]]


def where(page):
    """The address of the page, as plain text."""
    return {name: "".join(value) for name, value in page.query_params.items()}


def test_the_tour_begins_with_the_noise_and_cannot_go_back(open_page):
    page = open_page("guide")
    assert not page.exception
    assert page.header[0].value == "1 of 4: See the noise"
    assert page.select_slider(key="guide_alpha").value == 1.75
    assert page.button(key="tour_back").disabled
    assert "run" not in where(page)


def test_train_starts_the_first_preset_once_and_says_so_in_the_address(open_page, store):
    page = open_page("guide")
    page.button(key="tour_next").click().run()
    page.button(key="tour_train").click().run()
    assert not page.exception
    (run,) = store.runs.list()
    assert (run.config.data, run.config.target_accuracy) == ("digits", 80.0)
    assert run.config.controls == "none,gaussian"
    assert where(page) == {"step": "2", "run": run.id}
    assert [button.key for button in page.button if button.key == "tour_train"] == []


def test_the_figure_of_the_run_stands_in_the_step(open_page, several):
    page = open_page("guide", step="2", run=several)
    assert not page.exception
    assert cards(page) == ["history"]


@pytest.mark.parametrize("step", ["3", "4"])
def test_steps_that_need_a_run_offer_to_train_one(open_page, step):
    page = open_page("guide", step=step)
    assert not page.exception
    assert not page.button(key="tour_train").disabled


def test_nothing_is_shown_before_it_is_predicted_and_the_prediction_survives_a_reload(
    open_page, several, said
):
    page = open_page("guide", step="3", run=several)
    assert "Before you look" in said(page)
    assert "tour_figures" not in boards(page.main)
    page.slider(key="predict_noisy").set_value(60)
    page.slider(key="predict_free").set_value(85)
    page.button(key="predict_now").click().run()
    assert not page.exception
    assert cards(page) == ["pruning", "norms"]
    assert where(page) == {"step": "3", "run": several, "noisy": "60", "noise_free": "85"}
    again = open_page("guide", **where(page))
    assert cards(again) == ["pruning", "norms"]


def test_dragging_the_pruning_changes_the_sentences(open_page, several, said):
    page = open_page("guide", step="3", run=several, noisy="60", noise_free="85")
    assert "With 50 % removed the noisy network keeps" in said(page)
    page.slider(key="guide_removed").set_value(90).run()
    assert "With 90 % removed the noisy network keeps" in said(page)


def test_comparing_tells_difference_price_and_prediction(open_page, several, said):
    page = open_page("guide", step="4", run=several, noisy="60", noise_free="85")
    assert not page.exception
    assert cards(page) == ["difference"]
    text = said(page)
    assert "With 80\N{NO-BREAK SPACE}% removed the noisy network keeps" in text
    prices, expected = (table.value for table in page.table)
    assert list(prices["steps"]) == ["300"] * 3
    assert list(expected["expected"]) == ["60 %", "85 %"]
    assert page.button(key="tour_next").disabled


def test_who_comes_back_without_an_address_goes_on_where_they_were(open_page, several):
    page = open_page("guide", step="2", run=several)
    page.button(key="tour_next").click().run()
    page.query_params.clear()
    page.run()
    assert page.header[0].value == "3 of 4: Drag the pruning"
    assert where(page) == {"step": "3", "run": several}


@pytest.mark.parametrize("step", ["0", "5", "x", ""])
def test_a_step_that_does_not_exist_is_the_first(open_page, step):
    page = open_page("guide", step=step)
    assert not page.exception
    assert page.header[0].value == "1 of 4: See the noise"


def test_a_run_that_is_gone_is_told_and_another_can_be_trained(open_page):
    page = open_page("guide", step="4", run="0123456789-1")
    assert not page.exception
    assert "no run" in page.error[0].value
    assert page.button(key="tour_train")


def test_what_i_did_is_reached_from_the_run_and_carries_the_prediction(open_in_app, several, said):
    page = open_in_app("guide", step="4", run=several, noisy="60", noise_free="85")
    page.button(key="do_report").click().run()
    assert not page.exception
    text = said(page)
    assert list(page.table[0].value["expected"]) == ["60 %", "85 %"]
    assert r"E\,e^{i\langle u, \xi\rangle} = \exp(-\lVert u \rVert^{\alpha})" in text
    assert [c["id"] for c in boards(page.main)["account_figures"]["cards"]] == [
        "pruning", "difference", "norms", "history",
    ]  # fmt: skip
    assert "@inproceedings{wan2024implicit" in to_copy(page)[0]


def test_what_i_did_of_no_run_and_of_one_that_is_gone(open_in_app):
    assert "Open a run" in open_in_app("report").info[0].value
    gone = open_in_app("report", run="0123456789-1")
    assert not gone.exception
    assert "no run" in gone.error[0].value
