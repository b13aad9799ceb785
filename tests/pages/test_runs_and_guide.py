"""Runs and Guide: empty, with runs, and what can be done with them."""

from __future__ import annotations

from hts.config import RunConfig


def test_runs_of_an_empty_store(open_page, said):
    page = open_page("runs")
    assert not page.exception
    assert "No runs yet" in said(page)


def test_runs_lists_what_there_is(open_page, pair):
    page = open_page("runs")
    assert not page.exception
    table = page.dataframe[0].value
    assert set(table["Run"]) == set(pair)
    assert table["State"][0][0] == "Finished"
    assert table["Settings"][1][0] == "type III, α 1.75"
    assert table["Progress"][0] == 100


def test_comparison_by_address(open_page, finished):
    ids = [finished(seed=seed) for seed in (1, 2, 3)]
    page = open_page("runs", compare=",".join(ids))
    assert not page.exception
    assert page.subheader[0].value == "Comparing 3 runs"
    assert list(page.dataframe[0].value.loc["Seed"]) == ["1", "2", "3"]
    page.button(key="close_comparison").click().run()
    assert "compare" not in page.query_params


def test_more_than_twenty_runs_are_told(open_page, store):
    ids = [store.runs.create(RunConfig(seed=seed)) for seed in range(21)]
    page = open_page("runs", compare=",".join(ids))
    assert not page.exception
    assert page.subheader[0].value == "Comparing 20 runs"
    assert "21 runs were asked for" in page.warning[0].value


def test_comparing_runs_that_do_not_exist(open_page, pair):
    page = open_page("runs", compare=f"{pair[0]},nonsense,,../../etc")
    assert not page.exception
    assert len(page.warning) == 2
    assert page.subheader[0].value == "Comparing 1 run"


def test_the_guide_explains_words_figures_and_pages_below_the_tour(open_page, said):
    page = open_page("guide")
    assert not page.exception
    words = said(page)
    for name in ("stability index", "extreme-value index", "density exponent", "Hill plot"):
        assert name in words
    assert "twin" not in words
    assert "dashed, the tail index of the gradient noise" in words.replace("\n", " ")
    assert not [line for line in words.splitlines() if line.startswith("|") and line[-1] != "|"]


def test_try_this_queues_a_preset_with_its_seeds_and_controls(open_page, store):
    page = open_page("guide")
    page.button(key="try_decision-boundary").click().run()
    runs = store.runs.list()
    assert [(run.config.data, run.config.replicates) for run in runs] == [("moons", 8)]
    assert "gaussian" in runs[0].config.controls
