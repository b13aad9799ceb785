"""Decision regions and the drawn network: the slider, two runs, stores of before."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from hts.config import RunConfig
from hts.plane import Boundary, PlaneUnits, run_lengths
from hts.studio.figures.run import cards
from hts.studio.figures.run.boundary import decision_boundary
from hts.studio.figures.run.network import LINES, network_drawing
from hts.studio.figures.run.pruning import read_at
from hts.studio.figures.view import arms_of

SHARES = [0.0, 0.5, 0.9]


def traces(card, **wanted):
    return [t for t in card.figure["data"] if all(t.get(k) == v for k, v in wanted.items())]


def titles(card):
    return [mark["text"] for mark in card.figure["layout"]["annotations"]]


def recorded(run, flat_at: float, total: int = 40):
    """``run`` with regions at `SHARES`, one class only from ``flat_at`` on, and its units."""
    old: Boundary = run.snapshot.boundary
    whole = run_lengths(np.ravel(old.full))
    flat = [0, len(old.x) * len(old.y)]
    shown = min(total, 40)
    units = PlaneUnits(
        total=total,
        rank=[*range(30), *range(30, total, (total - 30) // 10)][:shown],
        weights=[[4.0 / (k + 1), 0.0, 3.0 / (k + 1)] for k in range(shown)],
        output=[[1.0, -1.0]] * shown,
    )
    runs = [flat if share >= flat_at else whole for share in SHARES]
    boundary = dataclasses.replace(old, shares=SHARES, runs=runs, units=units)
    snapshot = dataclasses.replace(run.snapshot, boundary=boundary)
    return dataclasses.replace(run, snapshot=snapshot)


@pytest.fixture
def heavy(main):
    return recorded(main, flat_at=0.9)


@pytest.fixture
def control(main):
    config = RunConfig(noise="gaussian")
    return recorded(
        dataclasses.replace(main, id="beside", label="the control", config=config), flat_at=0.5
    )


def test_two_runs_stand_side_by_side_at_the_share_of_the_slider(heavy, control):
    card = decision_boundary([heavy, control], pruned=0.55)
    left, right = traces(card, type="heatmap")
    assert left["z"] == heavy.snapshot.boundary.full
    assert {v for row in right["z"] for v in row} == {0}
    assert (left.get("xaxis", "x"), right["xaxis"]) == ("x", "x2")
    curve = heavy.snapshot.curve
    accuracy = read_at(curve.pruned, curve.test_accuracy, 0.5)
    expected = [
        f"{run.label}<br>50 % removed: {accuracy:.1f} % on test" for run in (heavy, control)
    ]
    assert titles(card) == expected
    later = decision_boundary([heavy, control], pruned=0.9)
    assert {v for row in traces(later, type="heatmap")[0]["z"] for v in row} == {0}


def test_heavy_tails_and_control_keep_their_colours(heavy, control):
    for draw in (decision_boundary, network_drawing):
        notes = draw([heavy, control], pruned=0.5).figure["layout"]["annotations"]
        assert [mark["font"]["color"] for mark in notes] == ["theme:0", "theme:1"]


def test_one_run_is_shown_before_and_after(heavy):
    card = decision_boundary([heavy], pruned=0.9)
    before, after = traces(card, type="heatmap")
    assert before["z"] == heavy.snapshot.boundary.full
    assert {v for row in after["z"] for v in row} == {0}
    changed = 100 * np.mean(np.array(before["z"]) != 0)
    assert f"pruning 90 % of units changes the answer on {changed:.1f} % of the plane" in card.alt


@pytest.mark.parametrize("pruned", [0.0, 0.8])
def test_a_run_of_before_is_shown_whole_and_at_squared_error_a_tenth(main, control, pruned):
    for runs in ([main], [main, control]):
        card = decision_boundary(runs, pruned=pruned)
        before, after = traces(card, type="heatmap")
        assert before["z"] == main.snapshot.boundary.full
        assert after["z"] == main.snapshot.boundary.pruned
        assert titles(card)[1].startswith(f"{main.snapshot.pruning_ratio:.3g} % removed")
    assert network_drawing([main], pruned=pruned) is None


def test_beside_a_control_of_before_the_run_is_alone_and_follows_the_slider(heavy, main):
    card = decision_boundary([heavy, main], pruned=0.9)
    assert titles(card)[0].startswith("all units")
    assert titles(card)[1].startswith("90 % removed")
    assert len(titles(network_drawing([heavy, main], pruned=0.9))) == 1


def test_the_line_runs_where_the_whole_network_changes_its_answer(heavy):
    line = traces(decision_boundary([heavy], pruned=0.9), mode="lines")[1]
    boundary = heavy.snapshot.boundary
    full, step = np.array(boundary.full), boundary.x[1] - boundary.x[0]
    edges = list(zip(line["x"][::3], line["y"][::3], line["x"][1::3], line["y"][1::3], strict=True))
    assert len(edges) == (full[1:] != full[:-1]).sum() + (full[:, 1:] != full[:, :-1]).sum()
    for x0, y0, x1, y1 in edges:
        across = np.array([y1 - y0, x1 - x0]) / 2  # from the middle of the edge into the cells
        cells = []
        for way in (-1, 1):
            x, y = np.array([x0 + x1, y0 + y1]) / 2 + way * across
            row, column = (round((v - boundary.x[0]) / step) for v in (y, x))
            cells.append(full[row, column])
        assert cells[0] != cells[1]


@pytest.mark.parametrize("draw", [decision_boundary, network_drawing])
def test_only_where_the_problem_is_two_dimensional(draw, twin):
    assert draw([twin], pruned=0.5) is None
    assert draw([dataclasses.replace(twin, snapshot=None)], pruned=0.5) is None
    assert draw([], pruned=0.5) is None


@pytest.mark.parametrize("draw", [decision_boundary, network_drawing])
def test_their_places_are_kept_until_the_first_snapshot(draw, main):
    new = dataclasses.replace(main, snapshot=None, config=RunConfig(data="moons"))
    card = draw([new], pruned=0.5)
    assert (card.figure, card.size) == (None, draw([recorded(main, 1)], pruned=0.5).size)
    assert card.empty


def test_units_that_the_slider_removes_fade(heavy):
    for pruned, left in ((0.0, 40), (0.51, 20), (0.96, 2), (1.0, 0)):
        card = network_drawing([heavy], pruned=pruned)
        faded, kept = (t for t in traces(card, mode="markers") if "customdata" in t)
        assert (len(faded["x"]), len(kept["x"])) == (40 - left, left)
        assert kept["customdata"] == pytest.approx([5 / (k + 1) for k in range(left)], rel=1e-3)
        assert kept["marker"]["color"] == "theme:0/85"
        assert titles(card)[0].startswith(f"{left} of 40 units left<br>")
        lines = sum(t["x"].count(None) for t in traces(card, mode="lines"))
        assert lines == min(left, LINES) * (3 + 2)


def test_the_area_of_a_disc_is_in_the_square_of_the_norm(heavy):
    card = network_drawing([heavy], pruned=0.0)
    (discs,) = (t for t in traces(card, mode="markers") if len(t["x"]) == 40)
    sizes = np.array(discs["marker"]["size"])
    assert sizes[0] / sizes[:8] == pytest.approx(range(1, 9), rel=0.02)
    assert (discs["x"][0], discs["y"][0]) == (0, 0)


def test_of_a_wide_layer_a_sample_is_drawn_and_said(main):
    card = network_drawing([recorded(main, 0.9, total=1000)], pruned=0.9)
    _, kept = (t for t in traces(card, mode="markers") if "customdata" in t)
    assert len(kept["x"]) == 30 + 1  # of ranks below 100: 0 to 29, then 30; the next is 127
    assert "drawn: the 31 largest and 9 of the other 969." in card.caption
    assert "100 of 1000 units left" in card.alt


def test_they_come_first_on_the_board(heavy, control):
    for runs in ([heavy], [heavy, control]):
        assert [card.id for card in cards(arms_of(runs), pruned=0.5)][:2] == ["boundary", "network"]


def test_of_more_than_two_runs_the_first_two_are_shown(heavy, control):
    third = dataclasses.replace(control, id="third", label="third")
    for draw in (decision_boundary, network_drawing):
        card = draw([heavy, control, third], pruned=0.5)
        assert [text.split("<br>")[0] for text in titles(card)] == [heavy.label, control.label]
