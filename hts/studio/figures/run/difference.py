"""What noise costs or gains: differences in accuracy to the controls at equal pruned share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hts.paired.effect import AtShare, at_shares
from hts.paired.words import beside, sentence, verdict
from hts.studio.figures import words
from hts.studio.figures.axes import axis, band, figure, line, note, percent_axis, rule, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import Idea, ideas
from hts.studio.figures.view import ArmView

TITLE = "Difference to the controls at equal pruned share"
CAPTION = (
    "Test accuracy of the noisy network minus that of its control, with the same share of units "
    "removed from both. {how} Above 0 the noisy network is better."
)
MANY = "Median over {seeds} pairs of the same seed; shaded: interval of the median ({level})."
ONE = "One pair of the same seed."
SHARES = np.unique([*np.linspace(0, 1, 51), 0.97, 0.99, 0.995, 0.999])
HOVER = "%{x:.1f} % removed: %{y:+.1f} points"


def effect_at(arms: Sequence[ArmView], share: float) -> list[tuple[ArmView, AtShare]]:
    """The noisy networks against each control with ``share`` of the units removed."""
    return [(control, at[0]) for control, at in _effects(arms, [share])]


def sentences(arms: Sequence[ArmView], share: float) -> list[str]:
    """`effect_at` in words, one for each control; what the noisy network keeps is said once."""
    said: list[str] = []
    kept = None
    for control, effect in effect_at(arms, share):
        tell = beside if effect.accuracy == kept else sentence
        kept = effect.accuracy
        said.append(tell(effect, control=f"the {control.label}", what=_what(arms[0], control)))
    return said


@per_snapshot
def difference_to_controls(arms: Sequence[ArmView], *, pruned: float) -> Card | None:
    """Difference in points against percent of units removed; None without controls.

    ``pruned``: the chosen fraction, in [0, 1], marked by a line.
    """
    if len(arms) < 2:
        return None
    found = _everywhere(arms)
    if not found:
        return waiting("difference", TITLE, CAPTION.format(how=ONE))
    traces: list[dict[str, Any]] = []
    looks = dict(zip((arm.key for arm in arms), ideas(arm.stability for arm in arms), strict=True))
    for control, effects in found:
        traces += _lines(control, looks[control.key], effects)
    said = [
        f"to the {control.label} {verdict(effect, _what(arms[0], control))} with "
        f"{words.percent(100 * pruned, 0)} removed"
        for control, effect in effect_at(arms, pruned)
    ]
    first = found[0][1][0].difference
    how = ONE if first.n == 1 else MANY.format(seeds=first.n, level=f"{100 * first.level:.0f} %")
    ends = [
        v for _, effects in found for e in effects for v in (e.difference.low, e.difference.high)
    ]
    low, high = min(-5.0, *ends), max(5.0, *ends)
    room = 0.05 * (high - low)
    above = 3 * room  # for words that cover no curve
    corner = {"xref": "x domain", "x": 0.01, "xanchor": "left", "yref": "y domain", "y": 1}
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=percent_axis("units removed from both"),
        yaxis=axis("points of test accuracy", range=[low - room, high + above]),
        shapes=[rule(y=0, dash="solid", colour="text"), rule(x=100 * pruned, dash="solid")],
        annotations=[note("noisy network better ↑", yanchor="top", **corner)],
    )
    return card("difference", TITLE, CAPTION.format(how=how), said, laid, size="wide")


@per_snapshot
def _everywhere(arms: Sequence[ArmView]) -> list[tuple[ArmView, list[AtShare]]]:
    return _effects(arms, SHARES)


def _effects(
    arms: Sequence[ArmView], shares: Sequence[float] | np.ndarray
) -> list[tuple[ArmView, list[AtShare]]]:
    noisy = arms[0].curves
    return [
        (control, at_shares(noisy, control.curves, shares))
        for control in arms[1:]
        if set(noisy) & set(control.curves)
    ]


def _lines(control: ArmView, look: Idea, effects: Sequence[AtShare]) -> list[dict[str, Any]]:
    x = short(100 * effect.share for effect in effects)
    differences = [effect.difference for effect in effects]
    style: dict[str, Any] = {"legendgroup": control.key}
    name = f"to the {control.label}"
    drawn = line(name, x, short(d.median for d in differences), look.colour,
                 dash=look.dash, width=2.6, hover=HOVER, **style)  # fmt: skip
    if differences[0].n == 1:
        return [drawn]
    low, high = short(d.low for d in differences), short(d.high for d in differences)
    return [band(x, low, high, look.colour, **style), drawn]


def _what(main: ArmView, control: ArmView) -> str:
    """What the noisy network has and the control has not."""
    if control.stability is None:
        return "noise"
    if control.stability == 2:
        return "heavy tails"
    return f"{main.runs[0].config.noise_type.word} noise"


RUN_FIGURES.register(ArmFigure(name="difference", place=30, draw=difference_to_controls))
