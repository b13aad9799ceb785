"""Number fields: what is typed is taken or refused in words, and nothing starts meanwhile."""

from __future__ import annotations

import pytest
import streamlit as st


def refusals(page):
    return [text.value for text in page.markdown if text.value.startswith(":small[:red[")]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [("set_iterations", "1e4", 10_000), ("set_sigma", "0,07", 0.07), ("set_lr", "2,5", 2.5)],
)
def test_what_is_typed_is_trained_with_and_shown_as_understood(open_page, store, key, text, value):
    page = open_page("train", width="20")
    page.text_input(key=key).set_value(text).run()
    assert page.text_input(key=key).value == f"{value:g}"
    assert not refusals(page)
    page.button(key="train").click().run()
    (run,) = store.runs.list()
    assert getattr(run.config, key.removeprefix("set_")) == value


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("set_sigma", "1,500", "can mean 1.500 or 1500"),
        ("set_sigma", "a lot", "is not a number"),
        ("set_sigma", "", "A number is needed"),
        ("set_width", "2.5", "is not a whole number"),
        ("set_momentum", "0,9,9", "is not a number"),  # within what is folded away
        ("set_lr", "1@0/2@5", "is not a number"),
    ],
)
def test_train_is_disarmed_while_a_number_is_refused(open_page, store, key, text, why):
    page = open_page("train", width="20")
    page.text_input(key=key).set_value(text)
    page.button(key="train").click().run()  # the browser sends both at once
    assert not page.exception
    assert page.text_input(key=key).value == text
    (words,) = refusals(page)
    assert why in words
    assert page.error
    assert page.button(key="train").disabled
    assert page.button(key="train_now").disabled
    assert store.runs.list() == []
    page.text_input(key=key).set_value("1").run()
    assert not refusals(page)
    assert not page.button(key="train").disabled


@pytest.mark.parametrize("locale", ["de-DE", "en-US"])
def test_a_browsers_country_says_what_three_decimals_are(open_page, monkeypatch, locale):
    monkeypatch.setattr(type(st.context), "locale", locale)
    page = open_page("train")
    page.text_input(key="set_sigma").set_value("0.1").run()
    page.text_input(key="set_sigma").set_value("1,125").run()
    assert bool(refusals(page)) == (locale == "en-US")
    page.text_input(key="set_sigma").set_value("1.125").run()
    assert bool(refusals(page)) == (locale == "de-DE")


@pytest.mark.parametrize("key", ["define_base_lr", "define_first", "define_replicates"])
def test_a_sweep_does_not_start_while_a_number_is_refused(open_in_app, store, key):
    page = open_in_app("sweep")
    page.text_input(key=key).set_value("1;5")
    page.button(key="start_sweep").click().run()
    assert not page.exception
    assert page.text_input(key=key).value == "1;5"
    assert "is not a" in page.error[0].value
    assert page.button(key="start_sweep").disabled
    assert store.sweeps.list() == []


def test_an_experiment_is_not_run_again_while_its_seed_is_refused(open_page):
    page = open_page("theory", answers="true")
    page.text_input(key="seed_euler").set_value("1.5")
    page.button(key="again_euler").click().run()
    assert "is not a whole number" in refusals(page)[0]
    assert page.button(key="again_euler").disabled
    assert "euler" not in page.query_params


def test_a_page_of_figures_stays_at_the_last_number_that_was_taken(open_in_app):
    page = open_in_app("tails", seed="7")
    page.text_input(key="seed").set_value("-1").run()
    assert "at least 0" in refusals(page)[0]
    assert any("seed 7" in text.value for text in [*page.markdown, *page.caption])
    page.text_input(key="seed").set_value("1e2").run()
    assert any("seed 100" in text.value for text in [*page.markdown, *page.caption])
