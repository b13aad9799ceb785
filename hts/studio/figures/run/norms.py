"""Norms of the units from largest to smallest, and where pruning cuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import (
    figure,
    log_axis,
    note,
    percent_axis,
    positive,
    rule,
    shade,
)
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import bundle, faint_lines, seeds_said, seen, spread, strands
from hts.studio.figures.run.layers import titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.theme import named
from hts.studio.figures.view import ArmView, RunView

HOVER = "%{x:.1f} % of units have a norm of at least %{y:.3g}"
TITLE = "Norms of the units"
CAPTION = "Norm of each hidden unit's incoming weights; pruning keeps the left."


@per_snapshot
def unit_norms(arms: Sequence[ArmView], *, pruned: float, layer: int = 0) -> Card:
    """Sorted unit norms of one hidden layer; ``pruned`` is the fraction removed, in [0, 1]."""

    def known(run: RunView) -> Any:
        view = run.layer(layer)
        return view if view and any(norm > 0 for norm in view.sorted_norms) else None

    shown = seen(arms, known)
    if not shown:
        return waiting("norms", TITLE, CAPTION, size="half")
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for one in shown:
        curves = bundle(([100 * rank for rank in v.rank], v.sorted_norms) for v in one.parts)
        traces += strands(one, curves, faint=faint_lines(arms), hover=HOVER, clean=positive)
        largest = spread((v.sorted_norms[0] for v in one.parts), _brief)
        middles = spread((v.sorted_norms[len(v.sorted_norms) // 2] for v in one.parts), _brief)
        view = one.parts[0]
        said.append(
            f"{one.arm.label}: largest norm {largest}, median near {middles}, "
            f"{words.count(view.units)} {view.of} of {words.count(view.inputs)} inputs"
        )
    kept = 100 * (1 - pruned)
    said.append(f"pruning {words.percent(100 * pruned)} keeps the {words.percent(kept)} largest")
    sizes = [norm for one in shown for view in one.parts for norm in view.sorted_norms if norm > 0]
    marks = [
        note(word, x=kept, y=0.98, yref="y domain", yanchor="top", xanchor=anchor, xshift=shift)
        for word, anchor, shift, room in (
            ("kept", "right", -5, kept),
            ("pruned", "left", 5, 100 - kept),
        )
        if room >= 15
    ]
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=percent_axis("units, largest norm first"),
        yaxis=log_axis("norm", min(sizes), max(sizes)),
        shapes=[shade(named("muted", 12), x=(kept, 102)), rule(x=kept, dash="solid")],
        annotations=marks,
    )
    caption = CAPTION + seeds_said(arms)
    return card("norms", titled(TITLE, arms, layer), caption, said, laid, size="half")


def _brief(value: float) -> str:
    return f"{value:.3g}"


RUN_FIGURES.register(ArmFigure(name="norms", place=20, draw=unit_norms, compares=True))
