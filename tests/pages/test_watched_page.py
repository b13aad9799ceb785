"""Watched trainings in the app: beside the runs, each on its page, for who may see them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import hts
from hts.studio.watching.seen import watches_of
from hts.studio.watching.watches import Watched


@pytest.fixture
def one(store) -> Watched:
    """A training that has ended, with an embedding that is tied and a layer that is no number."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.ModuleDict({"in": nn.Linear(20, 90), "out": nn.Linear(90, 20)})
        for parameter in model.parameters():
            nn.init.normal_(parameter)
        model["tied"] = nn.Linear(20, 90)
        model["tied"].weight = model["in"].weight
        model["gone"] = nn.Linear(20, 60)
        nn.init.constant_(model["gone"].weight, float("nan"))
    with hts.watch(model, name="net_*of mine*", every=1) as watch:
        for loss in (2.0, 1.0):
            watch.step(loss=loss)
    return watches_of(store).list()[0]


def test_the_page_shows_figures_of_each_layer_and_says_what_was_left_out(one, open_page, said):
    page = open_page("watched", id=one.id)
    assert not page.exception
    assert page.title[0].value == r"net\_\*of mine\*"
    text = said(page)
    for words in ("Ended, step 2", "steps counted by hand", "cannot be repeated", "in.weight"):
        assert words in text
    assert page.selectbox(key="watched_layer").options == ["in.weight", "out.weight"]
    page.selectbox(key="watched_layer").select("out.weight").run()
    assert not page.exception
    assert "out.weight: Linear, 20 × 90, float32" in said(page)
    (left,) = [frame.value for frame in page.dataframe if "Why" in frame.value]
    assert dict(zip(left["Parameter"], left["Why"], strict=True)) == {
        "tied.weight": "tied to a layer that is looked at",
        "gone.weight": "weights are not finite, or their squares overflow",
    }
    layers = next(frame.value for frame in page.dataframe if "Verdict" in frame.value)
    assert list(layers["Layer"]) == ["in.weight", "out.weight"]
    assert layers["Verdict"].all()


def test_they_stand_beside_the_runs_and_the_runs_stay_as_they_are(one, finished, open_page, said):
    run = finished()
    page = open_page("runs")
    assert not page.exception
    trainings, runs = (frame.value for frame in page.dataframe)
    assert list(trainings["Training"]) == [one.id]
    assert list(runs["Run"]) == [run]
    assert "1 run" in said(page)


def test_its_records_are_deleted_on_its_page(one, store, open_in_app):
    page = open_in_app("watched", id=one.id)
    page.button(key="watched_delete").click().run()
    assert watches_of(store).list() == []
    assert "There is no watched training" in page.error[0].value


def test_without_any_the_page_says_how_to_watch_one(open_page, said):
    page = open_page("watched")
    assert "hts.watch(model, optimizer" in said(page)
    assert open_page("runs").expander.len == 0


def test_students_see_none(one, open_as):
    assert "only admins" in open_as("Ann", "watched", id=one.id).error[0].value.lower()
    assert not [e for e in open_as("Ann", "runs").expander if "Watched" in e.label]


def test_as_a_run_it_is_refused_in_words(one, open_page, said):
    for name in ("train", "report"):
        page = open_page(name, run=one.id)
        assert not page.exception
        assert "is a watched training and no run" in said(page), name
