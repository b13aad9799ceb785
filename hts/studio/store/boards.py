"""What a class's board is made of: who asked for which run since when, and who predicted what."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from hts.studio.store.database import Database
from hts.studio.store.run_row import Run, from_row


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One person's request for a run; ``asked``: when, unix seconds."""

    person: str
    run: Run
    asked: float


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One person's answer to the question of a task, as JSON; ``given``: when, unix seconds."""

    person: str
    answer: str
    given: float


@dataclass(frozen=True)
class Boards:
    """The table ``predictions``, and runs by who asked for them."""

    db: Database

    def asked_for(self, people: Iterable[str], since: float) -> list[Asked]:
        """Every request of ``people`` from ``since`` on, in the order in which runs were made.

        A run that several asked for is there once for each.  Runs of sweeps are left out.
        """
        each = "SELECT value FROM json_each(?1)"
        rows = self.db.rows(
            "SELECT runs.*, wish.person AS wish_person, wish.asked AS wish_asked FROM ("
            f"  SELECT number AS run, owner AS person, created AS asked FROM runs "
            f"    WHERE owner IN ({each}) AND created >= ?2 UNION ALL "
            f"  SELECT run, person, asked FROM askers WHERE person IN ({each}) AND asked >= ?2"
            ") AS wish JOIN runs ON runs.number = wish.run WHERE runs.sweep IS NULL "
            "ORDER BY runs.number, wish.asked, wish.person",
            (json.dumps(sorted(set(people))), since),
        )
        return [
            Asked(person=row["wish_person"], run=from_row(row), asked=row["wish_asked"])
            for row in rows
        ]

    def predict(self, number: int, task: str, person: str, answer: str) -> None:
        """Keep a person's answer to the question of ``task``, instead of an earlier one."""
        self.db.change(
            "INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?, ?)",
            (number, task, person, answer, time.time()),
        )

    def predictions(self, number: int, task: str) -> list[Prediction]:
        """All answers to the question of ``task``, in the order in which they were given."""
        rows = self.db.rows(
            "SELECT person, answer, given FROM predictions WHERE class = ? AND task = ? "
            "ORDER BY given, person",
            (number, task),
        )
        return [Prediction(**dict(row)) for row in rows]

    def forget(self, number: int, task: str | None = None) -> None:
        """Remove all answers to the question of ``task`` in a class; None: of every task."""
        self.db.change(
            "DELETE FROM predictions WHERE class = ?1 AND (?2 IS NULL OR task = ?2)", (number, task)
        )
