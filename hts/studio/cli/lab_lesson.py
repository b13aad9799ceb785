"""``lab lesson`` and ``lab task``: what a class did, to take away, and what a task file asks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hts.foreign import text_of
from hts.studio.classroom.lesson_page import lesson_zip
from hts.studio.classroom.task import Task
from hts.studio.store.classes import Class, UnknownClass
from hts.studio.store.store import Store
from hts.validate import BadInput


def arguments(what: Any) -> None:
    lesson = what.add_parser("lesson", help="task, runs, figures and settings of a class, as a zip")
    lesson.add_argument("of", metavar="CLASS", help="number or code of the class")
    lesson.add_argument("--out", required=True, metavar="FILE", help="the zip to write")
    lesson.add_argument("--address", default="", help="where the app is reached, for links")
    task = what.add_parser("task", help="check a task's JSON and say what it asks")
    task.add_argument("file", metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Write the lesson, or check the task."""
    if options.what == "task":
        return _check(Path(options.file))
    out = Path(options.out)
    with Store() as store:
        made = lesson_zip(store, _class(store, options.of), address=options.address)
    try:
        out.write_bytes(made)
    except OSError as error:
        raise BadInput(f"the lesson cannot be written to {out}: {error.strerror}.") from None
    print(f"{out}: {len(made) / 1e6:.1f} MB")
    return 0


def _class(store: Store, named: str) -> Class:
    if named.isascii() and named.isdigit() and len(named) < 8:
        return store.classes.get(int(named))
    try:
        return store.classes.of_code(named.strip().lower())
    except UnknownClass:
        known = ", ".join(f"{klass.number} ({klass.name})" for klass in store.classes.list()[:8])
        raise BadInput(f"there is no class {named!r}; there are: {known or 'none'}.") from None


def _check(path: Path) -> int:
    task = Task.from_json(text_of(path))
    print(task.title)
    for said in (task.words, "" if task.goal is None else task.goal.words):
        if said:
            print(said)
    if task.question is not None:
        print(task.question.text)
    for free in task.free:
        print(f"free: {free.name} {free.words}")
    return 0
