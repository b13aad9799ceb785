"""Pages of the runs that somebody sees and asks for: sorted, filtered, counted, seeds folded.

Sorting and filtering happen in the database, on rows of ``catalogue``, so that a page costs what it
shows, however many runs there are.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from hts.config import RunConfig
from hts.paired.median import Median, median_of
from hts.studio.catalogue.columns import COLUMNS, MEASURED, SETTINGS, Column
from hts.studio.catalogue.facts import AT_ONCE, anew, catch_up
from hts.studio.catalogue.query import conditions
from hts.studio.lab.access import reader_of, sight_of, whole_of
from hts.studio.store.run_row import Run
from hts.studio.store.runs import readable
from hts.studio.store.sight import asked_by
from hts.studio.store.store import Store
from hts.validate import choice

_FROM = "runs INDEXED BY runs_listed JOIN catalogue ON catalogue.run = runs.number"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which runs, in which order.  ``of``: only what these people asked for; runs of sweeps, which
    may be thousands, are those of one ``sweep`` or left out."""

    where: str = ""  # a filter (`hts.studio.catalogue.query`)
    sort: str = "created"  # a column
    down: bool = True
    of: Sequence[str] | None = None
    sweep: str | None = None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The runs that were asked for, by number and in order; ``among``: without the filter."""

    numbers: tuple[int, ...]
    among: int

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, kw_only=True)
class Folded:
    """Runs that differ in nothing but their seeds.

    ``medians``: over the seeds of finished runs, each seed once, by name of `MEASURED`.
    """

    runs: tuple[str, ...]  # ids, the newest first
    config: RunConfig  # of the newest
    seeds: tuple[int, ...]  # of which there is a result
    medians: dict[str, Median]


def listed(store: Store, asked: Asked) -> Listed:
    """The runs that are asked for; `BadInput` for a filter or a column that cannot be read."""
    whole = whole_of(store)
    column = COLUMNS[choice("sort", asked.sort, COLUMNS)]
    filters = conditions(asked.where)
    catch_up(whole.db)
    seen, values = _seen(store, asked)
    where = " AND ".join([seen, *(text for text, _ in filters)])
    values = [*values, *(value for _, given in filters for value in given)]
    way = "DESC" if asked.down else "ASC"
    rows = whole.db.rows(
        f"SELECT runs.number, {column.sql} AS sorted FROM {_FROM} WHERE {where} "
        f"ORDER BY sorted IS NULL, sorted COLLATE NOCASE {way}, runs.number {way}",
        values,
    )
    among = len(rows) if not filters else _count(store, asked)
    return Listed(numbers=tuple(row[0] for row in rows), among=among)


def runs_of(store: Store, numbers: Sequence[int]) -> list[Run]:
    """These runs, in this order; what has been deleted meanwhile, or cannot be read, is left out.

    ``numbers``: of `listed`, which holds only what somebody sees.
    """
    return _runs(store, numbers, readable)


def each_run(store: Store, numbers: Sequence[int]) -> Iterator[Run]:
    """The same one after the other, for files of many: nothing of them is kept in memory."""
    for start in range(0, len(numbers), AT_ONCE):
        yield from _runs(store, numbers[start : start + AT_ONCE], anew)


def _runs(
    store: Store, numbers: Sequence[int], read: Callable[[sqlite3.Row], Run | None]
) -> list[Run]:
    rows = whole_of(store).db.rows(
        "SELECT * FROM runs WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    known = {row["number"]: run for row in rows if (run := read(row)) is not None}
    return [known[number] for number in numbers if number in known]


def briefly(store: Store, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """What lists need of these runs, in this order, by name of `COLUMNS`; also ``step`` and
    ``networks``.  What a run does not have is not there."""
    rows = whole_of(store).db.rows(
        "SELECT run, settings, facts FROM catalogue WHERE run IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    usual = {name: column.default for name, column in SETTINGS.items()}
    known = {
        row["run"]: usual | json.loads(row["settings"]) | json.loads(row["facts"]) for row in rows
    }
    return [known[number] for number in numbers if number in known]


def differing(store: Store, numbers: Sequence[int]) -> list[Column]:
    """The settings in which these runs differ, in the order of `RunConfig`."""
    rows = whole_of(store).db.rows(
        "SELECT key, count(*) AS here, count(value) AS known, min(value) AS low, max(value) AS high"
        " FROM catalogue, json_each(settings) "
        "WHERE run IN (SELECT value FROM json_each(?)) GROUP BY key",
        (json.dumps(list(numbers)),),
    )
    differ = {  # where it is without effect it is neither the same nor another
        row["key"] for row in rows
        if row["known"] and (row["here"] < len(numbers) or row["low"] != row["high"])
    }  # fmt: skip
    return [column for name, column in SETTINGS.items() if name in differ]


def folded(
    store: Store, numbers: Sequence[int], asked: Asked | None = None
) -> list[tuple[int, ...]]:
    """The numbers of runs that differ in nothing but their seeds, together; in the order given.

    Where ``asked`` sorts by what is measured, in the order of the medians.
    """
    rows = whole_of(store).db.rows(
        "SELECT run, alike, seeds FROM catalogue WHERE run IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    known = {row["run"]: row for row in rows}
    found: dict[str, list[int]] = {}
    for number in numbers:
        if number in known:
            found.setdefault(known[number]["alike"], []).append(number)
    groups = [tuple(together) for together in found.values()]
    if asked is None or asked.sort not in MEASURED:
        return groups

    def middle(group: tuple[int, ...]) -> float:
        results = _of_seeds(known[number]["seeds"] for number in sorted(group, reverse=True))
        values = [v for one in results.values() if (v := one.get(asked.sort)) is not None]
        return median(values) if values else -math.inf if asked.down else math.inf

    return sorted(groups, key=middle, reverse=asked.down)


def fold(store: Store, numbers: Sequence[int]) -> Folded:
    """One group of `folded` with its medians; a seed that was repeated counts once."""
    rows = whole_of(store).db.rows(
        "SELECT runs.id, runs.config, seeds FROM runs JOIN catalogue ON run = number "
        "WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number DESC",
        (json.dumps(list(numbers)),),
    )
    results = _of_seeds(row["seeds"] for row in rows)
    values = {
        name: [v for of in results.values() if (v := of.get(name)) is not None] for name in MEASURED
    }
    return Folded(
        runs=tuple(row["id"] for row in rows),
        config=RunConfig.from_json(rows[0]["config"]),
        seeds=tuple(sorted(results)),
        medians={name: median_of(known) for name, known in values.items() if known},
    )


def _of_seeds(texts: Iterable[str]) -> dict[int, dict[str, float | None]]:
    """What each seed came to; of a seed that is in several of ``texts`` the first."""
    found: dict[int, dict[str, float | None]] = {}
    for text in texts:
        for seed, of in json.loads(text).items():
            found.setdefault(int(seed), of)
    return found


def tags(store: Store) -> list[str]:
    """The tags of the runs that somebody sees, each once."""
    seen, values = _seen(store, Asked())
    rows = whole_of(store).db.rows(
        f"SELECT DISTINCT value FROM {_FROM}, json_each(facts, '$.tag') "
        f"WHERE {seen} ORDER BY value",
        values,
    )
    return [row[0] for row in rows]


def _seen(store: Store, asked: Asked) -> tuple[str, list[Any]]:
    """The condition that somebody sees a run and that it is among those asked for."""
    reading = reader_of(store)
    parts: list[tuple[str, list[str]]] = [
        ("sweep IS NULL", []) if asked.sweep is None else ("sweep = ?", [asked.sweep])
    ]
    if reading is not None:
        parts.append(sight_of(store, reading).of_runs())
    if asked.of is not None:
        parts.append(asked_by(asked.of))
    return " AND ".join(part for part, _ in parts), [v for _, given in parts for v in given]


def _count(store: Store, asked: Asked) -> int:
    seen, values = _seen(store, asked)
    return int(whole_of(store).db.rows(f"SELECT count(*) FROM {_FROM} WHERE {seen}", values)[0][0])
