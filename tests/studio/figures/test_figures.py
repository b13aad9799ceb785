"""Each figure on records with known numbers: axes, values, overlays, missing parts, words."""

from __future__ import annotations

import dataclasses
import math

import factories
import pytest

from hts.records import Ccdf, HillCurve, Histogram, PruningCurve, layer_summaries
from hts.studio.figures.run.ccdf import weight_ccdf
from hts.studio.figures.run.compression import compression_error
from hts.studio.figures.run.hill import hill_plot
from hts.studio.figures.run.histogram import weight_histogram
from hts.studio.figures.run.history import training_history
from hts.studio.figures.run.norms import unit_norms
from hts.studio.figures.run.pruning import accuracy_after_pruning
from hts.studio.figures.run.tail import tail_history
from hts.studio.figures.theme import HEAVY, NOISE_FREE, named
from hts.studio.figures.view import arms_of

CURVE = PruningCurve(
    pruned=[0.0, 0.5, 1.0],
    train_accuracy=[98.0, 96.0, 50.0],
    test_accuracy=[96.0, 92.0, 50.0],
    relative_error=[0.0, 0.2, 1.0],
)


def traces(card, **wanted):
    """Traces of a card whose fields are as wanted."""
    return [t for t in card.figure["data"] if all(t.get(k) == v for k, v in wanted.items())]


def words_in(card):
    return " | ".join(mark["text"] for mark in card.figure["layout"].get("annotations", []))


# -- histogram -----------------------------------------------------------------------------------


def test_histogram_has_its_bins_on_a_linear_axis_of_powers_of_ten(main, changed):
    weights = Histogram(edges=[-2.0, -1.0, 0.0, 1.0], counts=[7, 0, 2], fitted=[6.5, 1.0, 1.5])
    card = weight_histogram(arms_of([changed(main, weights=weights)]))
    (bars,) = traces(card, type="bar")
    assert bars["x"] == [-1.5, -0.5, 0.5]
    assert bars["y"] == [7, None, 2]
    axis = card.figure["layout"]["xaxis"]
    assert "type" not in axis
    assert axis["ticktext"] == ["10<sup>−2</sup>", "10<sup>−1</sup>", "1", "10"]
    assert axis["tickvals"] == [-2, -1, 0, 1]
    assert axis["range"] == [-2, 1]
    assert card.figure["layout"]["yaxis"]["type"] == "log"


def test_histogram_draws_both_laws_and_the_twin_as_an_outline(main, twin):
    card = weight_histogram(arms_of([main, twin]))
    assert len(traces(card, type="bar")) == 1
    assert [t["name"] for t in traces(card, type="scatter")] == [
        "fitted stable law",
        "Gaussian, same IQR",
        "plain",
    ]
    assert traces(card, name="plain")[0]["line"]["shape"] == "hvh"


def test_histogram_without_laws_has_bars_only(main, changed):
    weights = Histogram(edges=[0.0, 1.0], counts=[3])
    card = weight_histogram(arms_of([changed(main, weights=weights)]))
    assert [t["type"] for t in card.figure["data"]] == ["bar"]
    assert "3 weights" in card.alt


# -- survival function ---------------------------------------------------------------------------


def test_ccdf_is_log_log_and_its_guide_falls_with_the_tail_index(main):
    card = weight_ccdf(arms_of([main]))
    layout = card.figure["layout"]
    assert layout["xaxis"]["type"] == layout["yaxis"]["type"] == "log"
    assert traces(card, name="heavy")[0]["y"][0] == pytest.approx(
        main.snapshot.layers[0].ccdf.survival[0], rel=1e-4
    )
    (guide,) = traces(card, name="slope")
    slope = math.log(guide["y"][1] / guide["y"][0]) / math.log(guide["x"][1] / guide["x"][0])
    assert slope == pytest.approx(-1.75, abs=1e-3)
    assert words_in(card) == "dotted: slope −1.75"
    (said,) = layout["annotations"]  # inside the plot, whatever the weights
    assert (said["xref"], said["xanchor"], said["yref"]) == ("x domain", "right", "y domain")
    assert "tail index 1.75 (95 % interval 1.69 to 1.80 by units)" in card.alt


def test_a_law_of_the_units_means_is_not_drawn_over_single_weights(main, changed):
    tail = main.snapshot.layers[0].tail
    means = dataclasses.replace(tail, method="likelihood on the units' mean weights")
    of_means, of_norms = arms_of([changed(main, tail=means)]), arms_of([main])
    for draw in (weight_histogram, weight_ccdf):
        drawn, without = draw(of_norms), draw(of_means)
        assert traces(drawn, name="fitted stable law")
        assert "No stable law" not in drawn.caption
        assert not traces(without, name="fitted stable law")
        assert "No stable law is drawn: none was fitted to single weights." in without.caption
    assert words_in(without) == ""
    assert not traces(without, name="slope")


@pytest.mark.parametrize("what", ["none", "unfit", "gaussian"])
def test_ccdf_has_no_guide_where_there_is_no_power_tail(main, changed, what):
    known = main.snapshot.layers[0].tail
    tail = {
        "none": None,
        "unfit": dataclasses.replace(known, fits=False),
        "gaussian": dataclasses.replace(known, alpha=2.0, high=2.0),
    }[what]
    card = weight_ccdf(arms_of([changed(main, tail=tail)]))
    assert not traces(card, name="slope")
    assert words_in(card) == ""
    assert ("does not look stable" in card.alt) == (what == "unfit")
    assert ("no tail index could be estimated" in card.alt) == (what == "none")


def test_ccdf_leaves_out_zeros_that_a_log_axis_cannot_show(main, changed):
    card = weight_ccdf(
        arms_of([changed(main, ccdf=Ccdf(x=[1.0, 10.0, 100.0], survival=[0.5, 0.01, 0.0]))])
    )
    assert traces(card, name="heavy")[0]["y"] == [0.5, 0.01, None]


# -- norms ---------------------------------------------------------------------------------------


def test_norms_are_cut_at_what_is_kept(main, changed):
    run = changed(main, rank=[0.25, 0.5, 0.75, 1.0], sorted_norms=[8.0, 4.0, 2.0, 1.0], units=4)
    card = unit_norms(arms_of([run]), pruned=0.4)
    (norms,) = traces(card, name="heavy")
    assert norms["x"] == [25, 50, 75, 100]
    assert norms["y"] == [8, 4, 2, 1]
    cut = card.figure["layout"]["shapes"][1]
    assert cut["x0"] == cut["x1"] == pytest.approx(60)
    assert card.figure["layout"]["xaxis"]["range"] == [-2, 102]
    assert "kept" in words_in(card)
    assert "pruned" in words_in(card)
    assert "pruning 40.0 % keeps the 60.0 % largest" in card.alt
    assert "largest norm 8" in card.alt


# -- accuracy and error against pruning ----------------------------------------------------------


def test_accuracy_after_pruning_marks_the_chosen_ratio(main, changed):
    run = changed(main, curve=CURVE, pruning_ratio=62.0, test_accuracy_pruned=91.5)
    card = accuracy_after_pruning(arms_of([run]), pruned=0.25)
    (train,) = traces(card, name="training")
    (test,) = traces(card, name="test")
    assert train["x"] == test["x"] == [0, 50, 100]
    assert train["y"] == [98, 96, 50]
    assert test["y"] == [96, 92, 50]
    (criterion,) = traces(card, name="squared error 0.1")
    assert (criterion["x"], criterion["y"]) == ([62.0], [91.5])
    (chosen,) = traces(card, name="chosen")
    assert (chosen["x"], chosen["y"]) == ([25.0], [94.0])
    assert words_in(card) == "25 % removed"  # the sentences beside the slider have the values
    (label,) = card.figure["layout"]["annotations"]
    assert (label["y"], label["yref"], label["yanchor"]) == (1, "y domain", "top")
    low, high = card.figure["layout"]["yaxis"]["range"]
    assert low == -2
    assert (high - 100) / (high - low) > 0.12  # room for the label above every curve
    assert card.figure["layout"]["shapes"][0]["x0"] == 25
    assert "about 94.0 % with 25 % removed" in card.alt


def test_every_run_of_a_comparison_has_the_look_of_its_noise(main, twin):
    runs = [main, twin, *(dataclasses.replace(main, id=str(i), label=f"run {i}") for i in range(3))]
    card = accuracy_after_pruning(arms_of(runs), pruned=0.3)
    lines = [t for t in card.figure["data"] if t["mode"] == "lines"]
    assert [t["name"] for t in lines] == [run.label for run in runs]
    looks = [(t["line"]["color"], t["line"]["dash"]) for t in lines]
    assert looks[0] == (named(HEAVY.colour), HEAVY.dash)
    assert looks[1] == (named(NOISE_FREE.colour), NOISE_FREE.dash)
    assert len(set(looks)) == 5


def test_compression_error_against_what_is_kept(main, changed):
    card = compression_error(arms_of([changed(main, curve=CURVE)]), pruned=0.75)
    (error,) = traces(card, name="heavy")
    assert error["x"] == [100, 50, 0]
    assert error["y"] == [0, 0.2, 1]
    chosen, criterion = card.figure["layout"]["shapes"]
    assert chosen["x0"] == 25
    assert criterion["y0"] == pytest.approx(math.sqrt(0.1))
    assert "relative error about 0.600 with 25.0 % of units kept" in card.alt


# -- tail index ----------------------------------------------------------------------------------


def test_hill_plot_shows_band_estimate_and_what_it_is(main, changed):
    curve = HillCurve(k=[10, 100], alpha=[1.6, 1.9], low=[1.0, 1.7], high=[2.2, 2.1])
    card = hill_plot(arms_of([changed(main, hill=curve)]))
    band, line = card.figure["data"]
    assert band["x"] == [10, 100, 100, 10]
    assert band["y"] == [1.0, 1.7, 2.1, 2.2]
    assert line["y"] == [1.6, 1.9]
    assert "diagnostic, biased near 2" in words_in(card)
    assert "reported α = 1.75" in words_in(card)
    shade, level = card.figure["layout"]["shapes"]
    assert (shade["y0"], shade["y1"]) == (1.69, 1.8)
    assert level["y0"] == 1.75
    assert card.figure["layout"]["xaxis"]["type"] == "log"
    assert "Hill estimate 1.90 at 100 units" in card.alt
    assert card.figure["layout"]["xaxis"]["title"]["text"] == "number k of largest units"
    assert "number k of largest units" in card.caption


def test_hill_plot_is_as_wide_as_what_is_seen_in_it(main, twin, changed):
    many = {"low": [1.0] * 4, "high": [9.0] * 4}
    seen = HillCurve(k=[10, 20, 50, 900], alpha=[1.6, 1.9, 4.5, 8.0], **many)
    above = HillCurve(k=[10, 1280], alpha=[4.1, 9.0], low=[3.0, 8.0], high=[5.0, 10.0])
    single = dataclasses.replace(twin.snapshot.layers[0].tail, sample="entries")
    control = changed(twin, hill=above, tail=single)
    card = hill_plot(arms_of([changed(main, hill=seen), control]))
    axis = card.figure["layout"]["xaxis"]
    assert axis["range"] == pytest.approx([1, math.log10(50)])  # where it is left
    assert axis["title"]["text"] == "number k of largest units"
    assert {trace.get("name") for trace in card.figure["data"]} == {None, "heavy"}
    assert "plain: Hill estimate 9.00 at 1280 weights" in card.alt
    nearer = HillCurve(k=[10, 1280], alpha=[3.0, 9.0], low=[2.0, 8.0], high=[4.0, 10.0])
    both = hill_plot(arms_of([changed(main, hill=seen), changed(control, hill=nearer)]))
    assert both.figure["layout"]["xaxis"]["title"]["text"] == "number k of largest values"
    point = HillCurve(k=[10], alpha=[1.6], low=[1.0], high=[2.0])
    assert "No Hill curve: too few" in hill_plot(arms_of([changed(main, hill=point)])).empty
    empty = hill_plot(arms_of([changed(main, hill=above)]))
    assert empty.figure is None
    assert "Every Hill estimate is above 4" in empty.empty
    assert "largest units" in empty.empty


def test_hill_plot_without_estimate_or_without_curve(main, changed):
    unfit = dataclasses.replace(main.snapshot.layers[0].tail, fits=False)
    rejected = hill_plot(arms_of([changed(main, tail=unfit)]))
    assert "reported – (fit rejected)" in words_in(rejected)
    assert rejected.figure["layout"]["shapes"] == []
    card = hill_plot(arms_of([changed(main, tail=None)]))
    assert card.figure["layout"]["shapes"] == []
    card = hill_plot(arms_of([changed(main, hill=None)]))
    assert card.figure is None
    assert "No Hill curve" in card.empty
    assert card.empty in card.alt


def test_tail_history_with_interval_and_injected_alpha(main):
    records = factories.summaries(count=3)
    first = dataclasses.replace(records[0], alpha=None, alpha_low=None, alpha_high=None)
    run = dataclasses.replace(main, summaries=[first, *records[1:]])
    card = tail_history(arms_of([run]))
    band, line = card.figure["data"]
    assert line["x"] == [200, 300]
    assert line["y"] == [pytest.approx(s.alpha, rel=1e-4) for s in records[1:]]
    assert len(band["x"]) == 4
    (injected,) = card.figure["layout"]["shapes"]
    assert injected["y0"] == 1.75
    assert "injected α = 1.75" in words_in(card)
    assert "type III noise, alpha 1.75 injected" in card.alt


def test_tail_history_draws_a_rejected_fit_as_an_open_grey_mark_off_the_line(main):
    records = factories.summaries(count=3)
    unfit = dataclasses.replace(records[2], fits=False, alpha=2.0)
    run = dataclasses.replace(main, summaries=[*records[:2], unfit])
    card = tail_history(arms_of([run]))
    band, line, gone = card.figure["data"]
    assert [y is None for y in line["y"]] == [False, False, True]
    assert max(band["x"]) == records[1].step
    assert (gone["x"], gone["y"]) == ([records[2].step], [2.0])
    assert gone["marker"] == {"size": 7, "color": "theme:muted", "symbol": "circle-open"}
    assert (gone["name"], gone["showlegend"]) == ("fit rejected", True)
    assert not gone["cliponaxis"]  # alpha 2 is the upper end of the axis
    assert "tail index – (fit rejected) at step 300" in card.alt
    assert card.caption.endswith("Open grey marks: fit rejected.")


def test_tail_history_of_seeds_leaves_rejected_fits_out_of_the_median(main):
    records = factories.summaries(count=2)
    good = [dataclasses.replace(one, alpha=1.5) for one in records]
    bad = [dataclasses.replace(one, alpha=2.0, fits=False) for one in records]
    seeds = [dataclasses.replace(main, summaries=some) for some in (good, bad, bad)]
    (arm,) = arms_of([main])
    card = tail_history([dataclasses.replace(arm, runs=tuple(seeds))])
    line = card.figure["data"][-1]
    assert (line["name"], set(line["y"])) == (arm.label, {1.5})
    assert "tail index 1.50 (2 rejected)" in card.alt


def with_gradients(run, alphas, *, fits=True):
    """``run`` with a tail index of the gradient noise at each of its snapshots."""
    (layer,) = layer_summaries(run.snapshot)
    summaries = [
        dataclasses.replace(
            one,
            layers=[
                dataclasses.replace(
                    layer, gradient_alpha=alpha, gradient_alpha_low=alpha - 0.1,
                    gradient_alpha_high=alpha + 0.1, gradient_fits=fits,
                )
            ],
        )
        for one, alpha in zip(factories.summaries(count=len(alphas)), alphas, strict=True)
    ]  # fmt: skip
    return dataclasses.replace(run, summaries=summaries)


def test_tail_history_has_the_gradient_noise_as_a_dashed_line(main, twin):
    runs = [with_gradients(main, [1.2, 1.3]), with_gradients(twin, [0.9, 0.8])]
    card = tail_history(arms_of(runs))
    drawn = [trace for trace in card.figure["data"] if trace.get("name") == "gradient noise"]
    assert [trace["y"] for trace in drawn] == [[1.2, 1.3], [0.9, 0.8]]
    assert [trace["line"]["dash"] for trace in drawn] == ["dash", "dash"]
    assert [trace["showlegend"] for trace in drawn] == [True, False]
    assert drawn[1]["hovertemplate"].endswith("<extra>plain: gradient noise</extra>")
    assert "heavy: gradient noise tail index 1.30" in card.alt
    assert card.figure["layout"]["yaxis"]["range"][0] <= 0.8
    assert "Dashed, or open triangles" in card.caption
    assert "gradient noise" not in tail_history(arms_of([main])).caption


def test_gradient_noise_that_is_not_stable_is_drawn_as_open_marks(main):
    card = tail_history(arms_of([with_gradients(main, [1.2, 1.3], fits=False)]))
    (gone,) = [trace for trace in card.figure["data"] if "gradient" in trace.get("name", "")]
    assert (gone["name"], gone["y"]) == ("gradient noise, fit rejected", [1.2, 1.3])
    assert (gone["mode"], gone["marker"]["symbol"]) == ("markers", "triangle-down-open")
    assert "gradient noise tail index – (fit rejected)" in card.alt


def test_tail_history_of_a_run_without_noise_has_no_reference(twin):
    card = tail_history(arms_of([twin]))
    assert card.figure["layout"]["shapes"] == []
    assert "no noise injected" in card.alt
    empty = dataclasses.replace(twin, summaries=[])
    assert tail_history(arms_of([empty])).figure is None


# -- history -------------------------------------------------------------------------------------


def test_history_has_accuracy_over_loss_and_the_target(main, twin):
    card = training_history(arms_of([main, twin]))
    last = main.evaluations[-1]
    (test,) = traces(card, name="heavy", yaxis=None)
    loss, loss_twin = traces(card, yaxis="y2")
    assert test["y"][-1] == pytest.approx(last.test_accuracy, rel=1e-4)
    assert loss["y"][-1] == pytest.approx(last.train_loss, rel=1e-4)
    assert loss_twin["line"]["dash"] == traces(card, name="plain")[0]["line"]["dash"] == "dot"
    assert card.figure["layout"]["yaxis"]["range"] == [-2, 102]
    assert card.figure["layout"]["shapes"][0]["y0"] == 95
    assert f"test accuracy {last.test_accuracy:.1f} %" in card.alt
    assert "the target is 95 % training accuracy" in card.alt


def test_history_without_target_or_loss(main):
    run = dataclasses.replace(
        main,
        config=main.config.replace(target_accuracy=None),
        evaluations=[dataclasses.replace(e, train_loss=None) for e in main.evaluations],
    )
    card = training_history(arms_of([run]))
    assert card.figure["layout"]["shapes"] == []
    assert set(traces(card, yaxis="y2")[0]["y"]) == {None}
    assert "training loss –" in card.alt
