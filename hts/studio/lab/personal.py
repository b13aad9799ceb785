"""`PersonalStore`: a store as one person sees it, which changes nothing by itself.

What is not theirs to see is not there: lists leave it out, and asking for it by name says the same
as for a name that never was.  Changes go through `hts.studio.jobs.client`, which asks whether they
may.
"""

from __future__ import annotations

import builtins
import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hts.config import RunConfig
from hts.studio.lab.access import NotAllowed, see_run, see_sweep, sight_of
from hts.studio.lab.people import Person
from hts.studio.store import Member, Run, Sight, State, Store, Sweep, SweepState
from hts.studio.store.database import Database


class PersonalStore(Store):
    """``whole`` as ``person`` sees it; shares its connection and what it remembers."""

    def __init__(self, whole: Store, person: Person) -> None:
        self._whole, self.person = whole.whole, person
        self.home = whole.home
        self.db = _Reading(whole.db)
        self._members = whole._members

    @property
    def whole(self) -> Store:
        return self._whole

    def sight(self) -> Sight:
        """What they see now."""
        return sight_of(self._whole, self.person)

    def close(self) -> None:
        """Nothing is their own to close."""

    def get(self, run_id: str) -> Run:
        return see_run(self._whole, self.person, run_id)

    def list(
        self,
        *,
        limit: int | None = None,
        states: Iterable[State] | None = None,
        sweep: str | None = None,
        sight: Sight | None = None,
        of: Iterable[str] | None = None,
    ) -> builtins.list[Run]:
        return self._whole.list(
            limit=limit, states=states, sweep=sweep, sight=sight or self.sight(), of=of
        )

    def sweep(self, sweep_id: str) -> Sweep:
        return see_sweep(self._whole, self.person, sweep_id)

    def sweeps(
        self,
        *,
        limit: int | None = None,
        states: Iterable[SweepState] | None = None,
        sight: Sight | None = None,
        of: Iterable[str] | None = None,
    ) -> builtins.list[Sweep]:
        return self._whole.sweeps(limit=limit, states=states, sight=sight or self.sight(), of=of)

    def members(self, sweep_id: str) -> builtins.list[Member]:
        see_sweep(self._whole, self.person, sweep_id)
        return self._whole.members(sweep_id)

    def finished_run(self, config: RunConfig, sight: Sight | None = None) -> Run | None:
        return self._whole.finished_run(config, sight or self.sight())

    def _number(self, run_id: str) -> int:
        """Every other question about a run comes through here."""
        see_run(self._whole, self.person, run_id)
        return self._whole._number(run_id)


class _Reading(Database):
    """The same connection, for questions only."""

    def __init__(self, database: Database) -> None:
        self._database, self.path = database, database.path

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        return self._database.rows(sql, values)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._database.reading() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        raise NotAllowed("a page changes nothing by itself: it asks hts.studio.jobs.client.")
        yield  # a generator all the same

    def close(self) -> None:
        """It is not ours to close."""
