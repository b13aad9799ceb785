"""The figures of the Noise page on small arrays with known numbers."""

from __future__ import annotations

import pytest

from hts.studio.figures.noise.clouds import cloud_card
from hts.studio.figures.noise.laws import LawCurve, density_card, law_name, tail_card
from hts.studio.figures.noise.moments import running_mean_card, running_variance_card, share_card
from hts.studio.figures.noise.path import path_card
from hts.studio.figures.theme import HEAVY, series


def curve(alpha: float, constant: float) -> LawCurve:
    x = [0.1, 1.0, 10.0]
    return LawCurve(
        alpha=alpha, density_x=x, density=[0.3, 0.1, 0.001], tail_x=x, beyond=[0.9, 0.5, 0.01],
        constant=constant, sizes=[5.0, 1.0], shares=[0.1, 0.5],
    )  # fmt: skip


def test_laws_carry_their_names():
    assert [law_name(a) for a in (1.75, 1.0, 2.0)] == [
        "α = 1.75",
        "α = 1 (Cauchy)",
        "α = 2 (Gaussian)",
    ]


@pytest.mark.parametrize("draw", [density_card, tail_card])
def test_power_law_only_on_logarithmic_axes_and_only_for_heavy_tails(draw):
    laws = [curve(1.5, 0.2), curve(2.0, 0.0)]
    linear, logarithmic = (draw(laws, "caption", logarithmic=log).figure for log in (False, True))
    assert linear["layout"]["xaxis"].get("type") != "log"
    assert logarithmic["layout"]["xaxis"]["type"] == "log"
    assert linear["layout"]["uirevision"] != logarithmic["layout"]["uirevision"]
    assert not [t for t in linear["data"] if t.get("name") == "power law"]
    powers = [t for t in logarithmic["data"] if t.get("name") == "power law"]
    assert len(powers) == 1
    (x0, x1), (y0, y1) = powers[0]["x"], powers[0]["y"]
    exponent = 2.5 if draw is density_card else 1.5
    assert y0 == pytest.approx(1.5 * 0.2 if draw is density_card else 2 * 0.2)
    assert y1 / y0 == pytest.approx((x1 / x0) ** -exponent, rel=1e-4)


def test_a_growing_path_keeps_its_frame():
    paths = [[0.0, 1.0, -3.0, 2.0], [0.0, 0.1, 0.2, 0.3]]
    cards = [path_card([1.5, 2.0], paths, steps, "caption") for steps in (1, 3)]
    first, last = (card.figure for card in cards)
    assert first["layout"]["yaxis"]["range"] == last["layout"]["yaxis"]["range"]
    assert [len(trace["x"]) for trace in first["data"]] == [2, 2]
    assert [len(trace["x"]) for trace in last["data"]] == [4, 4]
    assert "largest step 5" in cards[1].alt


def test_a_cloud_counts_what_lies_outside():
    card = cloud_card("II", "Type II", [0.0, 9.0, 1.0], [0.0, 0.0, -1.0], 2.0, HEAVY, "Words.")
    assert card.figure["data"][0]["x"] == [0.0, 1.0]
    assert "1 of 3 points lie outside" in card.caption
    assert card.figure["layout"]["yaxis"]["scaleanchor"] == "x"
    assert card.figure["data"][0]["marker"]["color"] == series(HEAVY.colour, 60)


def test_moments_and_shares():
    counts, rows = [1, 10, 100], [[5.0, 1.0, 0.5], [0.1, 0.1, 0.0]]
    mean = running_mean_card([1.5, 2.0], counts, rows, "caption")
    assert mean.figure["data"][-1]["y"] == rows[0]  # the chosen alpha lies on top
    assert "0.5 at the end" in mean.alt
    variance = running_variance_card([1.5, 2.0], counts, rows, "caption")
    assert variance.figure["data"][0]["y"] == [0.1, 0.1, None]  # 0 has no place on a log axis
    share = share_card([1.5], [0.001, 0.01, 1.0], [[0.2, 0.6, 1.0]], 0.01, "caption")
    assert "the largest 1 % carry 60 %" in share.alt
