"""The figures of the Reproduce page on small records with known numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from hts.paired.median import medians_of
from hts.studio.figures.reproduce.courses import Course, curves_card, trend_card
from hts.studio.figures.reproduce.forest import Difference, differences_card
from hts.studio.figures.theme import HEAVY, NOISE_FREE, named

WORDS = {"name": "n", "title": "What it adds", "caption": "c"}


@pytest.mark.parametrize("above", [True, False])
def test_differences_stand_against_their_margin_in_the_colour_of_their_verdict(above):
    rows = [
        Difference(name="Type I", median=6.5, low=6.0, high=7.0, ruling="not supported"),
        Difference(name="Type II", median=1.0, low=0.5, high=1.5, ruling="undecided"),
    ]
    card = differences_card(rows, across="points", margin=5.0, above=above, **WORDS)
    refused, open_ = card.figure["data"]
    assert (refused["name"], refused["x"], refused["y"]) == ("not supported", [6.5], ["Type I"])
    assert refused["error_x"]["array"] == [0.5]
    assert open_["error_x"]["array"] == [0.5]
    claimed, edge = card.figure["layout"]["shapes"]
    assert edge["x0"] == 5.0
    assert (claimed["x0"] if above else claimed["x1"]) == 5.0
    low, high = card.figure["layout"]["xaxis"]["range"]
    assert low < 0.5 < 7.0 < high
    assert card.figure["layout"]["yaxis"]["categoryarray"] == ["Type II", "Type I"]
    assert "Type I: 6.5 (6.0 to 7.0), not supported; Type II: 1.0 (0.5 to 1.5)" in card.alt


@pytest.mark.parametrize(
    ("above", "ends", "anchor"),
    [
        (True, (1.0, 9.0), "left"),
        (True, (-9.0, -1.0), "right"),  # nothing but the margin at the right end
        (False, (-9.0, -1.0), "right"),
        (False, (1.0, 9.0), "left"),
    ],
)
def test_where_the_claim_begins_is_written_inside_the_figure(above, ends, anchor):
    low, high = ends
    rows = [
        Difference(name="Type I", median=(low + high) / 2, low=low, high=high, ruling="undecided")
    ]
    card = differences_card(rows, across="points", margin=0.0, above=above, **WORDS)
    (note,) = card.figure["layout"]["annotations"]
    assert (note["x"], note["xanchor"]) == (0.0, anchor)
    assert "claimed" in note["text"]


def test_long_names_leave_room_for_what_they_name():
    name = "CNN on CIFAR-10 (subset of 4000+1000), type II"
    rows = [Difference(name=name, median=1.0, low=0.0, high=2.0, ruling="supported")]
    card = differences_card(rows, across="points", margin=0.0, above=True, **WORDS)
    assert card.figure["layout"]["yaxis"]["ticktext"] == ["CNN on CIFAR-10, type II"]
    assert card.figure["data"][0]["y"] == [name]
    rows = [dataclasses.replace(rows[0], name="A network of many layers and a long name")]
    card = differences_card(rows, across="points", margin=0.0, above=True, **WORDS)
    assert "<br>" in card.figure["layout"]["yaxis"]["ticktext"][0]


def test_nothing_run_is_said():
    card = differences_card([], across="points", margin=0.0, above=True, **WORDS)
    assert card.empty == "Nothing has been run for it."


def test_courses_stand_beside_their_controls_with_heavier_tails_to_the_right():
    rows = np.array([[10.0, 20.0, 60.0]] * 20)
    courses = [
        Course(name="type III", medians=medians_of(rows), stability=1.0),
        Course(name="no noise", medians=medians_of(rows / 10), stability=None),
    ]
    card = trend_card(courses, over="alpha", at=(2.0, 1.75, 1.5), up="share", **WORDS)
    _, heavy, _, quiet = card.figure["data"]
    assert (heavy["x"], heavy["y"]) == ([2.0, 1.75, 1.5], [10.0, 20.0, 60.0])
    assert heavy["line"]["color"] == named(HEAVY.colour)
    assert quiet["line"]["color"] == named(NOISE_FREE.colour)
    left, right = card.figure["layout"]["xaxis"]["range"]
    assert left > right
    assert "type III: 10.0 % at 2, 20.0 % at 1.75, 60.0 % at 1.5" in card.alt


def test_controls_at_equal_steps_are_thin_and_named():
    medians = medians_of(np.array([[90.0, 50.0]] * 20))
    courses = [
        Course(name="Gaussian", medians=medians, stability=2.0),
        Course(name="Gaussian", medians=medians, stability=2.0, again=True),
    ]
    card = curves_card(courses, at=(0.0, 80.0), **WORDS)
    _, plain, thin = card.figure["data"]
    assert thin["name"] == "Gaussian, equal steps"
    assert thin["line"]["width"] < plain["line"]["width"]
    assert thin["line"]["color"] == plain["line"]["color"]


def test_a_figure_of_many_rows_is_as_high_as_they_need():
    row = Difference(name="", median=1.0, low=0.0, high=2.0, ruling="undecided")
    few, many = (
        differences_card([dataclasses.replace(row, name=f"n {i}") for i in range(count)],
                         across="points", margin=0.0, above=True, **WORDS).height
        for count in (12, 24)
    )  # fmt: skip
    assert many - few >= 12 * 20
