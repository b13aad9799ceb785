"""What each student of a class did, as a table for the teacher: one row a student."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hts.spreadsheet import cell
from hts.studio.classroom.board import Board, Entry, Going, answers, board, task_of
from hts.studio.lab.access import whole_of
from hts.studio.lab.codes import need_class
from hts.studio.lab.people import Person
from hts.studio.store.classes import Classmate
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store

SETTINGS = ("noise", "alpha", "sigma", "lr", "width", "seed")  # where no task says what is free


def results_csv(store: Store, number: int, *, by: Person) -> bytes:
    """A CSV file with what the board counts, private runs too: it is for the class's teacher.

    Accuracies and pruning ratios in percent, times in UTC.  Text that a spreadsheet would take for
    a formula has ``'`` before it.  Raises `NotAllowed` for everybody else.
    """
    klass = need_class(store, number, by=by)
    whole, task = whole_of(store), task_of(klass)
    shown, given = board(whole, klass), answers(whole, klass)
    names = SETTINGS if task is None else tuple(free.name for free in task.free)

    def row(mate: Classmate) -> dict[str, Any]:
        found: dict[str, Any] = {"nickname": mate.nickname, "joined": _time(mate.joined)}
        found |= _counts(shown, mate.person) | _best(shown.of(mate.person), names)
        if task is not None and task.question is not None:
            found["prediction"] = given.get(mate.person)
        return found | _last(_runs(shown, mate.person))

    header = list(row(Classmate(person="", nickname="", joined=0.0)))
    return _written(header, [row(mate) for mate in whole.classes.mates(number)])


def _counts(shown: Board, person: str) -> dict[str, int]:
    ways = {"on_their_way": shown.going, "without_result": shown.lost}
    return {
        "asked_for": shown.asked.get(person, 0),
        "finished": len(shown.of(person)),
        **{name: sum(person in one.people for one in part) for name, part in ways.items()},
    }


def _best(entries: list[Entry], names: tuple[str, ...]) -> dict[str, Any]:
    """Of the first entry, which is the best, with its settings ``names``."""
    best = entries[0] if entries else None
    config = None if best is None else best.run.effective
    return {
        "best_pruning_ratio": best and best.ratio,
        "best_test_accuracy": best and best.before,
        "best_test_accuracy_pruned": best and best.after,
        "best_meets_goal": None if best is None or best.met is None else best.met,
        "best_run": best and best.run.id,
        **{f"best_{name}": config and config.given(name) for name in names},
    }


def _runs(shown: Board, person: str) -> list[Run]:
    every: tuple[Entry | Going, ...] = (*shown.entries, *shown.going, *shown.lost)
    return [one.run for one in every if person in one.people]


def _last(runs: list[Run]) -> dict[str, Any]:
    last = max(runs, key=lambda run: run.created, default=None)
    return {
        "last_run": last and last.id,
        "last_state": last and last.state,
        "last_asked_for": last and _time(last.created),
        "last_ended": None if last is None or last.ended is None else _time(last.ended),
    }


def _time(unix: float) -> str:
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _written(header: list[str], rows: Iterable[dict[str, Any]]) -> bytes:
    """With a mark by which spreadsheets know that it is UTF-8."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")
