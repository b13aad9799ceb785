"""How much of the weights is lost: relative error against the fraction of units kept."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, note, percent_axis, rule
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, ArmFigure
from hts.studio.figures.run.bands import (
    bundle,
    faint_lines,
    middle,
    ring,
    seeds_said,
    seen,
    spread,
    strands,
)
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.run.layers import several, titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.view import ArmView, RunView

CRITERION = sqrt(0.1)  # the pruning criterion bounds the squared error by 0.1
TITLE = "Compression error"
CAPTION = (
    "Relative error ‖pruned − full‖ / ‖full‖ when only the largest units are kept: "
    "the lower the curve, the more compressible the layer."
)


@per_snapshot
def compression_error(arms: Sequence[ArmView], *, pruned: float, layer: int = 0) -> Card:
    """Relative error (Frobenius norms) against percent of units kept, of every arm.

    Of several layers one is shown; snapshots of before these were recorded show all together.
    """
    looked_at = [run for arm in arms for run in arm.runs if run.snapshot]
    one_layer = several(arms) and all(_error(run, layer) for run in looked_at)

    def known(run: RunView) -> tuple[list[float], list[float]] | None:
        if run.snapshot is None:
            return None
        error = (one_layer and _error(run, layer)) or run.snapshot.curve.relative_error
        return run.snapshot.curve.pruned, error

    shown = seen(arms, known)
    if not shown:
        return waiting("compression", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    hover = "%{x:.1f} % kept: relative error %{y:.3f}"
    for one in shown:
        curves = bundle(([100 * (1 - at) for at in x], error) for x, error in one.parts)
        chosen = [read_at(x, error, pruned) for x, error in one.parts]
        traces += strands(one, curves, faint=faint_lines(arms), hover=hover)
        traces.append(ring(one, 100 * (1 - pruned), middle(chosen)))
        said.append(
            f"{one.arm.label}: relative error about "
            f"{spread(chosen, lambda value: words.number(value, 3))} "
            f"with {words.percent(100 * (1 - pruned))} of units kept"
        )
    laid = figure(
        traces,
        arms[0].runs[0].id,
        xaxis=percent_axis("units kept"),
        yaxis=axis("relative error", range=[-0.02, 1.02], dtick=0.2),
        shapes=[rule(x=100 * (1 - pruned), dash="solid"), rule(y=CRITERION)],
        annotations=[
            note("criterion: squared error 0.1", x=0, xanchor="left", y=CRITERION, yanchor="top")
        ],
    )
    title = titled(TITLE, arms, layer) if one_layer else TITLE
    return card("compression", title, CAPTION + seeds_said(arms), said, laid)


def _error(run: RunView, layer: int) -> list[float] | None:
    view = run.layer(layer)
    return view.relative_error if view else None


RUN_FIGURES.register(ArmFigure(name="compression", place=80, draw=compression_error, compares=True))
