"""The whole board: order, numbers on top, status, what leaves as JSON, what Plotly accepts."""

from __future__ import annotations

import dataclasses
import json
import re

import factories
import plotly.graph_objects as go
import pytest

from hts.records import Snapshot
from hts.studio.figures.run.board import board, encode_board, status
from hts.studio.figures.theme import LIGHT, paint
from hts.studio.figures.view import beside

CARDS = [
    "boundary", "pruning", "norms", "more", "difference", "history", "tail", "histogram", "ccdf",
    "compression", "hill",
]  # fmt: skip


def drawn(payload):
    """Its cards that are figures, not headings."""
    return [card for card in payload["cards"] if "figure" in card]


def metric(payload, name):
    (found,) = [m for m in payload["metrics"] if m["id"] == name]
    return found


def test_a_board_has_its_cards_in_order_and_is_strict_json(main, twin):
    payload = board(beside(main, twin), pruned=0.3)
    assert [card["id"] for card in payload["cards"]] == CARDS
    read = json.loads(encode_board(payload), parse_constant=pytest.fail)
    assert read == json.loads(json.dumps(payload, allow_nan=False))


def test_plotly_accepts_every_figure_and_no_background_is_fixed(main, twin):
    for card in drawn(board(beside(main, twin), pruned=0.3)):
        figure = go.Figure(paint(card["figure"]))
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
        assert figure.layout.uirevision == "run-1"


def test_colours_are_names_of_the_theme_only(main, twin):
    text = encode_board(board(beside(main, twin), pruned=0.3)).decode()
    assert not re.search(r'"#[0-9a-fA-F]{3,8}"', text)
    named = set(re.findall(r'"theme:(\w+)', text))
    assert named <= set(LIGHT)
    assert {"0", "1", "text", "muted", "grid", "background"} <= named


def test_every_card_says_in_words_what_it_shows(main, twin):
    for card in drawn(board(beside(main, twin), pruned=0.3)):
        assert re.search(r"\d", card["alt"]), card["id"]
        assert card["alt"].endswith(".")
        assert card["caption"].endswith(".")


def test_a_board_before_the_first_records_waits_in_every_card(main):
    new = dataclasses.replace(main, evaluations=[], summaries=[], snapshot=None, state="queued")
    payload = board(beside(new), pruned=0.3)
    alone = [name for name in CARDS[1:] if name != "difference"]
    assert [card["id"] for card in payload["cards"]] == alone
    assert all(card["figure"] is None and card["empty"] for card in drawn(payload))
    assert [m["value"] for m in payload["metrics"]] == ["–"] * 4
    assert payload["status"]["state"] == "Waiting in the queue"
    assert payload["status"]["percent"] == 0


def test_the_twin_may_come_later_than_the_run(main, twin):
    late = dataclasses.replace(twin, evaluations=[], summaries=[], snapshot=None)
    payload = board(beside(main, late), pruned=0.3)
    missing = [card["id"] for card in drawn(payload) if card["figure"] is None]
    assert missing == ["difference"]
    assert metric(payload, "pruning_ratio")["delta"] == ""


def test_numbers_on_top(main, twin):
    payload = board(beside(main, twin), pruned=0.3)
    snapshot = main.snapshot
    last, other = main.evaluations[-1], twin.evaluations[-1]
    assert metric(payload, "test_accuracy")["value"] == f"{last.test_accuracy:.1f} %"
    assert metric(payload, "test_accuracy")["delta"] == f"plain {other.test_accuracy:.1f} %"
    tail = metric(payload, "tail_index")
    assert tail["value"] == "1.75"
    assert tail["interval"] == "95 % interval 1.69 to 1.80"
    assert tail["note"] == "fit trusted, by 500 units"
    assert tail["delta"] == "plain 2.00"
    share = metric(payload, "pruning_ratio")
    assert share["value"] == f"{snapshot.pruning_ratio:.1f} %"
    assert len(share["trend"]) == len(main.summaries)


def test_an_untrusted_fit_is_said_and_no_estimate_too(main, changed):
    tail = main.snapshot.layers[0].tail
    unfit = changed(main, tail=dataclasses.replace(tail, fits=False, note="Biased near 2."))
    shown = metric(board(beside(unfit), pruned=0.3), "tail_index")
    assert shown["tone"] == "warn"
    assert shown["note"] == "fit rejected: does not look stable"
    assert "alpha describes no tail" in shown["help"]
    assert "Biased near 2." in shown["help"]
    none = metric(board(beside(changed(main, tail=None)), pruned=0.3), "tail_index")
    assert (none["value"], none["note"], none["delta"]) == ("–", "no estimate", "")


def test_values_that_are_not_finite_become_gaps(main, changed):
    curve = main.snapshot.curve
    broken = dataclasses.replace(curve, test_accuracy=[float("nan"), *curve.test_accuracy[1:]])
    run = dataclasses.replace(
        changed(main, curve=broken),
        evaluations=[dataclasses.replace(e, train_loss=float("inf")) for e in main.evaluations],
    )
    json.loads(encode_board(board(beside(run), pruned=0.0)), parse_constant=pytest.fail)


def test_another_layer_and_a_layer_that_is_not_there(main):
    second = dataclasses.replace(factories.layer(1.5, seed=7), name="hidden 2")
    snapshot: Snapshot = dataclasses.replace(main.snapshot, layers=[*main.snapshot.layers, second])
    deep = dataclasses.replace(main, snapshot=snapshot)
    cards = {card["id"]: card for card in board(beside(deep), pruned=0.3, layer=1)["cards"]}
    assert "tail index 1.50" in cards["ccdf"]["alt"]
    cards = {card["id"]: card for card in board(beside(main), pruned=0.3, layer=1)["cards"]}
    assert cards["ccdf"]["figure"] is None


def test_status_line(main):
    assert status(beside(main)) == {
        "state": "Training",
        "tone": "",
        "percent": 100.0,
        "detail": "step 300 of at most 300 · 75 s left",
    }
    half = dataclasses.replace(main, step=150, seconds_left=None)
    assert status(beside(half))["percent"] == 50
    result = factories.result(main.snapshot, seconds=200.0)
    done = dataclasses.replace(main, state="finished", result=result)
    assert status(beside(done))["detail"].endswith("target reached · 3 min")
    assert status(beside(dataclasses.replace(main, state="strange")))["state"] == "Strange"


def test_a_snapshot_is_drawn_once_and_a_new_ratio_moves_only_what_depends_on_it(main, twin):
    first = {c["id"]: c["figure"] for c in drawn(board(beside(main, twin), pruned=0.3))}
    again = {c["id"]: c["figure"] for c in drawn(board(beside(main, twin), pruned=0.3))}
    moved = {c["id"]: c["figure"] for c in drawn(board(beside(main, twin), pruned=0.4))}
    for name in ("histogram", "ccdf", "pruning", "norms", "hill", "boundary"):
        assert again[name] is first[name]
    for name in ("histogram", "ccdf", "hill"):
        assert moved[name] is first[name]
    for name in ("pruning", "compression", "norms", "difference"):
        assert moved[name] != first[name]
    renamed = dataclasses.replace(main, label="other")
    figures = {c["id"]: c["figure"] for c in drawn(board(beside(renamed, twin), pruned=0.3))}
    assert figures["histogram"]["data"][0]["name"] == "other"
