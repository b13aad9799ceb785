"""Networks of several layers: every weight figure says which one, and one shows them all."""

from __future__ import annotations

import dataclasses

import plotly.graph_objects as go
import pytest

from hts.records import PruningCurve
from hts.studio.figures.run.board import board
from hts.studio.figures.run.compression import compression_error
from hts.studio.figures.run.layers import layer_by_layer, titled
from hts.studio.figures.run.pruning import accuracy_after_pruning
from hts.studio.figures.run.tail import tail_history
from hts.studio.figures.theme import paint
from hts.studio.figures.view import arms_of, beside


def test_every_weight_figure_names_its_layer(deep):
    cards = {card["id"]: card for card in board(beside(deep), pruned=0.3, layer=1)["cards"]}
    of_weights = ("histogram", "ccdf", "compression", "norms", "tail", "hill")
    assert all(cards[name]["title"].endswith(": convolution 2") for name in of_weights)
    assert ":" not in cards["history"]["title"] + cards["pruning"]["title"]
    assert "80 filters of 60 inputs" in cards["norms"]["alt"]


def test_with_one_layer_nothing_is_said_of_layers(main):
    payload = board(beside(main), pruned=0.3)
    assert "layers" not in {card["id"] for card in payload["cards"]}
    assert layer_by_layer(arms_of([main])) is None
    assert titled("Norms", arms_of([main]), 0) == "Norms"


def test_layers_side_by_side_have_intervals_and_ratios(deep):
    card = layer_by_layer(arms_of([deep]))
    tails, ratios = card.figure["data"]
    assert tails["x"] == ratios["x"] == ["hidden 1", "conv. 2"]
    assert tails["y"] == [1.75, 1.9]
    views = deep.snapshot.layers
    assert tails["error_y"]["arrayminus"] == pytest.approx(
        [v.tail.alpha - v.tail.low for v in views], abs=1e-4
    )
    assert ratios["y"] == pytest.approx([v.pruning_ratio for v in views], rel=1e-4)
    assert "convolution 2: tail index 1.90" in card.alt
    assert "of 80 filters pruned" in card.alt
    go.Figure(paint(card.figure))


def test_a_layer_without_estimate_is_said(deep):
    layers = [deep.snapshot.layers[0], dataclasses.replace(deep.snapshot.layers[1], tail=None)]
    run = dataclasses.replace(deep, snapshot=dataclasses.replace(deep.snapshot, layers=layers))
    card = layer_by_layer(arms_of([run]))
    assert card.figure["data"][0]["x"] == ["hidden 1"]
    assert card.caption.endswith("heavy: no tail index for convolution 2.")
    bare = [dataclasses.replace(layer, tail=None) for layer in layers]
    run = dataclasses.replace(deep, snapshot=dataclasses.replace(deep.snapshot, layers=bare))
    assert layer_by_layer(arms_of([run])).figure["data"][0]["x"] == []
    assert "convolution 2: no tail index" in card.alt


def test_a_layer_whose_fit_was_rejected_has_an_open_grey_mark_without_interval(deep):
    first, second = deep.snapshot.layers
    second = dataclasses.replace(second, tail=dataclasses.replace(second.tail, fits=False))
    snapshot = dataclasses.replace(deep.snapshot, layers=[first, second])
    card = layer_by_layer(arms_of([dataclasses.replace(deep, snapshot=snapshot)]))
    drawn = card.figure["data"][0]
    assert drawn["marker"]["symbol"] == ["circle", "circle-open"]
    assert drawn["marker"]["color"][1] == "theme:muted"
    assert drawn["error_y"]["array"][1] == drawn["error_y"]["arrayminus"][1] == 0
    assert drawn["customdata"][1] == ", fit rejected"
    assert card.caption.endswith("Open grey marks: fit rejected.")
    assert "Open grey" not in layer_by_layer(arms_of([deep])).caption


def test_rejected_seeds_are_in_no_median_of_a_layer(deep):
    def with_first(fits, alpha):
        first, second = deep.snapshot.layers
        first = dataclasses.replace(
            first, tail=dataclasses.replace(first.tail, fits=fits, alpha=alpha)
        )
        snapshot = dataclasses.replace(deep.snapshot, layers=[first, second])
        return dataclasses.replace(deep, snapshot=snapshot)

    runs = (with_first(True, 1.5), with_first(False, 2.0), with_first(False, 2.0))
    (arm,) = arms_of([deep])
    drawn = layer_by_layer([dataclasses.replace(arm, runs=runs)]).figure["data"][0]
    assert drawn["y"][0] == 1.5
    assert drawn["customdata"][0] == " (1.50 to 1.50) by 1 seed, 2 rejected"


def test_the_tail_history_and_the_number_on_top_are_of_the_layer(deep):
    (_, trace) = tail_history(arms_of([deep]), layer=1).figure["data"]
    assert set(trace["y"]) == {1.9}
    (number,) = [
        m for m in board(beside(deep), pruned=0.3, layer=1)["metrics"] if m["id"] == "tail_index"
    ]
    assert (number["title"], number["value"]) == ("Tail index α: convolution 2", "1.90")
    assert "fitted to convolution 2" in number["help"]


def test_older_summaries_are_those_of_the_first_layer(main):
    assert [t.alpha for t in main.tails(0)] == [s.alpha for s in main.summaries]
    assert main.tails(1) == []


def test_compression_is_of_the_layer_where_it_was_recorded(deep):
    def errors(run, layer):
        return compression_error(arms_of([run]), pruned=0.3, layer=layer).figure["data"][0]["y"]

    assert errors(deep, 1) == pytest.approx([v / 2 for v in errors(deep, 0)], abs=1e-4)
    layers = [dataclasses.replace(v, relative_error=None) for v in deep.snapshot.layers]
    old = dataclasses.replace(deep, snapshot=dataclasses.replace(deep.snapshot, layers=layers))
    assert errors(old, 1) == errors(deep, 0)
    assert compression_error(arms_of([old]), pruned=0.3, layer=1).title == "Compression error"


def test_a_curve_of_few_levels_shows_where_it_was_measured(deep):
    fine = accuracy_after_pruning(arms_of([deep]), pruned=0.3)
    coarse = PruningCurve(
        pruned=[0.0, 0.5, 1.0],
        train_accuracy=[98.0, 96.0, 50.0],
        test_accuracy=[96.0, 92.0, 50.0],
        relative_error=[0.0, 0.2, 1.0],
    )
    few = dataclasses.replace(deep, snapshot=dataclasses.replace(deep.snapshot, curve=coarse))
    dotted = accuracy_after_pruning(arms_of([few]), pruned=0.3)
    modes = [[t["mode"] for t in c.figure["data"] if t["name"] == "test"] for c in (fine, dotted)]
    assert modes == [["lines"], ["lines+markers"]]
    assert "Measured at the dots, on 500 training and 4500 test examples." in dotted.caption
