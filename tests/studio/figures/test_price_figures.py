"""The front of a price list on points with known numbers."""

from __future__ import annotations

from hts.paired.median import median_of
from hts.price.front import Point
from hts.price.records import SHARES
from hts.studio.figures.price.front import front_card, looks
from hts.studio.figures.theme import GAUSSIAN, HEAVY, NOISE_FREE


def points(method: str, way: str, top: float) -> list[Point]:
    over = {name: median_of([1.0] * 20) for name in ("none", "gaussian")}
    return [
        Point(method=method, way=way, share=share, value=1.0, over=over, won={}, lost={},
              accuracy=median_of([top - 10 * share + k for k in range(-10, 11)]))
        for share in SHARES
    ]  # fmt: skip


def test_every_method_keeps_its_looks_and_no_two_share_them():
    found = looks()
    assert (found["none"], found["gaussian"], found["III-1.5"]) == (NOISE_FREE, GAUSSIAN, HEAVY)
    assert len(set(found.values())) == len(found) == 13


def test_the_front_has_a_line_and_a_band_for_each_method_that_is_shown():
    given = [
        *points("none", "nothing", 90.0), *points("none", "tuned", 99.0),
        *points("III-1.5", "nothing", 80.0), *points("dropout", "nothing", 70.0),
    ]  # fmt: skip
    methods = {"none": "No noise", "III-1.5": "Type III noise, α 1.5"}
    card = front_card(given, of="Digits", way="nothing", methods=methods)
    assert card.title == "Digits: accuracy against pruned share, as it is"
    assert [t["name"] for t in card.figure["data"][1::2]] == [*methods.values()]
    assert len(card.figure["data"]) == 4
    band, line = card.figure["data"][:2]
    assert line["x"] == [0, 50, 80, 90, 95, 98]
    assert line["y"] == [90, 85, 82, 81, 80.5, 80.2]
    assert (min(band["y"]), max(band["y"])) == (75.2, 95.0)  # ranks 6 and 16 of 21
    assert "No noise: 90.0 % at 0 %" in card.alt
    assert "Dropout" not in card.alt
