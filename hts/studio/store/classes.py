"""Classes: made by a teacher, joined by code under a nickname, with a task and a stage.

Neither codes nor tokens open anything by being in this file: of a token only its SHA-256 is kept
(it has 256 random bits, so nobody finds it from that), and a code only lets one join.
"""

from __future__ import annotations

import builtins
import sqlite3
import time
from dataclasses import dataclass
from typing import Any, Literal

from hts.studio.store.database import Database
from hts.studio.store.run_row import Unknown
from hts.validate import BadInput

Stage = Literal["open", "frozen", "revealed"]

STAGES: tuple[Stage, ...] = ("open", "frozen", "revealed")
SEATS = 40  # of a class for which nothing else is said

_CHANGING = {"name", "stage", "task", "since", "closed", "held", "seats", "code"}


class UnknownClass(Unknown):
    """No class has this number or code."""

    kind, why = "class", ": it may have been mistyped."


@dataclass(frozen=True, kw_only=True)
class Class:
    """A class as it stands.  Times are unix seconds.

    Stages: ``open`` (runs are submitted and shown as they come), ``frozen`` (what is shown stands
    still), ``revealed`` (the answer is shown).
    """

    number: int
    code: str
    name: str
    teacher: str  # a person's id
    created: float
    closed: float | None  # when nobody could join any more
    stage: Stage
    task: str | None  # JSON of what the teacher has pinned; the store does not look into it
    since: float  # what was asked for before does not count: when the board was last cleared
    revision: int  # grows with every change
    held: float | None = None  # when the board was frozen; None while it moves
    seats: int  # how many students it has room for


@dataclass(frozen=True, kw_only=True)
class Classmate:
    """Somebody in a class, under a nickname that nobody else has there."""

    person: str
    nickname: str
    joined: float


@dataclass(frozen=True)
class Classes:
    """The tables ``classes`` and ``class_members``."""

    db: Database

    def create(self, code: str, name: str, teacher: str, seats: int = SEATS) -> Class:
        """Add a class that can be joined by ``code``; `BadInput` if the code is taken."""
        now = time.time()
        try:
            number = self.db.change(
                "INSERT INTO classes (code, name, teacher, created, since, seats)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (code, name, teacher, now, now, seats),
            ).lastrowid
        except sqlite3.IntegrityError:
            raise BadInput(f"the code {code!r} is taken: choose another one.") from None
        return self.get(int(number or 0))

    def get(self, number: int) -> Class:
        """The class as it stands; `UnknownClass` if there is none."""
        return self._one("number", number)

    def of_code(self, code: str) -> Class:
        """The class with this code; `UnknownClass` if there is none."""
        return self._one("code", code)

    def list(
        self, *, teacher: str | None = None, person: str | None = None
    ) -> builtins.list[Class]:
        """Classes, newest first: all, those of a teacher, or those that a person is in."""
        if teacher is not None:
            return self._found("WHERE teacher = ? ORDER BY number DESC", teacher)
        if person is not None:
            inside = "number IN (SELECT class FROM class_members WHERE person = ?)"
            return self._found(f"WHERE {inside} ORDER BY number DESC", person)
        return self._found("ORDER BY number DESC")

    def change(self, number: int, **values: Any) -> Class:
        """Set some of `_CHANGING`; returns the class as it is then."""
        assert values.keys() <= _CHANGING
        sets = "".join(f"{name} = ?, " for name in values)
        with self.db.writing():
            self.db.change(
                f"UPDATE classes SET {sets}revision = revision + 1 WHERE number = ?",
                (*values.values(), number),
            )
            return self.get(number)

    def join(self, number: int, person: str, nickname: str, token: str | None) -> None:
        """Put a person into an open class with a free seat, under a free nickname.

        ``token``: its SHA-256.
        """
        with self.db.writing():
            found = self.get(number)
            if found.closed is not None:
                raise BadInput(f"the class {found.name} is closed: nobody can join it any more.")
            self._seat(found, person, nickname, token)

    def _seat(self, found: Class, person: str, nickname: str, token: str | None) -> None:
        mates = {mate.person for mate in self.mates(found.number)}
        if person in mates:
            raise BadInput(f"you are in the class {found.name} already.")
        if len(mates) >= found.seats:
            raise BadInput(
                f"the class {found.name} is full: its teacher has set {found.seats} seats."
            )
        try:
            self.db.change(
                "INSERT INTO class_members VALUES (?, ?, ?, ?, ?, ?)",
                (found.number, person, nickname, nickname.casefold(), token, time.time()),
            )
        except sqlite3.IntegrityError:
            raise BadInput(
                f"the nickname {nickname!r} is taken in this class: choose another one."
            ) from None

    def mates(self, number: int) -> builtins.list[Classmate]:
        """Who is in the class, in the order in which they joined."""
        rows = self.db.rows(
            "SELECT person, nickname, joined FROM class_members WHERE class = ? "
            "ORDER BY joined, nickname",
            (number,),
        )
        return [Classmate(**dict(row)) for row in rows]

    def of_token(self, token: str) -> tuple[Class, Classmate] | None:
        """Whose token has this SHA-256, and of which class; None if nobody's."""
        rows = self.db.rows(
            "SELECT class, person, nickname, joined FROM class_members WHERE token = ?", (token,)
        )
        if not rows:
            return None
        found = dict(rows[0])
        return self.get(found.pop("class")), Classmate(**found)

    def rename(self, number: int, person: str, nickname: str) -> None:
        """Give somebody in the class another nickname; `BadInput` if it is taken there."""
        try:
            self.db.change(
                "UPDATE class_members SET nickname = ?, folded = ? WHERE class = ? AND person = ?",
                (nickname, nickname.casefold(), number, person),
            )
        except sqlite3.IntegrityError:
            raise BadInput(f"the nickname {nickname!r} is taken in this class.") from None

    def remove(self, number: int, person: str) -> None:
        """Take a person out of a class, for good: neither they nor their token come in again.

        What they made stays theirs.
        """
        with self.db.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO class_removed SELECT class, person, nickname, token, ? "
                "FROM class_members WHERE class = ? AND person = ?",
                (time.time(), number, person),
            )
            connection.execute(
                "DELETE FROM class_members WHERE class = ? AND person = ?", (number, person)
            )

    def empty(self, number: int) -> None:
        """Take everybody out, also of those who are to stay out; no token opens the class."""
        with self.db.writing() as connection:
            for table in ("class_members", "class_removed"):
                connection.execute(f"DELETE FROM {table} WHERE class = ?", (number,))

    def removed(self, number: int) -> builtins.list[Classmate]:
        """Whom the teacher has removed, the latest first; ``joined`` is when."""
        rows = self.db.rows(
            "SELECT person, nickname, removed AS joined FROM class_removed WHERE class = ? "
            "ORDER BY removed DESC, nickname",
            (number,),
        )
        return [Classmate(**dict(row)) for row in rows]

    def was_removed(self, number: int, person: str | None, token: str | None) -> bool:
        """Whether the class's teacher removed this person, or who had the token (its SHA-256)."""
        rows = self.db.rows(
            "SELECT 1 FROM class_removed WHERE class = ? AND (person = ? OR token = ?)",
            (number, person, token),
        )
        return bool(rows)

    def let_back(self, number: int, person: str) -> None:
        """Let somebody who was removed be in the class again, as who they were.

        `BadInput` where no seat is free, or somebody else has the nickname by now.
        """
        sql = "DELETE FROM class_removed WHERE class = ? AND person = ? RETURNING nickname, token"
        with self.db.writing() as connection:
            for nickname, token in connection.execute(sql, (number, person)).fetchall():
                self._seat(self.get(number), person, nickname, token)

    def give(self, number: int, person: str, token: str) -> None:
        """Let this person come in by the token with this SHA-256, and by no former one."""
        self.db.change(
            "UPDATE class_members SET token = ? WHERE class = ? AND person = ?",
            (token, number, person),
        )

    def revoke(self, token: str) -> None:
        """Let the token with this SHA-256 open nothing any more; the seat stays taken."""
        self.db.change("UPDATE class_members SET token = NULL WHERE token = ?", (token,))

    def mates_of(self, person: str) -> set[str]:
        """Everybody in the classes that this person is in or teaches, their teachers included."""
        rows = self.db.rows(
            "WITH mine AS (SELECT number, teacher FROM classes WHERE teacher = ?1 OR number IN "
            "  (SELECT class FROM class_members WHERE person = ?1)) "
            "SELECT teacher AS person FROM mine UNION "
            "SELECT person FROM class_members WHERE class IN (SELECT number FROM mine)",
            (person,),
        )
        return {row["person"] for row in rows}

    def students_of(self, teacher: str) -> set[str]:
        """Everybody in the classes that this person teaches."""
        rows = self.db.rows(
            "SELECT person FROM class_members WHERE class IN "
            "(SELECT number FROM classes WHERE teacher = ?)",
            (teacher,),
        )
        return {row["person"] for row in rows}

    def _one(self, column: str, value: int | str) -> Class:
        found = self._found(f"WHERE {column} = ?", value)
        if not found:
            raise UnknownClass(value)
        return found[0]

    def _found(self, rest: str, *values: Any) -> builtins.list[Class]:
        return [Class(**dict(row)) for row in self.db.rows(f"SELECT * FROM classes {rest}", values)]
