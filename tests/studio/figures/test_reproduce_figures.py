"""The figures of the Reproduce page on small records with known numbers."""

from __future__ import annotations

import dataclasses

import pytest

from hts.studio.figures.reproduce.forest import Difference, differences_card
from hts.studio.figures.reproduce.trade import Trade, trade_card
from hts.studio.figures.reproduce.trend import TrendLine, trend_card
from hts.studio.figures.theme import HEAVY

WORDS = {"name": "n", "title": "What it adds", "caption": "c"}


def line(**changes) -> TrendLine:
    values = {
        "name": "type III", "looks": HEAVY, "x": [2.0, 1.75], "mean": [12.0, 33.0],
        "low": [11.0, None], "high": [13.0, None], "runs": [[11.5, 12.5], [33.0]],
    }  # fmt: skip
    return TrendLine(**{**values, **changes})


def test_ratios_are_drawn_towards_heavier_tails_with_every_seed_as_a_dot():
    card = trend_card([line()], across="alpha", quiet=11.4, **WORDS)
    band, dots, mean = card.figure["data"]
    assert mean["x"] == [2.0, 1.75]
    assert mean["y"] == [12.0, 33.0]
    assert band["x"] == [2.0, 2.0]  # no interval where there is one seed
    assert list(zip(dots["x"], dots["y"], strict=True)) == [(2.0, 11.5), (2.0, 12.5), (1.75, 33.0)]
    first, last = card.figure["layout"]["xaxis"]["range"]
    assert first > 2 > 1.75 > last
    assert card.figure["layout"]["shapes"][0]["y0"] == 11.4
    assert "without noise 11.4 %; type III: 12.0 % at alpha 2, 33.0 % at alpha 1.75" in card.alt


def test_widths_are_on_a_logarithmic_axis_and_gaps_stay_gaps():
    card = trend_card([line(x=[2000, 10000], mean=[12.0, None])], across="n", **WORDS)
    assert card.figure["layout"]["xaxis"]["type"] == "log"
    assert card.figure["layout"]["xaxis"]["ticktext"] == ["2000", "10\u202f000"]
    assert card.figure["data"][2]["y"] == [12.0, None]
    assert "type III: 12.0 % at n 2000." in card.alt


@pytest.mark.parametrize("above", [True, False])
def test_differences_stand_against_their_margin_in_the_colour_of_their_verdict(above):
    rows = [
        Difference(name="Type I", mean=6.5, low=6.0, high=7.0, ruling="not supported"),
        Difference(name="Type II", mean=1.0, low=None, high=None, ruling="undecided"),
    ]
    card = differences_card(rows, across="points", margin=5.0, above=above, **WORDS)
    refused, open_ = card.figure["data"]
    assert (refused["name"], refused["x"], refused["y"]) == ("not supported", [6.5], ["Type I"])
    assert refused["error_x"]["array"] == [0.5]
    assert open_["error_x"]["array"] == [0.0]
    claimed, edge = card.figure["layout"]["shapes"]
    assert edge["x0"] == 5.0
    assert (claimed["x0"] if above else claimed["x1"]) == 5.0
    low, high = card.figure["layout"]["xaxis"]["range"]
    assert low < 1.0 < 7.0 < high
    assert card.figure["layout"]["yaxis"]["categoryarray"] == ["Type II", "Type I"]
    assert "Type I: 6.5 (6.0 to 7.0), not supported; Type II: 1.0, undecided" in card.alt


def test_gain_stands_against_cost_and_the_aim_is_shaded():
    trades = [
        Trade(kind="I", colour=0, sigma=0.1, gain=13.0, gain_ends=(10.0, 16.0), cost=0.5,
              cost_ends=(0.0, 1.0), ruling="supported"),
        Trade(kind="I", colour=0, sigma=1.0, gain=57.0, gain_ends=None, cost=12.0, cost_ends=None,
              ruling="not supported"),
    ]  # fmt: skip
    card = trade_card(trades, worth=5.0, holds=2.0, **WORDS)
    (points,) = card.figure["data"]
    assert (points["x"], points["y"]) == ([13.0, 57.0], [0.5, 12.0])
    assert points["marker"]["symbol"] == ["circle", "x"]
    assert points["text"] == ["σ 0.1", "σ 1"]
    aim = card.figure["layout"]["shapes"][0]
    assert (aim["x0"], aim["y1"]) == (5.0, 2.0)
    assert "type I at sigma 0.1: 13.0 points more can go, costing 0.5 points" in card.alt


def test_long_names_leave_room_for_what_they_name():
    name = "CNN on CIFAR-10 (subset of 4000+1000), type II"
    rows = [Difference(name=name, mean=1.0, low=0.0, high=2.0, ruling="supported")]
    card = differences_card(rows, across="points", margin=0.0, above=True, **WORDS)
    assert card.figure["layout"]["yaxis"]["ticktext"] == ["CNN on CIFAR-10, type II"]
    assert card.figure["data"][0]["y"] == [name]
    rows = [dataclasses.replace(rows[0], name="A network of many layers and a long name")]
    card = differences_card(rows, across="points", margin=0.0, above=True, **WORDS)
    assert "<br>" in card.figure["layout"]["yaxis"]["ticktext"][0]


def test_sigmas_of_different_types_stand_in_different_places():
    trades = [
        Trade(kind=kind, colour=i, sigma=sigma, gain=1.0, gain_ends=None, cost=0.0, cost_ends=None,
              ruling="undecided")
        for i, kind in enumerate(("I", "II", "III")) for sigma in (0.1, 1.0)
    ]  # fmt: skip
    card = trade_card(trades, worth=5.0, holds=2.0, **WORDS)
    places = [set(trace["textposition"]) for trace in card.figure["data"]]
    assert not set.intersection(*places)
    assert len(set.union(*places)) == sum(map(len, places))


def test_nothing_run_is_said():
    told = "Nothing has been run for it."
    assert trade_card([], worth=5.0, holds=2.0, **WORDS).empty == told
    card = differences_card([], across="points", margin=0.0, above=True, **WORDS)
    assert card.empty == told
