"""How much of the weights is lost: relative error against the fraction of units kept."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import axis, figure, line, note, percent_axis, rule, short
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run import RUN_FIGURES, RunFigure
from hts.studio.figures.run.curve import read_at, reading
from hts.studio.figures.run.layers import several, titled
from hts.studio.figures.run.remember import per_snapshot
from hts.studio.figures.view import RunView

CRITERION = sqrt(0.1)  # the pruning criterion bounds the squared error by 0.1
TITLE = "Compression error"
CAPTION = (
    "Relative error ‖pruned − full‖ / ‖full‖ when only the largest units are kept: "
    "the lower the curve, the more compressible the layer."
)


@per_snapshot
def compression_error(runs: Sequence[RunView], *, pruned: float, layer: int = 0) -> Card:
    """Relative error (Frobenius norms) against percent of units kept, for up to five runs.

    Of several layers one is shown; snapshots of before these were recorded show all together.
    """
    shown = [(i, run, run.snapshot.curve) for i, run in enumerate(runs) if run.snapshot]
    one = several(runs) and all(_error(run, layer) for _, run, _ in shown)
    if not shown:
        return waiting("compression", TITLE, CAPTION)
    traces: list[dict[str, Any]] = []
    said: list[str] = []
    for position, (i, run, curve) in enumerate(shown):
        error = (one and _error(run, layer)) or curve.relative_error
        kept = short(100 * (1 - fraction) for fraction in curve.pruned)
        dash = "dash" if position == 1 and len(shown) == 2 else "solid"
        hover = "%{x:.1f} % kept: relative error %{y:.3f}"
        traces.append(line(run.label, kept, short(error), i, width=2.4, dash=dash, hover=hover))
        chosen = read_at(curve.pruned, error, pruned)
        traces.append(reading(100 * (1 - pruned), chosen, i))
        said.append(
            f"{run.label}: relative error about {words.number(chosen, 3)} "
            f"with {words.percent(100 * (1 - pruned))} of units kept"
        )
    laid = figure(
        traces,
        runs[0].id,
        xaxis=percent_axis("units kept"),
        yaxis=axis("relative error", range=[-0.02, 1.02], dtick=0.2),
        shapes=[rule(x=100 * (1 - pruned), dash="solid"), rule(y=CRITERION)],
        annotations=[
            note("criterion: squared error 0.1", x=0, xanchor="left", y=CRITERION, yanchor="top")
        ],
    )
    title = titled(TITLE, runs, layer) if one else TITLE
    return card("compression", title, CAPTION, said, laid)


def _error(run: RunView, layer: int) -> list[float] | None:
    view = run.layer(layer)
    return view.relative_error if view else None


RUN_FIGURES.register(RunFigure(name="compression", place=50, draw=compression_error, compares=True))
