"""The Train page of a run of several seeds with controls."""

from __future__ import annotations

import json

import pytest
import several_factories


def shown(page, key):
    """What a board of the page was given."""
    for node in page.main.children.values():
        yield from _boards(node, key)


def _boards(node, key):
    if node.type == "bidi_component" and key in node.proto.id:
        yield json.loads(node.proto.bytes)["board"]
    for child in getattr(node, "children", {}).values():
        yield from _boards(child, key)


@pytest.fixture
def several(store):
    return several_factories.put(store)


def test_all_seeds_and_controls_are_shown_with_a_sentence_for_each_control(
    open_page, several, said
):
    page = open_page("train", run=several)
    assert not page.exception
    text = said(page)
    assert "3 seeds, with noise-free and Gaussian controls" in text
    assert "seeds 1 to 3" in text
    assert text.count("With 50 % removed the noisy network keeps") == 1
    assert text.count("The Gaussian control keeps") == 1
    assert "of 3 seeds" in text
    (top,) = shown(page, "board_top")
    numbers = {metric["id"]: metric for metric in top["metrics"]}
    assert numbers["test_accuracy"]["interval"].startswith("median; range ")
    assert numbers["prunable"]["delta"].startswith("controls at that share lose: noise-free ")


def test_a_seed_is_picked_and_stays_in_the_address(open_page, several, said):
    page = open_page("train", run=several)
    page.selectbox(key="picked").set_value(2).run()
    assert not page.exception
    assert "in this one seed" in said(page) or "no difference in one seed" in said(page)
    assert "".join(page.query_params["look"]) == "2"
    again = open_page("train", run=several, look="3")
    assert again.selectbox(key="picked").value == 3
    gone = open_page("train", run=several, look="9")
    assert not gone.exception
    assert gone.selectbox(key="picked").value == -1


def test_a_kept_moment_of_all_networks(open_page, several, said):
    page = open_page("train", run=several, moment="100")
    assert not page.exception
    assert said(page).count("At step 100: With 50 % removed") == 1


def test_a_network_that_diverged_counts_as_wrong_and_others_stay(open_page, store, said):
    run_id = several_factories.put(store, diverged=("main.1", "main.2"))
    page = open_page("train", run=run_id)
    assert not page.exception
    assert "the noisy network keeps 0 %," in said(page)
    (figures,) = shown(page, "board_figures")
    cards = {card["id"]: card for card in figures["cards"]}
    assert all(card["figure"] for card in cards.values() if "figure" in card)
    back = open_page("train", run=run_id, moment="100")
    assert "keeps 0 %" not in said(back)


def test_a_run_of_several_misses_no_file_that_it_never_had(store, several):
    assert store.tail.view(several).note == ""
    assert store.tail.view(several).snapshot is None
    assert all(view.snapshot for view in store.tail.networks(several))
