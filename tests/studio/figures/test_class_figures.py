"""The figures of the Class page on small boards with known numbers."""

from __future__ import annotations

import numpy as np
import pytest

from hts.studio.figures.classroom.predictions import prediction_card
from hts.studio.figures.classroom.scatter import NO_NOISE, class_scatter
from hts.studio.figures.classroom.view import ClassPoint, ClassView, Predictions


def point(**changes) -> ClassPoint:
    values = {
        "run": "0123456789-1", "alpha": 1.75, "ratio": 80.0, "before": 93.0, "after": 92.5,
        "names": ("Ada",), "met": None, "mine": False,
    }  # fmt: skip
    return ClassPoint(**{**values, **changes})


def view(*points: ClassPoint, **changes) -> ClassView:
    values = {
        "id": "class-1", "points": points, "goal": "", "line": None, "line_words": "",
        "frozen": False, "one_alpha": False,
    }  # fmt: skip
    return ClassView(**{**values, **changes})


def asked(**changes) -> Predictions:
    values = {
        "question": "How many go?", "counts": None, "numbers": (), "unit": "%", "truth": None,
        "mine": None,
    }  # fmt: skip
    return Predictions(**{**values, **changes})


def test_a_run_stands_at_its_alpha_and_without_noise_beyond_the_gaussian_end():
    card = class_scatter(view(point(), point(alpha=None, ratio=12.0)))
    (runs,) = card.figure["data"]
    assert (runs["x"], runs["y"]) == ([1.75, NO_NOISE], [80.0, 12.0])
    left, right = card.figure["layout"]["xaxis"]["range"]  # tails grow heavier to the right
    assert left > NO_NOISE > 1.75 > right
    assert card.figure["layout"]["xaxis"]["ticktext"][-1] == "none"
    assert (
        "2 runs of the class; first is Ada with 80.0 % of units removed at alpha 1.75" in card.alt
    )


def test_who_misses_the_goal_is_a_cross_and_ones_own_have_a_ring():
    points = (point(met=True, mine=True), point(met=False, ratio=90.0, names=("Bo",)))
    card = class_scatter(view(*points, goal="Lose one point.", line=80.0, line_words="to beat"))
    crosses, circles, rings = card.figure["data"]
    assert (crosses["marker"]["symbol"], crosses["y"]) == ("x", [90.0])
    assert (circles["marker"]["symbol"], circles["y"]) == ("circle", [80.0])
    assert (rings["name"], rings["y"]) == ("yours", [80.0])
    assert rings["marker"]["size"][0] > circles["marker"]["size"][0]
    assert card.figure["layout"]["shapes"][0]["y0"] == 80.0
    assert "1 meet the goal: Lose one point" in card.alt


def test_where_everybody_has_the_same_noise_accuracy_is_the_axis():
    card = class_scatter(view(point(), point(after=61.0, ratio=90.0, mine=True), one_alpha=True))
    runs, rings = card.figure["data"]
    assert (runs["x"], runs["y"]) == ([92.5, 61.0], [80.0, 90.0])
    assert rings["x"] == [61.0]
    assert "coloraxis" not in card.figure["layout"]
    low, high = card.figure["layout"]["xaxis"]["range"]
    assert low < 61 < 92.5 < high


def test_what_several_asked_for_is_larger_and_says_who():
    names = tuple(f"S{place}" for place in range(10))
    card = class_scatter(view(point(), point(names=names)))
    small, large = card.figure["data"][0]["marker"]["size"]
    assert large > small
    assert "S7 and 2 more" in card.figure["data"][0]["hovertext"][1]


@pytest.mark.parametrize("card", [
    class_scatter(view(frozen=True), large=True),
    prediction_card(asked(), keep="class-1", large=True),
])  # fmt: skip
def test_before_there_is_anything_it_says_what_will_come(card):
    assert card.figure is None
    assert card.size == "screen"


def test_choices_are_counted_and_the_truth_is_marked():
    given = asked(counts={"more": 3, "fewer": 0, "as many": 1}, truth="more", unit="")
    card = prediction_card(given, keep="class-1")
    (bars,) = card.figure["data"]
    assert bars["x"] == [3, 0, 1]
    assert bars["text"] == ["3 ✓", "0", "1"]
    assert len({str(colour) for colour in bars["marker"]["color"]}) == 2
    assert card.caption == "How many go? 4 answers; the truth is marked."
    assert "more: 3; fewer: 0; as many: 1; the truth is more" in card.alt


@pytest.mark.parametrize(
    "numbers", [(50.0,), (0.0, 0.0), (-3.5, 12.0, 99.0), (1e6, 2e6), (80.0,) * 30]
)
def test_every_number_is_in_a_bar_and_truth_and_own_answer_are_lines(numbers):
    given = asked(numbers=numbers, truth=42.0, mine=numbers[0])
    card = prediction_card(given, keep="class-1")
    (bars,) = card.figure["data"]
    assert sum(bars["y"]) == len(numbers)
    edges = np.array(bars["x"]) - np.array(bars["width"]) / 2
    assert edges[0] <= min(*numbers, 42.0)
    assert edges[-1] + bars["width"][-1] >= max(*numbers, 42.0)
    assert len(edges) <= 14
    assert [shape["x0"] for shape in card.figure["layout"]["shapes"]] == [42.0, numbers[0]]
    room = prediction_card(given, keep="class-1", large=True).figure["layout"]
    assert {note["font"]["size"] for note in room["annotations"]} == {22}
