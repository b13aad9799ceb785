"""The figures of the Tails page on small records with known numbers."""

from __future__ import annotations

import dataclasses

import pytest

from hts.records import (
    Ccdf,
    Histogram,
    MethodEstimate,
    ProbabilityPlot,
    QuantilePlot,
    TailCurve,
    TailIndex,
)
from hts.studio.figures.tails.against_fit import pp_card, qq_card
from hts.studio.figures.tails.against_k import against_k
from hts.studio.figures.tails.forest import forest_card
from hts.studio.figures.tails.sample import sizes_card, tail_card

TAIL = TailIndex(
    alpha=1.7, low=1.6, high=1.8, level=0.95, method="m", sample="entries", size=1000, scale=1.0,
    location=0.0, distance=0.01, fits=True,
)  # fmt: skip
CURVE = TailCurve(
    method="hill", k=[10, 100, 1000], share=[0.001, 0.01, 0.1], threshold=[50.0, 9.0, 2.0],
    alpha=[1.0, 2.0, 4.0], low=[0.5, 1.5, 3.5], high=[1.5, 2.5, 4.5],
    chosen={"share": 500, "ks": 120},
)  # fmt: skip


def estimates() -> list[MethodEstimate]:
    far = dataclasses.replace(TAIL, alpha=8.3, low=7.0, high=9.0, upper=50, fits=False)
    bad = dataclasses.replace(TAIL, alpha=1.4, low=1.35, high=1.45, fits=False)
    return [
        MethodEstimate(method="mle", title="Likelihood", tail=TAIL, seconds=0.01),
        MethodEstimate(method="quantiles", title="Quantiles", tail=bad),
        MethodEstimate(method="hill", title="Hill", tail=far),
        MethodEstimate(method="moment", title="Moment", tail=None, why="tied"),
    ]


def test_the_forest_has_a_point_and_an_interval_for_each_answer():
    card = forest_card(estimates(), truth=1.75)
    whole, _, rejected = card.figure["data"]
    assert whole["x"] == [1.7]
    assert whole["error_x"]["array"] == pytest.approx([0.1])
    assert whole["error_x"]["arrayminus"] == pytest.approx([0.1])
    assert whole["customdata"] == [" (1.60 to 1.80)"]
    assert rejected["x"] == [1.4, None]  # beyond the axis, so told at its edge
    assert rejected["customdata"] == [", fit rejected"] * 2
    assert "error_x" not in rejected
    told = [note["text"] for note in card.figure["layout"]["annotations"]]
    assert "← 8.3" in told
    assert "truth 1.75" in told
    assert "Likelihood: 1.70 (1.60 to 1.80)" in card.alt
    assert "Quantiles: – (fit rejected)" in card.alt
    assert "Truth 1.75" in card.alt
    assert "Moment" not in card.alt


def test_the_legend_of_a_forest_shows_groups_and_what_was_rejected_each_in_its_own_mark():
    legend = [
        (trace["name"], trace["marker"]["color"], trace["marker"]["line"]["color"])
        for trace in forest_card(estimates()).figure["data"]
    ]
    assert legend == [
        ("fits a stable law", "theme:0", "theme:0"),
        ("looks at the tail alone", "theme:2", "theme:2"),  # though its only fit was rejected
        ("fit rejected", "theme:background", "theme:muted"),
    ]
    (alone,) = forest_card(estimates()[:1]).figure["data"]
    assert alone["name"] == "fits a stable law"


def test_a_forest_without_answers_waits():
    card = forest_card([estimates()[3]])
    assert card.figure is None
    assert card.empty


@pytest.mark.parametrize(
    ("scale", "x", "ruled"),
    [
        ("log", [10.0, 100.0, 1000.0], 100.0),
        ("linear", [10.0, 100.0, 1000.0], 100.0),
        ("threshold", [50.0, 9.0, 2.0], 9.0),
    ],
)
def test_estimates_against_k_on_every_scale(scale, x, ruled):
    card = against_k([CURVE], of="values", k=100, scale=scale, truth=1.5)
    band, drawn, rules = card.figure["data"]
    assert drawn["x"] == x
    assert drawn["y"] == [1.0, 2.0, 4.0]
    assert band["x"] == x + x[::-1]
    assert rules["customdata"] == [["5 %", 500], ["KS distance", 120]]
    layout = card.figure["layout"]
    assert (layout["xaxis"].get("type") == "log") == (scale != "linear")
    assert layout["shapes"][0]["x0"] == ruled
    assert layout["shapes"][1]["y0"] == 1.5
    assert "Hill at k = 100: 2.00 (1.50 to 2.50)" in card.alt


def test_zoom_does_not_survive_a_change_of_scale():
    kept = {
        against_k([CURVE], of="values", k=10, scale=s, height=h).figure["layout"]["uirevision"]
        for s in ("log", "linear", "threshold")
        for h in ("alpha", "xi")
    }
    assert len(kept) == 6


def test_the_extreme_value_index_is_the_inverse():
    card = against_k([CURVE], of="values", k=10, height="xi", truth=2.0)
    assert card.figure["data"][1]["y"] == [1.0, 0.5, 0.25]
    assert card.figure["layout"]["shapes"][1]["y0"] == 0.5


def test_no_curve_waits():
    assert against_k([dataclasses.replace(CURVE, k=[])], of="values", k=10).figure is None


def test_the_tail_carries_both_fits():
    ccdf = Ccdf(x=[1.0, 10.0, 100.0], survival=[0.5, 0.05, 0.001], fitted=[0.5, 0.04, 0.002])
    hill = dataclasses.replace(TAIL, alpha=1.5, upper=50, threshold=10.0)
    card = tail_card(ccdf, of="values", symbol="x", keep="t", hill=hill, share=0.05)
    data, fitted, power = card.figure["data"]
    assert data["y"] == [0.5, 0.05, 0.001]
    assert fitted["y"] == [0.5, 0.04, 0.002]
    assert power["x"] == [10.0, 100.0]
    assert power["line"]["color"] == "theme:2"  # of what looks at the tail alone; 1 is Gaussian
    assert power["y"] == pytest.approx([0.05, 0.05 * 10**-1.5], rel=1e-4)
    assert "One in 1000 values exceeds 100" in card.alt
    assert tail_card(Ccdf(x=[], survival=[]), of="values", symbol="x", keep="t").figure is None


def test_sizes_count_everything():
    counts = Histogram(edges=[-1.0, 0.0, 1.0], counts=[30, 60], below=10, fitted=[28.0, 61.0])
    card = sizes_card(counts, of="values", symbol="x", keep="t")
    assert card.figure["data"][0]["y"] == [30.0, 60.0]
    assert "100 values" in card.alt
    assert "60 lie beyond the peak, the stable fit expects 61" in card.alt
    empty = Histogram(edges=[-1.0, 0.0], counts=[0], below=10)
    assert sizes_card(empty, of="values", symbol="x", keep="t").figure is None


def test_quantiles_outside_the_band_are_counted():
    plot = QuantilePlot(
        survival=[0.9, 0.5, 0.1], observed=[1.0, 2.0, 9.0], fitted=[1.0, 2.0, 4.0],
        low=[0.9, 1.9, 3.0], high=[1.1, 2.1, 6.0],
    )  # fmt: skip
    card = qq_card(plot, fit="the stable fit")
    assert "1 of the 3 points drawn lie outside" in card.caption
    assert "largest value is 9, fitted 4" in card.alt
    assert len(card.figure["data"]) == 3
    bare = qq_card(dataclasses.replace(plot, low=[], high=[]), fit="the recorded fit")
    assert len(bare.figure["data"]) == 2
    assert "outside" not in bare.caption


def test_probabilities_tell_the_largest_gap():
    plot = ProbabilityPlot(
        empirical=[0.9, 0.5, 0.1], fitted=[0.9, 0.62, 0.1], low=[0.8] * 3, high=[1.0] * 3
    )
    card = pp_card(plot, fit="the stable fit")
    assert "0.120" in card.alt
    assert card.figure["data"][2]["y"] == [0.9, 0.62, 0.1]
