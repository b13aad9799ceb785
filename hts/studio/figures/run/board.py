"""The board of the Train page: where the run stands, four numbers, and the figures in order."""

from __future__ import annotations

from typing import Any

import msgspec

from hts.studio.figures import words
from hts.studio.figures.run.boundary import decision_boundary
from hts.studio.figures.run.ccdf import weight_ccdf
from hts.studio.figures.run.compression import compression_error
from hts.studio.figures.run.hill import hill_plot
from hts.studio.figures.run.histogram import weight_histogram
from hts.studio.figures.run.history import training_history
from hts.studio.figures.run.layers import layer_by_layer
from hts.studio.figures.run.metrics import metrics
from hts.studio.figures.run.norms import unit_norms
from hts.studio.figures.run.pruning import accuracy_after_pruning
from hts.studio.figures.run.tail import tail_history
from hts.studio.figures.view import RunView

STATES = {
    "queued": ("Waiting in the queue", ""),
    "running": ("Training", ""),
    "paused": ("Paused", "warn"),
    "finished": ("Finished", "good"),
    "stopped": ("Stopped", "warn"),
    "diverged": ("Diverged", "bad"),
    "failed": ("Failed", "bad"),
}


def board(
    main: RunView, twin: RunView | None = None, *, pruned: float, layer: int = 0
) -> dict[str, Any]:
    """Everything the live board shows of a run, ready for JSON.

    ``pruned``: fraction of units removed, in [0, 1], marked in the figures.  ``layer``: which
    layer the weight figures show.
    """
    runs = [main] if twin is None else [main, twin]
    cards = [
        training_history(runs),
        weight_histogram(runs, layer=layer),
        weight_ccdf(runs, layer=layer),
        accuracy_after_pruning(runs, pruned=pruned),
        compression_error(runs, pruned=pruned, layer=layer),
        unit_norms(runs, pruned=pruned, layer=layer),
        tail_history(runs, layer=layer),
        hill_plot(runs, layer=layer),
        layer_by_layer(runs),
        decision_boundary(runs),
    ]
    return {
        "status": status(main),
        "metrics": [metric.payload() for metric in metrics(main, twin, layer=layer)],
        "cards": [card.payload() for card in cards if card is not None],
    }


def encode_board(payload: dict[str, Any]) -> bytes:
    """JSON of a board, to be made once per run, version and pruning ratio for all viewers."""
    return msgspec.json.encode(payload)


def status(run: RunView) -> dict[str, Any]:
    """The status line: state in words, steps done, percent, time left."""
    text, tone = STATES.get(run.state, (run.state.capitalize(), ""))
    total = run.config.iterations
    parts = [f"step {words.count(run.steps_done)} of {words.count(total)}"]
    if run.config.target_accuracy is not None:
        parts[0] = f"step {words.count(run.steps_done)} of at most {words.count(total)}"
    if run.seconds_left is not None and run.state == "running":
        parts.append(f"{words.duration(run.seconds_left)} left")
    if run.result is not None:
        parts.append(f"{run.result.stop_reason} after {words.duration(run.result.seconds)}")
    if run.message:
        parts.append(run.message)
    return {
        "state": text,
        "tone": tone,
        "percent": round(min(100.0, 100 * run.steps_done / total), 1),
        "detail": " · ".join(parts),
    }
