"""The board of the Train page: where the run stands, four numbers, and the figures in order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from hts.studio.figures import words
from hts.studio.figures.run import groups
from hts.studio.figures.run.metrics import metrics
from hts.studio.figures.view import EnsembleView

STATES = {
    "queued": ("Waiting in the queue", ""),
    "running": ("Training", ""),
    "paused": ("Paused", "warn"),
    "finished": ("Finished", "good"),
    "stopped": ("Stopped", "warn"),
    "diverged": ("Diverged", "bad"),
    "useless": ("Useless", "bad"),
    "failed": ("Failed", "bad"),
}
MORE = {"id": "more", "heading": "More figures"}


def board(
    run: EnsembleView, *, pruned: float, layer: int = 0, only: Collection[str] = ()
) -> dict[str, Any]:
    """Everything the live board shows of a run, ready for JSON.

    ``pruned``: fraction of units removed, in [0, 1], marked in the figures.  ``layer``: which
    layer the weight figures show.  ``only``: the names of figures, if not all are shown;
    then there are no numbers, and a figure alone has the whole width.
    """
    first, more = groups(run.shown, pruned=pruned, layer=layer, only=only)
    if only:
        few = [card.payload() for card in first + more]
        alone = {"size": "full"} if len(few) == 1 else {}
        return {"status": status(run), "metrics": [], "cards": [card | alone for card in few]}
    return {
        "status": status(run),
        "metrics": [metric.payload() for metric in metrics(run.shown, layer=layer)],
        "cards": [*(card.payload() for card in first), MORE, *(card.payload() for card in more)],
    }


def encode_board(payload: dict[str, Any]) -> bytes:
    """JSON of a board, to be made once per run, version and pruning ratio for all viewers."""
    return msgspec.json.encode(payload)


def status(run: EnsembleView) -> dict[str, Any]:
    """The status line: state in words, steps done, percent, time left."""
    text, tone = STATES.get(run.state, (run.state.capitalize(), ""))
    total = run.config.iterations
    parts = [f"step {words.count(run.step)} of {words.count(total)}"]
    if run.config.target_accuracy is not None:
        parts[0] = f"step {words.count(run.step)} of at most {words.count(total)}"
    if run.seconds_left is not None and run.state == "running":
        parts.append(f"{words.duration(run.seconds_left)} left")
    done = run.progress
    if run.result is not None:
        why = run.message.rstrip(".") or run.result.stop_reason
        parts += [why, words.duration(run.result.seconds)]
    elif run.message:
        parts.append(run.message)
    return {
        "state": text,
        "tone": tone,
        "percent": round(100 * (min(1.0, run.step / total) if done is None else done), 1),
        "detail": " · ".join(parts),
    }
