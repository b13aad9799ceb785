"""What the board shows of a run, made once for all viewers of this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hts.config.arms import trains_several
from hts.records import Snapshot
from hts.shared_cache import SharedCache
from hts.studio.figures.run.bands import spread
from hts.studio.figures.run.board import board, encode_board
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.run.difference import sentences
from hts.studio.figures.view import ArmView
from hts.studio.store.series import Unreadable
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from pages._parts.board.views import Shown, ensemble_view


@dataclass(frozen=True, kw_only=True)
class Payload:
    """JSON of the two halves of a board, and the read-out at the chosen pruned share."""

    top: bytes  # status line and numbers
    figures: bytes
    read_out: list[str]


_payloads: SharedCache[Payload] = SharedCache(48)
_moments: SharedCache[list[Snapshot | None]] = SharedCache(64)


def payload(
    store: Store,
    shown: Shown,
    *,
    removed: int,
    look_back: int | None,
    layer: int = 0,
    picked: int | None = None,
    only: tuple[str, ...] = (),
) -> Payload:
    """The board with ``removed`` percent of units pruned, now or as of step ``look_back``.

    ``layer``: which of several layers its weight figures show; ``picked``: the one seed shown;
    ``only``: the figures that are drawn, if not all.
    """
    versions = tuple((view.run.id, view.version) for view in (shown.main, *shown.networks))
    key = (str(store.home.root), versions, removed, look_back, layer, picked, only)

    def make() -> Payload:
        run = ensemble_view(shown, _then(store, shown, look_back), picked)
        whole = board(run, pruned=removed / 100, layer=layer, only=only)
        return Payload(
            top=encode_board({"status": whole["status"], "metrics": whole["metrics"]}),
            figures=encode_board({"cards": whole["cards"]}),
            read_out=_read_out(run.shown, removed, look_back),
        )

    return _payloads.get(key, make)


def _then(store: Store, shown: Shown, step: int | None) -> list[Snapshot | None]:
    """Each network at the kept look nearest to ``step``; None for the latest, or if unreadable."""
    nothing: list[Snapshot | None] = [None] * len(shown.networks)
    main = shown.main
    if step is None or not main.summaries:
        return nothing
    nearest = min((summary.step for summary in main.summaries), key=lambda kept: abs(kept - step))

    def read() -> list[Snapshot | None]:
        if trains_several(main.run.config):
            return store.series.moment(main.run.id, nearest).members
        return [_at(store, view, nearest) for view in shown.networks]

    key = (str(store.home.root), nearest, *((v.run.id, v.run.epoch) for v in shown.runs))
    try:
        return _moments.get(key, read)
    except Unreadable:
        return nothing


def _at(store: Store, view: View, step: int) -> Snapshot | None:
    """The kept snapshot of a run nearest to ``step``."""
    steps = [summary.step for summary in view.summaries]
    if not steps:
        return None
    return store.series.snapshot(view.run.id, min(steps, key=lambda kept: abs(kept - step)))


def _read_out(arms: Sequence[ArmView], removed: int, look_back: int | None) -> list[str]:
    """``With 50 % of units removed: 93.4 % on test``; with controls what noise costs or gains."""
    when = "" if look_back is None else f"At step {look_back}: "
    if told := sentences(arms, removed / 100):
        return [f"{when}{told[0]}", *told[1:]]
    curves = [run.snapshot.curve for run in arms[0].runs if run.snapshot]
    if not curves:
        return ["The first snapshot is on its way."]
    test, train = (
        [
            read_at(curve.pruned, getattr(curve, f"{part}_accuracy"), removed / 100)
            for curve in curves
        ]
        for part in ("test", "train")
    )
    between = min(abs(100 * level - removed) for level in curves[0].pruned) > 1e-6
    about = "about " if between else ""
    seeds = f", median of {len(curves)} seeds" if len(curves) > 1 else ""
    said = f"{about}**{spread(test)}** on test, {spread(train)} on training{seeds}"
    return [f"{when}With {removed} % of units removed: {said}."]
