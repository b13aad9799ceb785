"""`Tail`: what a page shows of a run, read once for all viewers and only what is new."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hts.config.arms import members, trains_several
from hts.records import Evaluation, Snapshot, SnapshotSummary
from hts.studio.store.run_row import Run, UnknownRun, network_of
from hts.studio.store.runs import Runs
from hts.studio.store.series import Series, Unreadable
from hts.validate import capitalised


@dataclass(frozen=True, kw_only=True)
class View:
    """A run with everything it has recorded so far; the same object while nothing changed."""

    version: str  # changes exactly when something in here does
    run: Run
    evaluations: tuple[Evaluation, ...]  # by step
    summaries: tuple[SnapshotSummary, ...]  # of the kept snapshots, by step
    snapshot: Snapshot | None  # the latest: live, or the last kept one
    note: str = ""  # what could not be read, in words


class _Entry:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.view: View | None = None
        self.several: tuple[View, ...] = ()
        self.seen = (-1, -1)  # the last steps of evaluations and of summaries in `several`
        self.mark: tuple[int, ...] | None = None  # of the live snapshot in the view
        self.read_at = 0.0


class Tail:
    """Incremental reader of one store, for every viewer of a process.

    Viewers that ask within ``share`` seconds share one read, and when nothing changed a read is
    one query and one ``stat``.  At most ``keep`` runs are remembered, the least recently seen go
    first.
    """

    def __init__(
        self,
        runs: Runs,
        series: Series,
        *,
        keep: int = 64,
        share: float = 0.3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runs, self._series = runs, series
        self._keep, self._share, self._clock = keep, share, clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def view(self, run_id: str) -> View:
        """The run as it stands, at most ``share`` seconds old; `UnknownRun` if there is none."""
        entry = self._entry(run_id)
        with entry.lock:
            now = self._clock()
            if entry.view is None or now - entry.read_at >= self._share:
                try:
                    entry.view = self._read(run_id, entry)
                except UnknownRun:
                    self.forget(run_id)
                    raise
                entry.read_at = now
            return entry.view

    def networks(self, run_id: str) -> tuple[View, ...]:
        """The networks of a run of several, in the order of `hts.config.arms.members`."""
        entry = self._entry(f"{run_id}.")
        with entry.lock:
            now = self._clock()
            if not entry.several or now - entry.read_at >= self._share:
                entry.several = self._read_all(run_id, entry)
                entry.read_at = now
            return entry.several

    def _read_all(self, run_id: str, entry: _Entry) -> tuple[View, ...]:
        run, old = self._runs.get(run_id), entry.several
        named = members(run.config)
        mark = self._series.live_mark(f"{run_id}.{named[0].key}")
        version = ".".join(map(str, (run.revision, *(mark or ()))))
        if old and old[0].version == version:
            return old
        if old and (old[0].run.epoch, old[0].run.attempt) != (run.epoch, run.attempt):
            old = ()
        number = self._runs.number(run_id)
        networks, after = self._series.networks, entry.seen if old else (-1, -1)
        points = networks.evaluations_of_all(number, after[0])
        kept = networks.summaries_of_all(number, after[1])
        shown: Sequence[Snapshot | None] = [view.snapshot for view in old] or [None] * len(named)
        if mark is not None and (entry.mark != mark or not old):
            shown = self._series.live_moment(run_id) or shown
        entry.mark = mark
        entry.seen = (
            max([after[0], *(one[-1].step for one in points.values())]),
            max([after[1], *(one[-1].step for one in kept.values())]),
        )
        return tuple(
            View(
                version=version,
                run=network_of(run, member.key),
                evaluations=(*(old[place].evaluations if old else ()), *points.get(member.key, ())),
                summaries=(*(old[place].summaries if old else ()), *kept.get(member.key, ())),
                snapshot=shown[place],
            )
            for place, member in enumerate(named)
        )

    def forget(self, run_id: str) -> None:
        """Read the run anew next time."""
        with self._lock:
            for name in (run_id, f"{run_id}."):
                self._entries.pop(name, None)

    def _entry(self, run_id: str) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(run_id, _Entry())
            self._entries.move_to_end(run_id)
            while len(self._entries) > self._keep:
                self._entries.popitem(last=False)
            return entry

    def _read(self, run_id: str, entry: _Entry) -> View:
        run, old = self._runs.get(run_id), entry.view
        mark = self._series.live_mark(run_id)
        if old is not None and old.run == run and entry.mark == mark:
            return old
        if old is not None and (old.run.epoch, old.run.attempt) != (run.epoch, run.attempt):
            old = None  # points were taken back and may have been recorded again
        evaluations = old.evaluations if old else ()
        summaries = old.summaries if old else ()
        if old is None or old.run.revision != run.revision:
            seen = evaluations[-1].step if evaluations else -1
            evaluations += tuple(self._series.evaluations(run_id, after=seen))
            seen = summaries[-1].step if summaries else -1
            summaries += tuple(self._series.summaries(run_id, after=seen))
        last_kept = summaries[-1].step if summaries else -1
        snapshot: Snapshot | None
        if trains_several(run.config):
            snapshot, note = None, ""  # its networks have one each
        elif old and old.snapshot and entry.mark == mark and old.snapshot.step >= last_kept:
            snapshot, note = old.snapshot, old.note
        else:
            snapshot, note = self._latest(run_id, last_kept)
        entry.mark = mark
        return View(
            version=".".join(map(str, (run.revision, *(mark or ())))),
            run=run,
            evaluations=evaluations,
            summaries=summaries,
            snapshot=snapshot,
            note=note,
        )

    def _latest(self, run_id: str, last_kept: int) -> tuple[Snapshot | None, str]:
        """The live snapshot or the last kept one, whichever is later, and what is unreadable."""
        notes = []
        live = self._series.live(run_id)
        if live is None and self._series.live_mark(run_id) is not None:
            notes.append("The live snapshot cannot be read.")
        if last_kept < 0 or (live is not None and live.step >= last_kept):
            return live, " ".join(notes)
        try:
            return self._series.snapshot(run_id, last_kept), " ".join(notes)
        except Unreadable as error:
            notes.append(capitalised(error))
            return live, " ".join(notes)
