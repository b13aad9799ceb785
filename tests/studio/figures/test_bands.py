"""Many seeds in one figure: common grids, medians, bands, and the single seeds that are drawn."""

from __future__ import annotations

import dataclasses

import numpy as np
import plotly.graph_objects as go
import pytest
import several_factories

from hts.records import PruningCurve
from hts.studio.figures.run.bands import Bundle, bundle, faint_lines, seeds_said, spread
from hts.studio.figures.run.board import board
from hts.studio.figures.run.ccdf import weight_ccdf
from hts.studio.figures.run.difference import difference_to_controls, sentences
from hts.studio.figures.run.histogram import weight_histogram
from hts.studio.figures.run.history import training_history
from hts.studio.figures.run.pruning import accuracy_after_pruning
from hts.studio.figures.theme import GAUSSIAN, HEAVY, NOISE_FREE, named, paint


def lines(card, **wanted):
    """Traces with these fields."""
    return [t for t in card.figure["data"] if all(t.get(k) == v for k, v in wanted.items())]


def metric(payload, name):
    (found,) = [m for m in payload["metrics"] if m["id"] == name]
    return found


def with_curves(ensemble, *accuracies):
    """The ensemble with straight pruning curves to 0, from ``accuracies`` by arm and seed."""
    arms = []
    for arm, starts in zip(ensemble.arms, accuracies, strict=True):
        runs = []
        for run, start in zip(arm.runs, starts, strict=True):
            curve = PruningCurve(
                pruned=[0.0, 0.5, 1.0],
                train_accuracy=[start, start / 2, 0.0],
                test_accuracy=[start, start / 2, 0.0],
                relative_error=[0.0, 0.5, 1.0],
            )
            shot = dataclasses.replace(run.snapshot, curve=curve, test_accuracy=start)
            runs.append(dataclasses.replace(run, snapshot=shot))
        arms.append(dataclasses.replace(arm, runs=tuple(runs)))
    return dataclasses.replace(ensemble, arms=tuple(arms))


def test_curves_on_the_same_grid_are_left_as_they_are():
    found = bundle([([1, 2], [5.0, None]), ([1, 2], [7.0, 9.0])], log_x=True, log_y=True)
    assert found.x.tolist() == [1, 2]
    assert found.quantile(0.5).tolist() == [6.0, 9.0]


def test_quantiles_are_those_of_the_seeds_that_are_known():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(7, 6))
    found = Bundle(np.arange(6.0), values)
    for q in (0.25, 0.5, 0.75):
        assert found.quantile(q) == pytest.approx(np.quantile(values, q, axis=0))
    values[2:, 1], values[:, 4] = np.nan, np.nan
    found = Bundle(np.arange(6.0), values)
    expected = np.nanquantile(values[:, [0, 1, 2, 3, 5]], 0.25, axis=0)
    assert np.delete(found.quantile(0.25), 4) == pytest.approx(expected)
    assert np.isnan(found.quantile(0.25)[4])


def test_between_points_curves_are_lines_as_the_axes_draw_them():
    straight = bundle([([0, 4], [0.0, 4.0]), ([0, 2, 4], [0.0, 2.0, 4.0])])
    assert straight.y[0].tolist() == [0, 2, 4]
    log = bundle([([1, 100], [1.0, 1e-4]), ([1, 10, 100], [1.0, 1.0, 1.0])], log_x=True, log_y=True)
    assert log.y[0].tolist() == pytest.approx([1, 1e-2, 1e-4])


def test_after_its_end_a_curve_keeps_its_value_or_has_nothing():
    curves = [([1, 2], [5.0, 6.0]), ([1, 2, 3], [1.0, 2.0, 3.0])]
    assert bundle(curves).y[0].tolist() == [5, 6, 6]
    assert bundle(curves, beyond=0.0).y[0].tolist() == [5, 6, 0]


def test_a_grid_has_an_end_however_many_seeds_there_are():
    rng = np.random.default_rng(1)
    curves = [(np.sort(rng.uniform(0, 1, 80)), np.arange(80.0)) for _ in range(64)]
    found = bundle(curves)
    assert len(found.x) == 100
    assert found.x[0] == min(x[0] for x, _ in curves)
    assert found.x[-1] == max(x[-1] for x, _ in curves)


def test_single_seeds_are_spaced_evenly_from_lowest_to_highest():
    levels = np.random.default_rng(2).permutation(64).astype(float)
    found = Bundle(np.arange(2.0), np.stack([levels, levels], axis=1))
    drawn = sorted(levels[place] for place in found.spaced(4))
    assert drawn == [8, 24, 40, 56]
    assert Bundle(np.arange(1.0), np.zeros((3, 1))).spaced(4) == [0, 1, 2]


@pytest.mark.parametrize(("arms", "seeds"), [(1, 64), (3, 8), (5, 64)])
def test_no_figure_draws_more_than_a_dozen_single_seeds(arms, seeds):
    noises = ["off", "", "none,gaussian", "", "none,gaussian,I,II"]
    whole = several_factories.ensemble(replicates=3, controls=noises[arms - 1])
    many = tuple(dataclasses.replace(arm, runs=(arm.runs * 22)[:seeds]) for arm in whole.arms)
    card = accuracy_after_pruning(many, pruned=0.5)
    assert len([t for t in card.figure["data"] if t.get("line", {}).get("width") == 1]) <= 12
    assert faint_lines(many) < seeds
    assert f"faint: {faint_lines(many)} seeds, evenly spaced by rank" in card.caption
    assert f"Medians of {seeds} seeds" in card.caption


def test_one_seed_needs_no_words_about_seeds():
    assert seeds_said(several_factories.ensemble(picked=1).shown) == ""


def test_runs_of_unlike_numbers_of_seeds_are_said_to_have_them():
    three, four, one = (several_factories.ensemble(replicates=n).arms[0] for n in (3, 4, 1))
    assert seeds_said([three, four]).startswith(" Medians of 3 to 4 seeds, middle half shaded")
    assert seeds_said([three, one]).startswith(" Medians of 3 seeds,")


def test_a_range_is_said_beside_the_median():
    assert spread([4.0]) == "4.0 %"
    assert spread([1.0, 4.0, 9.0]) == "4.0 % (1.0 % to 9.0 %)"


def test_median_band_and_single_seeds_of_each_arm_in_the_look_of_its_noise():
    whole = with_curves(several_factories.ensemble(), (60, 80, 100), (90, 90, 90), (50, 60, 70))
    card = accuracy_after_pruning(whole.shown, pruned=0.5)
    for label, look, level in (
        ("type III", HEAVY, 80),
        ("noise-free control", NOISE_FREE, 90),
        ("Gaussian control", GAUSSIAN, 60),
    ):
        (median,) = lines(card, name=label, zorder=1)
        assert median["y"] == [level, level / 2, 0]
        assert (median["line"]["color"], median["line"]["dash"]) == (named(look.colour), look.dash)
    band = lines(card, fill="toself")[0]
    assert band["y"] == [70, 35, 0, 0, 45, 90]
    faint = [t["y"][0] for t in lines(card, name="type III") if t["line"]["width"] == 1]
    assert sorted(faint) == [60, 80, 100]
    assert card.figure["layout"]["annotations"][0]["text"] == "50 % removed"


def test_differences_are_paired_by_seed_and_said_in_words():
    whole = with_curves(several_factories.ensemble(), (60, 80, 100), (90, 100, 90), (50, 60, 99))
    card = difference_to_controls(whole.shown, pruned=0.5)
    (free,) = lines(card, name="to the noise-free control")
    assert free["y"][0] == -20  # of -30, -20, 10; the medians differ by 10
    at = free["x"].index(50.0)
    assert free["y"][at] == -10
    bands = lines(card, fill="toself")
    assert (min(bands[0]["y"]), max(bands[0]["y"])) == (-30, 10)
    assert card.figure["layout"]["yaxis"]["title"]["text"] == "points of test accuracy"
    zero, mark = card.figure["layout"]["shapes"]
    assert zero["y0"] == zero["y1"] == 0
    assert mark["x0"] == 50
    (label,) = card.figure["layout"]["annotations"]
    assert (label["text"], label["y"]) == ("noisy network better ↑", 1)
    assert (label["yref"], label["yanchor"]) == ("y domain", "top")
    low, high = card.figure["layout"]["yaxis"]["range"]
    drawn = [y for trace in card.figure["data"] for y in trace["y"]]
    assert (high - max(drawn)) / (high - low) > 0.1  # room for the label above every curve
    assert sentences(whole.shown, 0.5)[0] == (
        "With 50 % removed the noisy network keeps 40 %, the noise-free control 45 % "
        "(medians); paired by seed, no clear difference (median −10 points, 75 % interval −15 "
        "to +5; ahead in 1 of 3 seeds)."
    )
    assert sentences(whole.shown, 0.5)[1] == (
        "The Gaussian control keeps 30 %: heavy tails gain a median of 5 points (75 % interval 0 "
        "to 10, too few seeds for 95 %), in 3 of 3 seeds."
    )


def test_a_control_of_another_heavy_tail_is_not_said_to_have_none():
    whole = with_curves(several_factories.ensemble(controls="II"), (60, 80, 90), (10, 20, 30))
    assert "type III noise gains a median of 30 points" in sentences(whole.shown, 0.5)[0]


def test_without_controls_there_is_no_difference_figure():
    assert (
        difference_to_controls(several_factories.ensemble(controls="off").shown, pruned=0.5) is None
    )


def test_a_diverged_network_counts_as_zero():
    whole = several_factories.ensemble()
    first = whole.arms[0]
    lost = dataclasses.replace(
        first.runs[0],
        result=dataclasses.replace(
            several_factories.result(first.runs[0].snapshot), stop_reason="diverged"
        ),
        step=400,
    )
    arms = (dataclasses.replace(first, runs=(lost, *first.runs[1:])), *whole.arms[1:])
    history = training_history(arms)
    courses = [t for t in lines(history, name="type III", yaxis=None) if t["line"]["width"] == 1]
    assert [course["y"][-1] == 0 for course in courses].count(True) == 1
    assert min(difference_to_controls(arms, pruned=0.5).figure["data"][0]["y"]) < -80


def test_histograms_of_seeds_keep_their_weights_in_common_bins():
    whole = several_factories.ensemble()
    card = weight_histogram(whole.shown)
    (bars,) = lines(card, type="bar")
    inside = [sum(run.layer(0).weights.counts) for run in whole.arms[0].runs]
    assert sum(v or 0 for v in bars["y"]) == pytest.approx(np.median(inside), rel=0.1)
    outlines = lines(card, name="type III", type="scatter")
    assert {t["line"].get("shape") for t in outlines} == {"hvh"}


def test_beyond_its_largest_weight_a_seed_has_none_left():
    card = weight_ccdf(several_factories.ensemble().shown)
    values = [v for t in card.figure["data"] for v in t["y"] if v is not None]
    assert min(values) > 1e-6


def test_numbers_on_top_are_medians_with_the_controls_at_the_same_share():
    whole = with_curves(several_factories.ensemble(), (60, 80, 100), (90, 90, 90), (50, 60, 70))
    arms = []
    for arm, errors in zip(whole.arms, ((0, 0.1, 1), (0, 0.6, 1), (0, 0.4, 1)), strict=True):
        runs = []
        for run in arm.runs:
            flat = [run.snapshot.curve.test_accuracy[0]] * 2 + [0.0]
            at = flat if arm is whole.arms[0] else run.snapshot.curve.test_accuracy
            curve = dataclasses.replace(
                run.snapshot.curve, test_accuracy=list(at), relative_error=list(errors)
            )
            shot = dataclasses.replace(run.snapshot, curve=curve, pruning_ratio=50.0)
            runs.append(dataclasses.replace(run, snapshot=shot))
        arms.append(dataclasses.replace(arm, runs=tuple(runs)))
    payload = board(dataclasses.replace(whole, arms=tuple(arms)), pruned=0.5)
    prunable = metric(payload, "prunable")
    assert (prunable["value"], prunable["interval"]) == ("50.0 %", "median; range 50.0 to 50.0 %")
    assert prunable["delta"] == (
        "controls at that share lose: noise-free 45.0 points; Gaussian 30.0 points"
    )
    assert metric(payload, "pruning_ratio")["delta"] == (
        "controls at that share hold: noise-free 36 %; Gaussian 16 % of the squared norm"
    )


def test_plotly_accepts_every_figure_of_many_seeds():
    for card in board(several_factories.ensemble(), pruned=0.3)["cards"]:
        if "figure" in card:
            assert card["figure"], card["id"]
            go.Figure(paint(card["figure"]))


def test_a_picked_seed_is_drawn_as_a_single_run():
    whole = several_factories.ensemble(picked=2)
    assert [run.config.seed for arm in whole.shown for run in arm.runs] == [2, 2, 2]
    card = accuracy_after_pruning(whole.shown, pruned=0.5)
    assert not lines(card, fill="toself")
