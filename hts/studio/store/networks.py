"""What the networks of a run of several record: points, looks and weights, under the run's id.

A network is named ``<run>.<arm>.<seed>`` (`hts.config.arms.Member.key`) and can be read by that
name wherever a run can: its settings are those it would have alone, its state is the run's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hts.config.arms import members
from hts.paired.median import median_of
from hts.records import Evaluation, Moment, SnapshotSummary, decode, encode, summarise
from hts.studio.store.database import Database
from hts.studio.store.paths import Home, replacing
from hts.studio.store.run_row import Run


@dataclass(frozen=True)
class Networks:
    """Rows of ``network_evaluations`` and ``network_summaries``, and the files of moments."""

    db: Database
    home: Home

    def add_evaluations(self, run: Run, number: int, points: Mapping[int, Evaluation]) -> None:
        """Record points of networks, by their places; older ones at the same step are replaced."""
        keys = [member.key for member in members(run.config)]
        rows = [(number, keys[place], p.step, _text(p)) for place, p in points.items()]
        self._insert("evaluations", rows)

    def evaluations(self, number: int, key: str, after: int) -> list[Evaluation]:
        """Points of one network at steps larger than ``after``, in order."""
        rows = self._rows("evaluations", number, key, after)
        return [decode(body, Evaluation) for _, body in rows]

    def evaluations_of_all(self, number: int, after: int) -> dict[str, list[Evaluation]]:
        """Points of every network at steps larger than ``after``, in order, by key."""
        return self._all("evaluations", number, after, Evaluation)

    def add_moment(self, run: Run, number: int, moment: Moment) -> None:
        """Keep a look at all: its file, and rows with the scalars of each network."""
        with replacing(self.home.moment(run.id, moment.step)) as file:
            file.write(encode(moment))
        named = zip(members(run.config), moment.members, strict=True)
        rows = [
            (number, member.key, moment.step, _text(summarise(shown)))
            for member, shown in named
            if shown is not None
        ]
        self._insert("summaries", rows)

    def summaries(self, number: int, key: str, after: int) -> list[SnapshotSummary]:
        """Scalars of one network's kept looks at steps larger than ``after``, in order."""
        rows = self._rows("summaries", number, key, after)
        return [decode(body, SnapshotSummary) for _, body in rows]

    def summaries_of_all(self, number: int, after: int) -> dict[str, list[SnapshotSummary]]:
        """The same of every network, by key."""
        return self._all("summaries", number, after, SnapshotSummary)

    def rollback(self, number: int, step: int) -> list[int]:
        """Take back everything recorded after ``step``; the steps of moments taken back."""
        rows = self.db.rows(
            "SELECT DISTINCT step FROM network_summaries WHERE run = ? AND step > ?", (number, step)
        )
        for table in ("network_evaluations", "network_summaries"):
            self.db.change(f"DELETE FROM {table} WHERE run = ? AND step > ?", (number, step))
        return [int(row[0]) for row in rows]

    def _insert(self, what: str, rows: list[tuple[int, str, int, str]]) -> None:
        with self.db.writing() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO network_{what} VALUES (?, ?, ?, ?)", rows
            )

    def _rows(self, what: str, number: int, key: str, after: int) -> list[Any]:
        return self.db.rows(
            f"SELECT step, body FROM network_{what} WHERE run = ? AND network = ? AND step > ? "
            "ORDER BY step",
            (number, key, after),
        )

    def _all(self, what: str, number: int, after: int, kind: type[Any]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for row in self.db.rows(
            f"SELECT network, body FROM network_{what} WHERE run = ? AND step > ? ORDER BY step",
            (number, after),
        ):
            found.setdefault(row["network"], []).append(decode(row["body"], kind))
        return found


Scalars = TypeVar("Scalars", Evaluation, SnapshotSummary)


def median_of_records(several: Sequence[Scalars]) -> Scalars:
    """The medians, number by number, of one record or more; what some have not is left out.

    Of what holds or does not: whether it holds of more than half.
    """
    middle: dict[str, Any] = {}
    for part in dataclasses.fields(several[0]):
        known = [getattr(one, part.name) for one in several]
        numbers = [one for one in known if isinstance(one, int | float)]
        if numbers and isinstance(numbers[0], bool):
            middle[part.name] = 2 * sum(numbers) > len(numbers)
        elif numbers:
            value = median_of(numbers).median
            middle[part.name] = int(value) if isinstance(numbers[0], int) else value
        else:
            middle[part.name] = known[0]
    return type(several[0])(**middle)


def _text(record: object) -> str:
    return encode(record).decode()
