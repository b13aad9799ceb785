"""What the board shows of a run, made once for all viewers of this process."""

from __future__ import annotations

from dataclasses import dataclass

from hts.records import Snapshot
from hts.shared_cache import SharedCache
from hts.studio.figures import words
from hts.studio.figures.run.board import board, encode_board
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.view import RunView
from hts.studio.store.series import Unreadable
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from pages._parts.board.views import noise_words, run_view, twin_words


@dataclass(frozen=True, kw_only=True)
class Payload:
    """JSON of the two halves of a board, and the read-out at the chosen pruning ratio."""

    top: bytes  # status line and numbers
    figures: bytes
    read_out: str


_payloads: SharedCache[Payload] = SharedCache(48)
_snapshots: SharedCache[Snapshot] = SharedCache(64)


def payload(
    store: Store,
    main: View,
    twin: View | None,
    *,
    removed: int,
    look_back: int | None,
    layer: int = 0,
) -> Payload:
    """The board with ``removed`` percent of units pruned, now or as of step ``look_back``.

    ``layer``: which of several layers its weight figures show.
    """
    versions = (main.run.id, main.version, twin and twin.run.id, twin and twin.version)
    home = str(store.home.root)
    return _payloads.get(
        (home, *versions, removed, look_back, layer),
        lambda: _make(store, main, twin, removed, look_back, layer),
    )


def _make(
    store: Store, main: View, twin: View | None, removed: int, look_back: int | None, layer: int
) -> Payload:
    shown = run_view(main, noise_words(main.run), _at(store, main, look_back))
    beside = twin and run_view(twin, twin_words(main.run, twin.run), _at(store, twin, look_back))
    whole = board(shown, beside, pruned=removed / 100, layer=layer)
    return Payload(
        top=encode_board({"status": whole["status"], "metrics": whole["metrics"]}),
        figures=encode_board({"cards": whole["cards"]}),
        read_out=_read_out([shown, *([beside] if beside else [])], removed, look_back),
    )


def _at(store: Store, view: View, step: int | None) -> Snapshot | None:
    """The kept snapshot nearest to ``step``; None for the latest, or if it cannot be read."""
    if step is None or not view.summaries:
        return None
    nearest = min((summary.step for summary in view.summaries), key=lambda kept: abs(kept - step))
    run = view.run
    try:
        return _snapshots.get(
            (str(store.home.root), run.id, run.epoch, nearest),
            lambda: store.series.snapshot(run.id, nearest),
        )
    except Unreadable:
        return None


def _read_out(runs: list[RunView], removed: int, look_back: int | None) -> str:
    """``With 50 % of units removed: 93.4 % test (98.0 % training); Gaussian twin ...``."""
    said = []
    for place, run in enumerate(runs):
        if run.snapshot is None:
            continue
        curve = run.snapshot.curve
        test = read_at(curve.pruned, curve.test_accuracy, removed / 100)
        train = read_at(curve.pruned, curve.train_accuracy, removed / 100)
        name = f"{run.label} " if place else ""
        between = min(abs(100 * level - removed) for level in curve.pruned) > 1e-6
        name += "about " if between else ""
        said.append(f"{name}**{words.percent(test)}** on test, {words.percent(train)} on training")
    if not said:
        return "The first snapshot is on its way."
    when = "With" if look_back is None else f"At step {look_back} with"
    return f"{when} {removed} % of units removed: " + "; ".join(said) + "."
