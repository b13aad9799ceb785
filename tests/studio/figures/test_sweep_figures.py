"""The heat map and the lines of a sweep on cells with known numbers."""

from __future__ import annotations

import dataclasses
import json
import re

import plotly.graph_objects as go
import pytest

from hts.studio.figures.run.board import encode_board
from hts.studio.figures.sweep_figures.lines import sweep_lines
from hts.studio.figures.sweep_figures.map import sweep_map
from hts.studio.figures.sweep_figures.view import SweepAxis, SweepCell, SweepView
from hts.studio.figures.theme import (
    GAUSSIAN,
    HEAVY,
    LIGHT,
    NOISE_FREE,
    paint,
    scale,
    series,
    two_sided,
)  # fmt: skip
from pages._parts.sweep.views import setting_axis

ALPHAS = SweepAxis(name="alpha", title="Alpha", labels=["1.5", "2"], numbers=[1.5, 2.0])
WIDTHS = SweepAxis(
    name="width", title="Width n", labels=["50", "100", "500"], numbers=[50, 100, 500]
)
NOISE = SweepAxis(name="noise", title="Noise type", labels=["I", "II"])
ONE = SweepAxis(name="", title="", labels=[""])


def cell(*values: float, half: float | None = None, **more: int) -> SweepCell:
    if not values:
        return SweepCell(**more)
    mean = sum(values) / len(values)
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return SweepCell(values=values, middle=mean, low=low, high=high, **more)


def view(**changes) -> SweepView:
    given = {
        "id": "sweep-1",
        "measure": "Pruning ratio",
        "says": "Units removable at squared error 0.1.",
        "unit": " %",
        "digits": 1,
        "x": ALPHAS,
        "y": WIDTHS,
        "cells": [
            [cell(40, 50, half=8.04), cell(12, half=None, pending=1, running=1)],
            [cell(60, 70, half=2), cell(pending=2)],
            [cell(80, 90, half=3, diverged=1), cell(diverged=2)],
        ],
        "fixed": "noise III",
    }
    return SweepView(**{**given, **changes})


def trace(card, **wanted):
    (found,) = [t for t in card.figure["data"] if all(t.get(k) == v for k, v in wanted.items())]
    return found


# -- heat map ------------------------------------------------------------------------------------


def test_a_cell_shows_its_mean_with_half_the_interval():
    means = trace(sweep_map(view()), texttemplate="%{text}")
    assert means["z"] == [[45.0, 12.0], [65.0, None], [85.0, None]]
    assert means["text"][0] == ["45.0<br>37–53", "12.0"]
    assert means["customdata"][2][1] == [1, 2]
    assert "noise" not in means["hovertext"][0][0]
    assert means["hovertext"][0][0] == (
        "<b>alpha 1.5, width 50</b><br>Pruning ratio: 45.0 % (37 to 53)<br>"
        "95 % interval 37.0 to 53.0<br>2 of 2 runs"
    )
    assert means["hovertext"][0][1].endswith("1 of 2 runs, 1 running")
    assert means["hovertext"][2][0].endswith("2 of 3 runs, 1 diverged")


def test_axes_are_categories_in_the_given_order():
    layout = sweep_map(view()).figure["layout"]
    assert layout["xaxis"]["ticktext"] == ["1.5", "2"]
    assert layout["yaxis"]["ticktext"] == ["50", "100", "500"]
    assert layout["yaxis"]["tickvals"] == [0, 1, 2]


def test_cells_without_a_result_are_blank_and_say_why():
    card = sweep_map(view())
    states = trace(card, mode="text")
    assert list(zip(states["x"], states["y"], states["text"], strict=True)) == [
        (1, 1, "waiting"),
        (1, 2, "diverged"),
    ]
    blank = card.figure["data"][0]
    assert blank["z"] == [[None, None], [None, 1], [None, 1]]


def test_cells_with_trouble_carry_a_cross_which_the_caption_explains():
    card = sweep_map(view())
    crosses = trace(card, mode="markers")
    assert len(crosses["x"]) == 2
    assert "cross" in card.caption
    calm = sweep_map(view(cells=[[cell(1.0), cell(2.0)]] * 3))
    assert "cross" not in calm.caption


def test_the_chosen_cell_is_outlined():
    (box,) = sweep_map(view(chosen=(1, 2))).figure["layout"]["shapes"]
    assert (box["x0"] + box["x1"]) / 2 == 1
    assert (box["y0"] + box["y1"]) / 2 == 2
    assert sweep_map(view()).figure["layout"]["shapes"] == []


def test_small_cells_leave_out_what_has_no_room():
    many = dataclasses.replace(ALPHAS, labels=[str(i) for i in range(12)], numbers=range(12))
    wide = view(x=many, cells=[[cell(40, 50, half=8)] * 12] * 3)
    card = sweep_map(wide)
    assert card.size == "full"
    assert trace(card, texttemplate="%{text}")["text"][0][0] == "45.0"
    more = dataclasses.replace(ALPHAS, labels=[str(i) for i in range(30)], numbers=range(30))
    card = sweep_map(view(x=more, cells=[[cell(40, 50, half=8)] * 30] * 3))
    assert trace(card, texttemplate="%{text}")["text"][0][0] == ""


def test_equal_values_have_a_colour_of_their_own():
    means = trace(sweep_map(view(cells=[[cell(5.0), cell(5.0)]] * 3)), texttemplate="%{text}")
    assert means["zmin"] < 5 < means["zmax"]


def test_the_map_says_its_numbers_in_words():
    told = sweep_map(view()).alt
    assert "alpha 1.5, width 50: 45.0 % (37 to 53)" in told
    assert "1 run still to come" not in told
    assert "3 runs still to come" in told
    assert "3 runs diverged" in told
    nothing = sweep_map(view(cells=[[cell(pending=2), cell(pending=2)]] * 3)).alt
    assert "no result yet" in nothing
    many = dataclasses.replace(ALPHAS, labels=list("abcdefg"), numbers=None)
    row = [cell(float(i), float(i + 2), half=1.0) for i in range(7)]
    told = sweep_map(view(x=many, cells=[row] * 3)).alt
    assert "lowest 1.0 % (0 to 2) at alpha a, width 50" in told.replace("Lowest", "lowest")
    assert "highest 7.0 % (6 to 8) at alpha g, width 50" in told


def test_an_interval_that_lies_unevenly_is_given_by_its_ends():
    share = SweepCell(values=[0.0, 100.0, 0.0], middle=33.3, low=6.15, high=79.2)
    card = sweep_map(view(y=ONE, cells=[[share, cell(12)]]))
    assert trace(card, texttemplate="%{text}")["text"] == [["33.3<br>6–79", "12.0"]]
    assert "alpha 1.5: 33.3 % (6 to 79)" in card.alt


def test_a_measure_may_be_negative_but_never_minus_zero():
    shown = view(unit="", digits=2)
    assert shown.number(-0.001) == "0.00"
    assert shown.number(-1.25) == "−1.25"
    assert shown.number(None) == "–"


def test_one_setting_makes_one_row():
    card = sweep_map(view(y=ONE, cells=[[cell(40, 50, half=8), cell(12)]]))
    assert card.figure["layout"]["yaxis"]["title"]["text"] == ""
    assert "alpha 1.5: 45.0 %" in card.alt


# -- lines ---------------------------------------------------------------------------------------


def test_lines_lie_at_the_values_with_bands_and_dots():
    card = sweep_lines(view())
    line = trace(card, name="width 50", mode="lines+markers")
    assert line["x"] == [1.5, 2.0]
    assert line["y"] == [45.0, 12.0]
    dots = [t for t in card.figure["data"] if t.get("mode") == "markers"]
    assert dots[0]["y"] == [40.0, 50.0, 12.0]
    assert dots[2]["customdata"] == [[0, 2], [0, 2]]
    bands = [t for t in card.figure["data"] if t.get("fill") == "toself"]
    assert len(bands) == 3
    assert bands[0]["y"] == [36.96, 53.04]  # the place with one run has no interval


def test_axis_is_logarithmic_over_a_wide_span_and_categorical_for_words():
    turned = view(x=WIDTHS, y=ALPHAS, cells=[[cell(1.0)] * 3, [cell(2.0)] * 3])
    axis = sweep_lines(turned).figure["layout"]["xaxis"]
    assert axis["type"] == "log"
    assert axis["tickvals"] == [50, 100, 500]
    assert sweep_lines(view()).figure["layout"]["xaxis"]["type"] == "linear"
    words = sweep_lines(view(x=NOISE)).figure["layout"]["xaxis"]
    assert words["ticktext"] == ["I", "II"]
    assert words["tickvals"] == [0, 1]


def test_between_words_there_is_no_line_and_points_stand_side_by_side():
    card = sweep_lines(view(x=NOISE))
    points = [t for t in card.figure["data"] if t.get("error_y")]
    assert [t["mode"] for t in points] == ["markers"] * 3
    assert not [t for t in card.figure["data"] if t.get("fill")]
    first, middle, last = (t["x"] for t in points)
    assert middle == [0, 1]
    assert first[0] < 0 < last[0] < 0.5
    assert "one colour per width; bars" in card.caption


def test_many_lines_have_bars_instead_of_bands():
    many = SweepAxis(name="lr", title="Learning rate", labels=list("abcde"))
    card = sweep_lines(view(y=many, cells=[[cell(40, 50, half=8), cell(12)]] * 5))
    assert not [t for t in card.figure["data"] if t.get("fill")]
    bars = trace(card, name="lr c", mode="lines+markers")["error_y"]
    assert bars["array"] == [8.0, None]
    assert bars["arrayminus"] == [8.0, None]


def test_lines_say_both_ends_and_wait_for_the_first_result():
    assert (
        "width 50: 45.0 % (37 to 53) at alpha 1.5 and 12.0 % at alpha 2" in sweep_lines(view()).alt
    )
    empty = sweep_lines(view(cells=[[cell(pending=1), cell(pending=1)]] * 3))
    assert empty.figure is None
    assert empty.empty
    single = sweep_lines(view(y=ONE, cells=[[cell(40, 50, half=8), cell(12)]]))
    assert single.figure["layout"]["showlegend"] is False


# -- both ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [sweep_map, sweep_lines])
def test_plotly_accepts_the_figure_in_colours_of_the_theme(draw):
    card = draw(view(chosen=(0, 0)))
    figure = go.Figure(paint(card.figure))
    assert figure.layout.uirevision.startswith("sweep-1")
    text = encode_board({"cards": [card.payload()]}).decode()
    assert json.loads(text)["cards"][0]["pick"] is True
    assert not re.search(r'"#[0-9a-fA-F]{3,8}"', text)
    assert set(re.findall(r'"theme:(\w+)', text)) <= set(LIGHT)
    assert card.caption.endswith(".")
    assert card.alt.endswith(".")


def test_the_colour_scale_goes_from_the_background_to_what_stands_out():
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    steps = [lightness(colour) for _, colour in paint(scale())]
    assert steps == sorted(steps, reverse=True)
    assert len(set(steps)) == 10


def test_alphas_run_to_heavier_tails_on_the_right_on_both_figures():
    falling = dataclasses.replace(ALPHAS, falling=True)
    shown = view(x=falling, y=ONE, cells=[[cell(40), cell(12)]])
    for card in (sweep_lines(shown), sweep_map(shown)):
        left, right = card.figure["layout"]["xaxis"]["range"]
        assert left > right


def test_lines_of_noises_look_as_these_noises_do_everywhere():
    kinds = ("II", "gaussian", "none")
    y = setting_axis("noise", kinds)
    card = sweep_lines(view(y=y, cells=[[cell(40), cell(12)]] * 3))
    for kind, drawn in zip(kinds, (HEAVY, GAUSSIAN, NOISE_FREE), strict=True):
        found = trace(card, name=f"noise {kind}", mode="lines+markers")
        assert found["line"]["color"] == series(drawn.colour)
        assert found["line"]["dash"] == drawn.dash
        assert found["marker"]["symbol"] == drawn.symbol


# -- differences ---------------------------------------------------------------------------------


def differences(**changes) -> SweepView:
    gain = SweepCell(values=[10, 20, 30], middle=20.0, low=10.0, high=30.0, level=0.75)
    loss = SweepCell(values=[-9, 1], middle=-4.0, low=-9.0, high=1.0, level=0.5)
    given = {
        "cells": [[loss, gain]], "y": ONE, "unit": " points", "signed": True,
        "without": "Old runs have none.",
    }  # fmt: skip
    return view(**{**given, **changes})


def test_differences_have_a_scale_about_0_signs_and_a_verdict():
    card = sweep_map(differences())
    means = trace(card, texttemplate="%{text}")
    assert means["zmin"] == -means["zmax"] < -20
    assert means["text"] == [["−4.0<br>−9 to +1", "+20.0<br>+10 to +30"]]
    loss, gain = means["hovertext"][0]
    assert "no clear difference" in loss
    assert "50 % interval −9.0 to +1.0" in loss
    assert "noise gains 20.0 points" in gain
    assert "Medians over seeds with 50 to 75 % intervals" in card.caption
    assert "Old runs have none." not in card.caption
    absent = differences(cells=[[cell(absent=2), cell(1)]])
    assert "Old runs have none." in sweep_map(absent).caption
    worse = SweepCell(values=[-9, -5], middle=-7.0, low=-9.0, high=-5.0)
    assert differences().verdict(worse) == "noise costs 7.0 points"
    assert view().verdict(worse) == ""


def test_gains_and_losses_differ_in_hue_and_nothing_has_neither():
    ends = dict(paint(two_sided()))
    assert ends[0] == LIGHT["3"]
    assert ends[0.5] == LIGHT["grid"]
    assert ends[1] == LIGHT["s8"]


def test_useless_networks_are_named_in_their_cell_and_marked():
    cells = [[cell(40, useless=1), cell(useless=2)]]
    shown = view(cells=cells, y=ONE, x=ALPHAS)
    card = sweep_map(shown)
    assert "diverged, failed or came to nothing; they do not enter the median" in card.caption
    assert cells[0][1].state == "useless"
    assert "3 runs came to nothing" in shown.troubles()
    assert "came to nothing" not in sweep_map(view()).caption


def test_an_index_at_the_end_of_its_search_is_marked():
    assert view(unit="", digits=2, index=True).number(0.25) == "≤ 0.25"
    assert view(unit="", digits=2, index=True).number(1.75) == "1.75"
