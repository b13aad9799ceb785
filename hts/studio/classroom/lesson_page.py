"""A lesson to take away: the task, everybody's runs as a table, the figures, settings, addresses.

One zip: ``task.json``, which another teacher can pin; ``runs.csv``; ``predictions.csv``;
``lesson.html``, which opens without a connection; ``settings/RUN.json``; ``addresses.txt``.
Students appear under their nicknames; private runs are left out.
"""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from collections.abc import Iterable
from typing import Any

from hts.spreadsheet import cell
from hts.studio.classroom.board import Board, Entry, answers, board, task_of, truth
from hts.studio.classroom.figures import class_view, predicted
from hts.studio.figures import words
from hts.studio.figures.classroom.predictions import prediction_card
from hts.studio.figures.classroom.scatter import class_scatter
from hts.studio.figures.report import report_page
from hts.studio.lab.access import whole_of
from hts.studio.store.classes import Class
from hts.studio.store.store import Store

_MEASURED = (
    "run", "students", "asked_by", "meets_goal", "pruning_ratio", "test_accuracy",
    "test_accuracy_pruned", "tail_index", "tail_index_low", "tail_index_high", "steps", "seconds",
)  # fmt: skip


def lesson_zip(store: Store, klass: Class, *, address: str = "") -> bytes:
    """The lesson of ``klass`` as it stands; ``address``: where this app is reached."""
    whole = whole_of(store)
    klass = whole.classes.get(klass.number)
    shown, task = board(whole, klass).seen_by(""), task_of(klass)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        if task is not None:
            archive.writestr("task.json", task.to_json())
        archive.writestr("runs.csv", runs_csv(shown.entries))
        if task is not None and task.question is not None:
            archive.writestr("predictions.csv", _predictions_csv(whole, klass))
        archive.writestr("lesson.html", lesson_page(whole, klass, shown))
        for entry in shown.entries:
            text = json.dumps(entry.run.effective.to_dict(), indent=2) + "\n"
            archive.writestr(f"settings/{entry.run.id}.json", text)
        archive.writestr("addresses.txt", _addresses(klass, shown, address.rstrip("/")))
    return made.getvalue()


def runs_csv(entries: Iterable[Entry]) -> str:
    """One line per run with what it came to and every setting; percent, seconds of training."""
    text = io.StringIO()
    rows = [_row(entry) for entry in entries]
    fields = list(rows[0]) if rows else list(_MEASURED)
    writer = csv.DictWriter(text, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def lesson_page(store: Store, klass: Class, shown: Board) -> str:
    """HTML text, some 1 MB because plotly.js is inside it."""
    task = task_of(klass)
    cards = [class_scatter(class_view(klass, shown))]
    tables = []
    if task is not None:
        told = [("what to do", task.words)] if task.words else []
        if task.goal is not None:
            told.append(("goal", task.goal.words))
        told += [(free.name, f"free, {free.words}") for free in task.free]
        tables.append(("Task", told))
        if task.question is not None:
            given, found = answers(store, klass), truth(task, shown)
            cards.append(prediction_card(predicted(task.question, given, truth=found),
                                         keep=f"class-{klass.number}"))  # fmt: skip
            tables.append(("Question", [(task.question.text, task.question.said(found))]))
    tables.append(("Runs, the best first", [_line(entry) for entry in shown.entries]))
    day = time.strftime("%Y-%m-%d", time.gmtime())
    count = len(store.classes.mates(klass.number))
    summary = (
        f"{klass.name}, {day}: {count} student{'s' * (count != 1)}, {len(shown.entries)} different "
        f"runs, asked for {sum(len(entry.people) for entry in shown.entries)} times."
    )
    return report_page(klass.name if task is None else task.title, summary, tables, cards)


def _row(entry: Entry) -> dict[str, Any]:
    result = entry.run.result
    tail = None if result is None else result.tail_index
    values = (
        entry.run.id,
        "; ".join(entry.names),
        len(entry.people),
        "" if entry.met is None else entry.met,
        entry.ratio,
        entry.before,
        entry.after,
        *(
            (None, None, None)
            if tail is None or not tail.fits
            else (tail.alpha, tail.low, tail.high)
        ),
        None if result is None else result.iterations,
        None if result is None else result.seconds,
    )
    return dict(zip(_MEASURED, values, strict=True)) | entry.run.effective.to_dict()


def _line(entry: Entry) -> tuple[str, str]:
    met = {None: "", True: ", meets the goal", False: ", does not meet the goal"}[entry.met]
    said = (
        f"{words.injected(entry.run.effective)}: {words.percent(entry.ratio)} of units removed, "
        f"test accuracy {words.percent(entry.before)}, then {words.percent(entry.after)}{met}"
    )
    return ", ".join(entry.names), said


def _predictions_csv(store: Store, klass: Class) -> str:
    names = {mate.person: mate.nickname for mate in store.classes.mates(klass.number)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("student", "answer"))
    for person, answer in answers(store, klass).items():
        writer.writerow((names.get(person, "the teacher"), cell(answer)))
    return text.getvalue()


def _addresses(klass: Class, shown: Board, base: str) -> str:
    lines = [f"{base}/class?class={klass.number}"]
    lines += [f"{base}/?run={entry.run.id}" for entry in shown.entries]
    return "\n".join(lines) + "\n"
