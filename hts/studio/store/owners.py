"""Who asked for a run: its owner, and who else wants it.

A run has one owner, who may change it, and any number of askers, who asked for the same settings
while it was there and see it among theirs.  When its owner gives it up, the earliest asker gets it.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from hts.config import RunConfig
from hts.config.arms import members
from hts.studio.store.database import Database
from hts.studio.store.holdings import NOBODY, Holdings
from hts.studio.store.paths import Home
from hts.studio.store.run_row import Run, State, split
from hts.studio.store.runs import Runs
from hts.studio.store.sight import Sight


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """What one person has asked for that has not come to its end."""

    computing: int  # runs
    queued: int  # runs
    paused: int  # runs that a worker holds in memory
    sweeps: int
    networks: int  # of the sweeps, and of runs of several networks

    @property
    def waiting(self) -> int:
        """Requests that take a place in the queue, or memory, or both."""
        return self.queued + self.paused + self.sweeps


@dataclass(frozen=True)
class Owners:
    """The table ``askers``, and the column that names the owner of a run."""

    db: Database
    home: Home
    runs: Runs
    holdings: Holdings

    def same_request(self, config: RunConfig, twin: RunConfig | None, sight: Sight) -> Run | None:
        """The newest run that already answers a request for ``config`` beside ``twin``.

        It is queued, going on, or finished by itself; one that is paused, or was stopped, is not
        what was asked for.  A run with a twin also answers who wants none.
        """
        for run in self.runs.like(config, ("queued", "starting", "running", "finished"), sight):
            fits = twin is None or self._is(run.twin, twin)
            if fits and run.want == "run" and run.want_step is None:
                return run
        return None

    def _is(self, run_id: str | None, config: RunConfig) -> bool:
        """Whether this is a run of ``config`` that nobody has steered."""
        return run_id is not None and any(
            run.id == run_id for run in self.runs.like(config, get_args(State), None)
        )

    def add_asker(self, run_id: str, person_id: str) -> None:
        """Record that this person wants the run too; its owner does anyway."""
        with self.db.writing():
            if self.runs.get(run_id).owner != person_id:
                self.db.change(
                    "INSERT OR IGNORE INTO askers VALUES (?, ?, ?)",
                    (self.runs.number(run_id), person_id, time.time()),
                )

    def askers(self, run_id: str) -> list[str]:
        """Who else asked for the run, the earliest first."""
        rows = self.db.rows(
            "SELECT person FROM askers WHERE run = ? ORDER BY asked, person",
            (self.runs.number(run_id),),
        )
        return [row["person"] for row in rows]

    def withdraw(self, run_id: str, person_id: str) -> bool:
        """Let this person no longer want the run; True if somebody else still does.

        Gives an owner's run to the earliest asker.  Without one nothing changes for the owner.
        """
        with self.db.writing():
            self._forget(run_id, person_id)
            others, run = self.askers(run_id), self.runs.get(run_id)
            if run.owner != person_id:
                return True
            if others:
                self.runs.update(run_id, owner=others[0])
                self._forget(run_id, others[0])
            return bool(others)

    def _forget(self, run_id: str, person_id: str) -> None:
        sql = "DELETE FROM askers WHERE run = ? AND person = ?"
        self.db.change(sql, (self.runs.number(run_id), person_id))

    def unfinished_of(self, person_id: str) -> Unfinished:
        """What this person has asked for and what has not come to its end."""
        runs = self.db.rows(
            "SELECT state, config FROM runs WHERE owner = ? AND +sweep IS NULL AND (state IN "
            "('queued', 'starting', 'running') OR (state = 'paused' AND pid IS NOT NULL))",
            (person_id,),
        )
        state = Counter(row["state"] for row in runs)
        networks = [len(members(RunConfig.from_json(row["config"]))) for row in runs]
        sweeps, left = self.db.rows(
            "SELECT COUNT(DISTINCT s.number), COUNT(m.sweep) FROM sweeps AS s LEFT JOIN members "
            "AS m ON m.sweep = s.number AND m.state IN ('waiting', 'running') "
            "WHERE s.owner = ? AND s.state IN ('queued', 'running')",
            (person_id,),
        )[0]
        return Unfinished(
            computing=state["starting"] + state["running"],
            queued=state["queued"],
            paused=state["paused"],
            sweeps=sweeps,
            networks=left + sum(count for count in networks if count > 1),
        )

    def computing(self) -> Counter[str]:
        """For whom so many runs, and groups of sweeps, are computed now; "": without an owner."""
        rows = self.db.rows(
            "SELECT COALESCE(owner, '') AS owner FROM runs WHERE +sweep IS NULL "
            "AND (state IN ('starting', 'running') OR (state = 'paused' AND want = 'run')) "
            "UNION ALL SELECT COALESCE(s.owner, '') FROM groups_of_members AS g "
            "JOIN sweeps AS s ON s.number = g.sweep WHERE g.pid IS NOT NULL"
        )
        return Counter(row["owner"] for row in rows)

    def all(self) -> list[str | None]:
        """Whoever owns a run."""
        return [row["owner"] for row in self.db.rows("SELECT DISTINCT owner FROM runs")]

    def bytes_of_run(self, run_id: str) -> int:
        """Bytes on disk of the files of a run and of its networks."""
        top = self.home.run("")
        folders = (self.home.run(run_id), *top.glob(f"{run_id}.*"))
        return sum(_size(file) for folder in folders for file in folder.rglob("*"))

    def bytes_of(self, person_id: str | None) -> int:
        """Bytes on disk of what this person has; None: of what is without an owner.

        That is runs with their networks, what sweeps have in the database, tables and weights.
        """
        rows = self.db.rows("SELECT id FROM runs WHERE owner IS ?", (person_id,))
        kept = self.db.rows(
            "SELECT COALESCE(SUM(LENGTH(config) + COALESCE(LENGTH(result), 0)), 0) FROM members "
            "WHERE sweep IN (SELECT number FROM sweeps WHERE owner IS ?)",
            (person_id,),
        )
        theirs = {row["id"] for row in rows}
        every = self.home.run("").glob("*")
        folders = (folder for folder in every if split(folder.name)[0] in theirs)
        files = (file for folder in folders for file in folder.rglob("*"))
        given = self.holdings.bytes_of(person_id or NOBODY)
        return int(kept[0][0]) + given + sum(_size(file) for file in files)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # replaced meanwhile
        return 0
