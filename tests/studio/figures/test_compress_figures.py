"""The figures of pruning a finished run, and the report that holds them."""

from __future__ import annotations

import json
import re

import compress_factories
import numpy as np
import pytest

from hts.pruning.across import over_runs
from hts.pruning.criteria import CRITERIA
from hts.studio.figures.card import Card
from hts.studio.figures.compress.answers import changed_answers
from hts.studio.figures.compress.curves import (
    AXES,
    _thin,
    accuracy_by_criterion,
    error_by_criterion,
    place_at,
)
from hts.studio.figures.compress.weights import units_that_go, weight_matrix
from hts.studio.figures.report import report_page


def traces(card: Card, kind: str = "scatter") -> list[dict]:
    assert card.figure is not None
    return [t for t in card.figure["data"] if t["type"] == kind]


@pytest.mark.parametrize("against", AXES)
def test_every_criterion_is_drawn_against_every_axis(against):
    record = compress_factories.record()
    card = accuracy_by_criterion(record, level=0.5, points=1.0, against=against)
    lines = [t for t in traces(card) if t["mode"] == "lines"]
    assert [t["name"] for t in lines] == [c.title for c in CRITERIA.values()]
    for drawn, curve in zip(lines, record.curves, strict=True):
        assert drawn["y"] == pytest.approx(curve.test_accuracy, rel=1e-4)
        assert drawn["x"][0] == 0
        assert max(drawn["x"]) <= 100
    symbols = [t["marker"]["symbol"] for t in traces(card) if t["mode"] == "markers"]
    assert symbols == ["diamond", "triangle-down", "circle-open"] * 4
    assert "95.0 % test accuracy unpruned" in card.alt
    assert "Columns by norm: 95.0 % with 50.0 % removed" in card.alt


def test_the_ring_is_at_a_measured_level_never_between_two():
    curve = compress_factories.record().curves[0]
    assert curve.pruned[place_at(curve, 0.5)] == 0.5
    assert curve.pruned[place_at(curve, 0.51)] == 0.5


def test_a_long_curve_keeps_its_extremes():
    y = np.ones(5000)
    y[1234], y[4321] = 7, -7
    places = _thin(range(5000), y.tolist())
    assert len(places) <= 401
    assert {0, 1234, 4321, 4999} <= set(places)


def test_a_band_over_seeds_where_there_are_some():
    records = [compress_factories.record(), compress_factories.record(run="0123456789-2")]
    spread = over_runs(records, "columns")
    card = accuracy_by_criterion(records[0], level=0.5, points=1.0, spread=spread)
    assert any(t.get("fill") == "toself" for t in traces(card))
    assert any(t.get("name") == "median of 2 seeds" for t in traces(card))


def test_units_and_matrix_tell_what_is_gone():
    record = compress_factories.record()
    units = units_that_go(record, "columns", 1)
    (bars,) = traces(units, "bar")
    assert sum(bars["y"]) == pytest.approx(1000)
    assert "10 of 40 groups go whole and 30 stay whole" in units.alt
    matrix = weight_matrix(record, "columns", 2)
    before, after = traces(matrix, "heatmap")
    assert sum(v is None for row in before["z"] for v in row) == 0
    assert [all(v is None for v in row) for row in after["z"]] == [False, False, True, True]
    assert before["z"][0][0] == pytest.approx(0.5)
    assert "50.0 % after" in matrix.alt


@pytest.mark.parametrize(("kind", "drawn"), [("images", "heatmap"), ("series", "scatter")])
def test_examples_whose_answer_flips(kind, drawn):
    card = changed_answers(compress_factories.record(kind=kind), "columns", 3)
    assert len(traces(card, drawn)) == 3
    assert "9 of 300 test answers (3.0 %)" in card.caption
    assert "6 that were right became wrong" in card.alt
    assert "two, " in card.alt
    nothing = changed_answers(compress_factories.record(kind=kind), "columns", 0)
    assert nothing.figure is None
    assert "No answer changes" in nothing.empty


def test_colour_images_are_drawn_in_colour():
    record = compress_factories.record()
    wide = [type(e)(truth=e.truth, before=e.before, values=[*e.values] * 3) for e in record.shown]
    record = compress_factories.record(image_shape=(3, 8, 8), shown=wide)
    assert np.shape(traces(changed_answers(record, "columns", 1), "image")[0]["z"]) == (8, 8, 3)


def test_the_plane_before_and_after():
    card = changed_answers(compress_factories.record(kind="plane"), "columns", 2)
    full, pruned = traces(card, "heatmap")
    assert (np.array(full["z"]) != np.array(pruned["z"])).mean() == 0.25
    assert "25.0 % of the plane" in card.alt


def test_the_report_holds_everything_and_asks_nothing_of_a_network():
    record = compress_factories.record()
    cards = [error_by_criterion(record, level=0.5), changed_answers(record, "columns", 0)]
    text = report_page("<b>", "It & that.", [("Settings", [("lr", "</script>")])], cards)
    assert "<title>&lt;b&gt;</title>" in text
    assert text.count("plotly.js 4.1.1, a part of it") == 1
    assert len(text) < 1_200_000
    own = re.sub(r"<script>.*?</script>", "", text, count=1, flags=re.S)
    assert not re.search(r"(src|href)=", own)
    (drawn,) = re.findall(r'<script type="application/json">(.*?)</script>', own, flags=re.S)
    assert len(json.loads(drawn)["data"]) == 4
    assert "theme:" not in own
    assert "No answer changes" in own
