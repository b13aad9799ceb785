"""``lab lesson``, ``task``, ``rehearse``: what a class did, what a task asks, how it will go."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hts.foreign import guarded, text_of
from hts.runs.presets import PRESETS
from hts.studio.classroom.board import task_of
from hts.studio.classroom.lesson_page import lesson_zip
from hts.studio.classroom.reset import FATES, reset
from hts.studio.classroom.results import results_csv
from hts.studio.classroom.task import Task
from hts.studio.classroom.tasks import TASKS, task_of_preset
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.rehearsal import BUSY_PERCENT, MOST_STUDENTS, rehearse, to_try
from hts.studio.lab.people import OPERATOR
from hts.studio.store.classes import Class, UnknownClass
from hts.studio.store.store import Store
from hts.validate import BadInput, choice, whole

COMMANDS = ("lesson", "results", "task", "rehearse")


def arguments(what: Any) -> None:
    lesson = what.add_parser(
        "lesson",
        help="task, runs, figures and settings of a class, as a zip",
        example="lab lesson 3 --out lesson.zip",
    )
    lesson.add_argument("of", metavar="CLASS", help="number or code of the class")
    lesson.add_argument("--out", required=True, metavar="FILE", help="the zip to write")
    lesson.add_argument("--address", default="", help="where the app is reached, for links")
    results = what.add_parser(
        "results", help="what each student did, as CSV", example="lab results 3 --out class.csv"
    )
    results.add_argument("of", metavar="CLASS", help="number or code of the class")
    results.add_argument("--out", required=True, metavar="FILE", help="the CSV file to write")
    task = what.add_parser(
        "task", help="check a task's JSON and say what it asks", example="lab task task.json"
    )
    task.add_argument("file", metavar="FILE")
    rehearse = what.add_parser(
        "rehearse",
        help="try a lesson on this machine before the class",
        example="lab rehearse --class 3 --students 30",
    )
    rehearse.add_argument("--students", default=30, help="how many press Run (default 30)")
    source = rehearse.add_mutually_exclusive_group()
    source.add_argument("--class", dest="of", metavar="CLASS", help="the task pinned for a class")
    source.add_argument("--task", metavar="FILE", help="a task's file")
    source.add_argument("--preset", metavar="NAME", help="a preset of the Train page")
    rehearse.add_argument("--json", action="store_true", help="print one JSON object")


def reset_arguments(do: Any) -> None:
    """Of ``lab class reset``."""
    again = do.add_parser(
        "reset",
        help="empty a class for the next lesson, with a new code",
        example="lab class reset 3 --runs hide",
    )
    again.add_argument("of", metavar="CLASS", help="number or code of the class")
    again.add_argument("--runs", choices=FATES, default="hide", help="of the students (hide)")
    again.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> int:
    """Write the lesson or the results, check the task, or rehearse."""
    if options.what == "task":
        return _check(Path(options.file))
    if options.what == "rehearse":
        with Store() as store:
            return _rehearse(store, options)
    out = Path(options.out)
    with Store() as store:
        klass = _class(store, options.of)
        if options.what == "results":
            made = results_csv(store, klass.number, by=OPERATOR)
        else:
            made = lesson_zip(store, klass, address=options.address)
    with guarded(str(out), says="cannot be written"):
        out.write_bytes(made)
    print(f"{out}: {len(made) / 1e6:.3g} MB")
    return 0


def reset_class(options: argparse.Namespace) -> int:
    """Empty a class, once whoever asks has said yes."""
    with Store() as store:
        klass = _class(store, options.of)
        count = len(store.classes.mates(klass.number))
        print(
            f"{klass.name}: its students ({count}) will leave, their runs are "
            f"{'deleted' if options.runs == 'delete' else 'hidden'}, the code changes."
        )
        if not options.yes and not sys.stdin.isatty():
            raise BadInput("nobody can be asked here: add --yes to reset the class.")
        if not options.yes and input("Reset this class? [y/N] ").strip().lower() != "y":
            print("nothing was changed")
            return 1
        found = reset(store, klass.number, options.runs, by=OPERATOR)
        print(f"{found.words} The new code is {store.classes.get(klass.number).code}.")
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


def _rehearse(store: Store, options: argparse.Namespace) -> int:
    """Without a class, a task or a preset it is the first of the tasks that are ready."""
    task = _task(store, options)
    status = scheduler_status(store)
    plan = planned(os.environ) if status is None else status
    students = whole("students", options.students, low=1, high=MOST_STUDENTS, why="they press Run")
    quiet = options.json or not sys.stderr.isatty()
    variants = task.variants(students)
    found = rehearse(
        to_try(variants, plan.slots),
        students=students,
        runs=len(variants),
        slots=plan.slots,
        threads=plan.threads,
        tell=(lambda *_: None) if quiet else _tell,
    )
    if options.json:
        more = {"wait": found.wait, "done": found.done, "words": found.words}
        print(json.dumps({"task": task.title} | asdict(found) | more | {"advice": found.advice}))
        return 0
    print(f"{task.title}\n{found.words}\n{found.advice}")
    if found.measured < 1:
        print(f"The runs were waited for up to {100 * found.measured:.0f} % of their steps.")
    if found.busy > BUSY_PERCENT:
        print(
            f"Other programs used {found.busy:.0f} % of the CPU beforehand; "
            "without them runs are faster."
        )
    return 0


def _task(store: Store, options: argparse.Namespace) -> Task:
    if options.task is not None:
        return Task.from_json(text_of(Path(options.task)))
    if options.preset is not None:
        names = [preset.name for preset in PRESETS]
        choice("preset", options.preset, names)
        return task_of_preset(PRESETS[names.index(options.preset)])
    if options.of is None:
        return TASKS[0]
    klass = _class(store, options.of)
    if (task := task_of(klass)) is None:
        raise BadInput(f"nothing is pinned for the class {klass.name}: pin a task first.")
    return task


def _tell(says: str, share: float) -> None:
    print(f"\r{says}: {100 * share:.0f} %   ", end="", file=sys.stderr, flush=True)
