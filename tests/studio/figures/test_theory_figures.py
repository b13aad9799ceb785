"""Figures of the theory's experiments on results with known numbers."""

from __future__ import annotations

import math

import pytest
from theory_factories import chaos_result, euler_result, width_result

from hts.studio.figures.theory.card import guide, titles
from hts.studio.figures.theory.chaos import chaos_error, chaos_law, chaos_pairs
from hts.studio.figures.theory.curves import (
    INFINITE,
    NOTHING,
    emergent_index,
    euler_error,
    euler_width,
)
from hts.studio.figures.theory.laws import (
    limit_distance,
    line_law,
    plane_law,
    plane_output,
    sizes,
)
from hts.studio.figures.theory.width import regime_error, regime_steps, width_error, width_reach
from hts.theory import files
from hts.theory.records import ChaosResult, WidthResult
from hts.theory.settings import Case


def names(card, *, legend: bool = True) -> list[str]:
    return [t["name"] for t in card.figure["data"]
            if "name" in t and (t.get("showlegend", True) or not legend)]  # fmt: skip


def test_a_type_is_named_only_where_it_tells_noises_apart():
    heavy, light, none = Case("III", 1.5), Case("III", 2.0), Case("none", None)
    assert titles([heavy, light, none]) == ["α 1.5", "α 2", "no noise"]
    assert titles([heavy, Case("II", 1.5)]) == ["type III, α 1.5", "type II, α 1.5"]
    assert titles([heavy]) == ["type III, α 1.5"]


@pytest.mark.parametrize("show", [chaos_error, chaos_pairs, chaos_law])
def test_one_noise_in_front_and_all_others_under_one_name(show):
    one, other = chaos_result(slope=-0.5).cases[0], chaos_result(slope=-0.3).cases[0]
    result = ChaosResult(settings=chaos_result(slope=-0.5).settings, cases=[one, other, other])
    card = show(result, 0)
    assert names(card)[0] == "other noises"
    assert names(card).count("other noises") == 1
    lines = [t for t in card.figure["data"] if t.get("name") == "other noises"]
    assert len(lines) == 2
    assert "other noises" not in names(show(chaos_result(slope=-0.5), 0))


def test_the_guide_has_the_slope_that_is_expected():
    trace = guide([1.0, 10.0, 100.0], [3.0, 0.5, 0.02], -1 / 3)
    assert trace["name"] == "slope −1/3"
    assert trace["y"][0] / trace["y"][2] == pytest.approx(100 ** (1 / 3), rel=1e-4)
    assert guide([1.0, 10.0], [1.0, 2.0], -0.4286)["name"] == "slope −0.43"
    relu = chaos_error(chaos_result(slope=-0.4, activation="relu"), 0)
    assert "slope −0.43" in names(relu)
    assert "−0.4" in relu.caption


def test_only_the_mean_unit_is_in_the_legend_of_eulers_error():
    for card in (euler_error(euler_result(slope=1.0)), euler_width(euler_result(slope=1.0))):
        assert names(card) == ["type III, α 2"]
        assert len(names(card, legend=False)) == 2


def test_relative_errors_fill_their_axis():
    card = width_error(width_result(alpha=1.5, slope=-0.3), 0)
    low, high = card.figure["layout"]["yaxis"]["range"]
    assert 10**low == pytest.approx(0.93 * 0.69)
    assert 1 < 10**high < 1.1
    across = card.figure["layout"]["xaxis"]["range"]
    assert across == pytest.approx([math.log10(10) - 0.04, math.log10(1000) + 0.04])


def test_the_smallest_width_is_told():
    result = width_result(alpha=1.5, slope=-0.3)
    assert "from n = 100" in width_reach(result, 0.5, 0.5).caption
    assert "not reached" in width_reach(result, 0.1, 0.5).caption
    assert width_reach(result, 0.5, 0.5).figure["data"][0]["y"] == [0, 90, 100]


def test_the_theorems_steps_are_shown_whether_they_were_run_or_not():
    result = width_result(alpha=1.5, slope=-0.3)
    error, steps = regime_error(result, 0), regime_steps(result)
    assert [t["y"] for t in error.figure["data"]] == [[0.8], [0.81]]
    assert steps.figure["data"][0]["marker"]["symbol"] == ["circle", "circle-open"]
    assert steps.figure["data"][0]["y"] == [113, 357_000]
    nothing = WidthResult(settings=result.settings, cases=result.cases, regime=[])
    assert regime_error(nothing, 0).figure is None
    assert regime_steps(nothing).figure is None


def test_noises_are_told_apart_by_their_symbols_too():
    shipped = {name: files.read(name, files.shipped(name)).result for name in ("euler", "width")}
    reach = shipped["width"].settings
    for card in (
        euler_error(shipped["euler"]), euler_width(shipped["euler"]),
        width_error(shipped["width"], 0), regime_steps(shipped["width"]),
        width_reach(shipped["width"], reach.kappas[0], reach.errors[0]),
    ):  # fmt: skip
        named = [t for t in card.figure["data"] if t.get("name") and t.get("showlegend", True)]
        symbols = [str(trace["marker"]["symbol"]) for trace in named]
        assert len(set(symbols)) == len(symbols) > 1, card.title


def test_every_width_that_was_run_has_a_tick():
    result = files.read("width", files.shipped("width")).result
    across = regime_error(result, 0).figure["layout"]["xaxis"]
    ran = sorted({row.width for row in result.regime if row.theorem is not None})
    assert across["tickvals"] == ran
    assert across["ticktext"] == [str(width) for width in ran]


def test_systems_of_the_limit_law_keep_their_names_and_colours():
    result = files.read("limit", files.shipped("limit")).result
    cards = [*(line_law(result, place, -1) for place in (0, 1)), plane_law(result, -1),
             plane_output(result, -1)]  # fmt: skip
    seen: dict[str, set[str]] = {}
    for trace in (trace for card in cards for trace in card.figure["data"] if "name" in trace):
        drawn = trace["line"] if trace["mode"] == "lines" else trace["marker"]
        seen.setdefault(trace["name"], set()).add(drawn["color"])
    few, many = sizes(result)
    assert {few, many} == {"100 units", "100\u202f000 units"}
    assert len(seen[few]) == len(seen[many]) == 1
    assert len(set.union(*seen.values())) == len(seen)  # nor has a colour two meanings
    distances = limit_distance(result).figure["data"]
    assert not {t["line"].get("color") for t in distances} & (seen[few] | seen[many])


def test_the_lines_of_the_emergent_tails_are_named_above_the_curve():
    result = files.read("emergent", files.shipped("emergent")).result
    layout = emergent_index(result).figure["layout"]
    named = {note["text"]: note["x"] for note in layout["annotations"]}
    assert named == {INFINITE: result.critical, NOTHING: result.divergence}
    right = [m.high for m in result.measured if m.step >= result.critical]
    assert max(right) < 0.5 * layout["yaxis"]["range"][1]
