"""Small pieces the figures are made of."""

from __future__ import annotations

import math

import pytest

from hts.noise.types import NOISE_TYPES
from hts.studio.figures import words
from hts.studio.figures.axes import alpha_axis, band, log_axis, positive, short, thin
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.theme import (
    GAUSSIAN,
    HEAVY,
    LIGHT,
    NOISE_FREE,
    idea,
    ideas,
    named,
    paint,
    series,
)


def test_short_keeps_five_digits_and_drops_what_is_not_finite():
    given = [123456.0, 0.000123456, -7.0, 0.0, None, math.nan, math.inf]
    assert short(given) == [123460.0, 0.00012346, -7.0, 0.0, None, None, None]
    assert short([]) == []
    assert positive([1.0, 0.0, -1.0, None]) == [1.0, None, None, None]


@pytest.mark.parametrize("length", [1, 399, 400, 401, 1000, 5001])
def test_thin_keeps_the_last_record_and_points_stay_while_a_run_grows(length):
    kept = thin(range(length))
    assert len(kept) <= 401
    assert kept[-1] == length - 1
    assert kept[0] == 0
    if length > 1:
        longer = thin(range(length + 1))
        assert set(longer[:-1]) <= {*kept, length} or len(longer) < len(kept)


def test_read_at_is_the_line_between_points_and_stays_at_the_ends():
    x, y = [0.0, 0.5, 1.0], [90.0, 80.0, 10.0]
    assert read_at(x, y, 0.25) == 85
    assert read_at(x, y, 0.5) == 80
    assert read_at(x, y, 1.0) == 10
    assert read_at(x, y, -1.0) == 90
    assert read_at(x, y, 2.0) == 10


def test_log_axis_widens_to_half_decades_and_labels_what_is_inside():
    wide = log_axis("x", 0.002, 400.0)
    assert wide["range"] == [-3.0, 3.0]
    assert wide["ticktext"][0] == "10<sup>−3</sup>"
    narrow = log_axis("x", 4.0, 30.0)
    assert narrow["range"] == [0.5, 1.5]
    assert narrow["ticktext"] == ["5", "10", "20"]


def test_band_leaves_out_missing_places():
    drawn = band([1, 2, 3], [1.0, None, 3.0], [2.0, 2.0, 4.0], 0)
    assert drawn["x"] == [1, 3, 3, 1]
    assert drawn["y"] == [1.0, 3.0, 4.0, 2.0]


def test_colours_by_name():
    assert series(8) == "theme:1"
    assert named("text", 40) == "theme:text/40"
    painted = paint({"a": ["theme:0/50", "theme:text", "theme: park"], "b": 3})
    assert painted == {"a": ["rgba(15,110,132,0.5)", "#0d1416", "theme: park"], "b": 3}


def test_words():
    assert words.percent(94.25) == "94.2 %"
    assert words.percent(math.nan) == words.percent(None) == "–"
    assert words.count(9999) == "9999"
    assert words.count(280000) == "280\u202f000"
    assert [words.duration(s) for s in (0, 45, 180, 4800)] == ["0 s", "45 s", "3 min", "80 min"]
    assert words.duration(7500) == "2 h 05 min"
    assert words.sentence(["one", "", "two"]) == "One; two."


def test_every_noise_type_stands_for_the_idea_that_its_stability_index_says():
    found = {name: idea(kind) for name, kind in NOISE_TYPES.items()}
    assert found.pop("none") is NOISE_FREE
    assert found.pop("gaussian") is GAUSSIAN
    assert len(found) >= 3
    assert set(found.values()) == {HEAVY}
    assert idea(NOISE_TYPES["III"], 2.0) is GAUSSIAN
    assert idea(NOISE_TYPES["none"], 2.0) is NOISE_FREE
    assert [LIGHT[str(i.colour)] for i in (HEAVY, GAUSSIAN)] == ["#0f6e84", "#d1603d"]


def test_several_heavy_tails_in_one_figure_differ_in_shade_symbol_and_dash():
    found = ideas([1.75, 2.0, 1.2, None, 0.5])
    assert (found[0], found[1], found[3]) == (HEAVY, GAUSSIAN, NOISE_FREE)
    for part in ("colour", "symbol", "dash"):
        assert len({getattr(one, part) for one in found}) == 5, part


@pytest.mark.parametrize(("stability", "plain"), [(2.0, GAUSSIAN), (None, NOISE_FREE)])
def test_several_controls_of_one_idea_keep_its_colour_and_differ_in_symbol_and_dash(
    stability, plain
):
    found = ideas([stability] * 5)
    assert found[0] == plain
    assert {one.colour for one in found} == {plain.colour}
    assert len({one.symbol for one in found}) == len({one.dash for one in found}) == 5


def test_an_axis_over_alpha_has_heavier_tails_on_the_right():
    assert alpha_axis(0.5, 2.0)["range"] == [2.0, 0.5]
