"""Columns of pure noise as bars."""

from __future__ import annotations

import pytest

from hts.studio.figures.theme import named
from hts.studio.figures.theory.columns import FADED, TOP, columns_card, ends, percent
from hts.theory.pure_noise import NoiseLayers

LAYERS = NoiseLayers()
CONTROL = LAYERS.read(2.0)
ORANGE, TEAL = 1, 0


@pytest.mark.parametrize(("alpha", "colour"), [(1.5, TEAL), (2.0, ORANGE)])
def test_the_control_is_on_the_left_and_the_norm_compressible_columns_are_faded(alpha, colour):
    reading = LAYERS.read(alpha)
    bars = columns_card(reading, CONTROL).figure["data"]
    assert [bar["xaxis"] for bar in bars] == ["x", "x", "x2", "x2"]
    hues = [named(c, o) for c in (ORANGE, colour) for o in (FADED, 100)]
    assert [bar["marker"]["color"] for bar in bars] == hues
    counts = [len(bar["x"]) for bar in bars]
    assert counts == [CONTROL.compressible, 200 - CONTROL.compressible,
                      reading.compressible, 200 - reading.compressible]  # fmt: skip
    heights = bars[2]["y"] + bars[3]["y"]
    assert heights == sorted(heights)
    assert heights[-1] == pytest.approx(reading.lengths[-1], rel=1e-4)


def test_the_longest_column_is_told_where_its_bar_is_cut_off():
    reading = LAYERS.read(1.5)
    assert reading.lengths[-1] > TOP > CONTROL.lengths[-1]
    notes = [
        note["text"] for note in columns_card(reading, CONTROL).figure["layout"]["annotations"]
    ]
    assert [note for note in notes if "longest" in note] == [f"longest {reading.lengths[-1]:.1f} ↑"]


def test_the_numbers_are_told_in_words():
    reading = LAYERS.read(1.5)
    alt = columns_card(reading, CONTROL).alt
    for side in (reading, CONTROL):
        assert f"{percent(side.share)} of the columns are norm-compressible" in alt
        assert ends(side) in alt


def test_nothing_is_said_of_accuracy():
    """Untrained noise has none: what a norm allows is no promise that columns can be removed."""
    card = columns_card(LAYERS.read(1.5), CONTROL)
    texts = [note["text"] for note in card.figure["layout"]["annotations"]]
    shown = [text for text in texts if "norm-compressible</b>" in text]
    assert len(shown) == 2
    hovers = [bar["hovertemplate"] for bar in card.figure["data"]]
    assert "remov" not in " ".join([card.alt, card.caption, *texts, *hovers])


def test_shares_near_all_keep_a_digit():
    assert [percent(share) for share in (0.293, 0.98, 0.995)] == ["29 %", "98 %", "99.5 %"]
