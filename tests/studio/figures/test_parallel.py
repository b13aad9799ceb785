"""Parallel coordinates: where lines cross the axes, and what is said of them."""

from __future__ import annotations

from hts.studio.figures.parallel import NONE, Across, parallel


def test_numbers_lie_between_their_ends_and_wide_ones_by_their_logarithm():
    assert Across(title="a", values=[1.5, 2.0, 1.75]).places() == [0.0, 1.0, 0.5]
    wide = Across(title="lr", values=[0.01, 1.0, 0.1])
    assert wide.log
    assert [round(place, 9) for place in wide.places()] == [0.0, 1.0, 0.5]
    assert Across(title="same", values=[3, 3]).places() == [0.5, 0.5]


def test_words_have_a_place_each_and_what_is_missing_lies_below():
    noise = Across(title="noise", values=["III", None, "I", "II"])
    assert noise.places() == [1.0, NONE, 0.0, 0.5]
    assert noise.ticks() == ["I", "II", "III", None]
    assert [noise.said(value) for value in ("mean_field", None)] == ["mean field", "none"]


def test_every_run_is_a_line_whose_colour_tells_the_last_axis():
    axes = [
        Across(title="Alpha", values=[1.5, 2.0, None]),
        Across(title="Accuracy, %", values=[90.04, 80.0, 70.0], digits=1),
    ]
    card = parallel(["one", "two <b>", "three"], axes, keep="x", what="a run")
    data = card.figure["data"]
    assert [trace["y"] for trace in data] == [[0.0, 1.0], [1.0, 0.499], [NONE, 0.0]]
    colours = [trace["line"]["color"] for trace in data]
    assert colours == ["theme:s9", "theme:s6", "theme:s3"]
    assert "<b>" not in data[1]["name"]
    assert data[0]["text"] == ["Alpha 1.5", "Accuracy, % 90.0"]
    assert "one: alpha 1.5, accuracy, % 90.0" in card.alt
    assert "What a line does not have is at the bottom." in card.caption
    whole = parallel(["one", "two"], [Across(title="a", values=[1, 2])] * 2, keep="x", what="a run")
    assert "at the bottom" not in whole.caption


def test_many_values_are_told_by_their_ends():
    assert Across(title="a", values=list(range(20))).ticks() == [0, 19]
