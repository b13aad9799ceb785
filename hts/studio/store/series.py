"""What a run records along the way: evaluations, kept snapshots and the live one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hts.config.arms import member_named
from hts.foreign import guarded
from hts.records import Evaluation, Moment, Snapshot, SnapshotSummary, decode, encode, summarise
from hts.studio.store.database import Database
from hts.studio.store.networks import Networks
from hts.studio.store.paths import Home, log, replacing
from hts.studio.store.run_row import split
from hts.studio.store.runs import Runs
from hts.validate import BadInput

Shown = TypeVar("Shown", Snapshot, Moment)


class Unreadable(BadInput):
    """A file of a run is missing or damaged."""


@dataclass(frozen=True)
class Series:
    """Rows of ``evaluations`` and ``summaries``, and the snapshot files beside them."""

    db: Database
    home: Home
    runs: Runs
    networks: Networks

    def add_evaluations(self, run_id: str, evaluations: Iterable[Evaluation]) -> None:
        """Record points, and with them the progress; an older point at the same step is replaced.

        They are acknowledged when this returns: a process killed afterwards loses none of them.
        """
        points = list(evaluations)
        if not points:
            return
        with self.db.writing() as connection:
            number = self.runs.number(run_id)
            connection.executemany(
                "INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, ?, ?, ?)",
                [(number, *_row(point)) for point in points],
            )
            last = max(points, key=lambda point: point.step)
            connection.execute(
                "UPDATE runs SET step = MAX(step, ?), seconds = MAX(seconds, ?), "
                "revision = revision + 1 WHERE number = ?",
                (last.step, last.seconds, number),
            )

    def evaluations(self, run_id: str, after: int = -1) -> list[Evaluation]:
        """Points at steps larger than ``after``, in order; of a run of several, medians."""
        base, key = split(run_id)
        if key is not None:
            return self.networks.evaluations(self.runs.number(base), key, after)
        rows = self.db.rows(
            "SELECT step, train_loss, train_accuracy, test_accuracy, seconds FROM evaluations "
            "WHERE run = ? AND step > ? ORDER BY step",
            (self.runs.number(run_id), after),
        )
        return [Evaluation(**dict(row)) for row in rows]

    def add_snapshot(self, run_id: str, snapshot: Snapshot) -> None:
        """Keep a snapshot: its file, and a row with its scalars."""
        self.runs.number(run_id)
        with replacing(self.home.snapshot(run_id, snapshot.step)) as file:
            file.write(encode(snapshot))
        self.add_summary(run_id, summarise(snapshot))

    def add_summary(self, run_id: str, summary: SnapshotSummary) -> None:
        """Keep the scalars of a look."""
        row = (self.runs.number(run_id), summary.step, encode(summary).decode())
        with self.db.writing():
            self.db.change("INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)", row)
            self.runs.update(run_id)

    def summaries(self, run_id: str, after: int = -1) -> list[SnapshotSummary]:
        """The scalars of the kept snapshots at steps larger than ``after``, in order."""
        base, key = split(run_id)
        if key is not None:
            return self.networks.summaries(self.runs.number(base), key, after)
        rows = self.db.rows(
            "SELECT body FROM summaries WHERE run = ? AND step > ? ORDER BY step",
            (self.runs.number(run_id), after),
        )
        return [decode(row[0], SnapshotSummary) for row in rows]

    def snapshot_steps(self, run_id: str) -> list[int]:
        """At which steps a snapshot was kept, in order."""
        if split(run_id)[1] is not None:
            return [summary.step for summary in self.summaries(run_id)]
        rows = self.db.rows(
            "SELECT step FROM summaries WHERE run = ? ORDER BY step", (self.runs.number(run_id),)
        )
        return [int(row[0]) for row in rows]

    def snapshot(self, run_id: str, step: int) -> Snapshot:
        """A kept snapshot; `Unreadable` if its file is missing or damaged."""
        base, key = split(run_id)
        run = self.runs.get(base)
        what = f"the snapshot of step {step}"
        if key is None:
            return _read(self.home.snapshot(run_id, int(step)), what, Snapshot)
        place, _ = member_named(run.config, key)
        shown = _read(self.home.moment(base, int(step)), what, Moment).members[place]
        if shown is None:
            raise Unreadable(f"{what} is not there: the network had diverged.")
        return shown

    def moment(self, run_id: str, step: int) -> Moment:
        """A kept look at several networks; `Unreadable` if its file is missing or damaged."""
        self.runs.number(run_id)
        return _read(self.home.moment(run_id, int(step)), f"the look at step {step}", Moment)

    def write_live(self, run_id: str, snapshot: Snapshot) -> None:
        """Show a snapshot without keeping it: the next one takes its place."""
        show(self.home.live(run_id), snapshot)

    def live_mark(self, run_id: str) -> tuple[int, ...] | None:
        """Something that changes when the live snapshot does; None without one."""
        base, key = split(run_id)
        path = self.home.live(base) if key is None else self.home.networks(base)
        try:
            status = path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size, status.st_ino)

    def live(self, run_id: str) -> Snapshot | None:
        """The newest snapshot shown, or None; a damaged file counts as none, with a log line."""
        base, key = split(run_id)
        run = self.runs.get(base)
        if self.live_mark(run_id) is None:
            return None
        try:
            if key is None:
                return _read(self.home.live(run_id), "the live snapshot", Snapshot)
            place, _ = member_named(run.config, key)
            return _read(self.home.networks(base), "the live snapshot", Moment).members[place]
        except Unreadable as error:
            log.warning("run %s: %s", run_id, error)
            return None

    def live_moment(self, run_id: str) -> list[Snapshot | None] | None:
        """The newest look at the networks of a run of several; None without a readable one."""
        try:
            return _read(self.home.networks(run_id), "the live snapshot", Moment).members
        except Unreadable:
            return None

    def rollback(self, run_id: str, step: int, seconds: float | None = None) -> None:
        """Take back everything recorded after ``step``, to continue from there.

        Step -1 takes back everything.
        """
        number = self.runs.number(run_id)
        dropped = [kept for kept in self.snapshot_steps(run_id) if kept > step]
        with self.db.writing() as connection:
            for table in ("evaluations", "summaries"):
                connection.execute(
                    f"DELETE FROM {table} WHERE run = ? AND step > ?", (number, step)
                )
            moments = self.networks.rollback(number, step)
            connection.execute(
                "UPDATE runs SET step = MAX(0, ?), seconds = COALESCE(?, seconds), "
                "epoch = epoch + 1, revision = revision + 1 WHERE number = ?",
                (step, seconds, number),
            )
        for kept in dropped:
            self.home.snapshot(run_id, kept).unlink(missing_ok=True)
        for kept in moments:
            self.home.moment(run_id, kept).unlink(missing_ok=True)
        if moments or step < 0:
            self.home.networks(run_id).unlink(missing_ok=True)
        live = self.live(run_id)
        if live is not None and live.step > step:
            self.home.live(run_id).unlink(missing_ok=True)


def show(path: Path, shown: Snapshot | Moment) -> None:
    """Show what is not kept.  A picture that cannot be written never ends the run it is of."""
    try:
        with replacing(path) as file:
            file.write(encode(shown))
    except OSError as error:
        log.warning("%s was not written: %s; the next look tries again", path.name, error)


def _read(path: Path, what: str, kind: type[Shown]) -> Shown:
    if not path.exists():
        raise Unreadable(f"{what} is not there: its file {path.name} is missing.")
    says = f"cannot be read: {path.name} is damaged"
    with guarded(what, says=says, kind=Unreadable):
        return decode(path.read_bytes(), kind)


def _row(point: Evaluation) -> tuple[float | None, ...]:
    loss = point.train_loss
    finite = loss if loss is not None and math.isfinite(loss) else None
    return (point.step, finite, point.train_accuracy, point.test_accuracy, point.seconds)
