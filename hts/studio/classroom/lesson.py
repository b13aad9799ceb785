"""What a teacher does with a class, and a student in it: pin, freeze, reveal, clear, predict.

Everything asks first whether this person may, also where a page has not offered it.
"""

from __future__ import annotations

import json
import time
from typing import Any

from hts.studio.classroom.board import answers, task_of
from hts.studio.classroom.task import Task, mark_of
from hts.studio.lab.access import NotAllowed, see_class, whole_of
from hts.studio.lab.audit import note
from hts.studio.lab.codes import need_class
from hts.studio.lab.holdings import holder, see_holding
from hts.studio.lab.people import Person
from hts.studio.store.classes import Class
from hts.studio.store.holdings import TABLE
from hts.studio.store.store import Store
from hts.validate import BadInput


def teaches(klass: Class, person: Person) -> bool:
    return person.may_everything or (person.rights.teaches and klass.teacher == person.id)


def pin(store: Store, number: int, task: Task | None, *, by: Person) -> Class:
    """Give the class a task, or none, and a board that begins now."""
    kept = None if task is None else task.to_json()
    with whole_of(store).db.writing():
        if task is not None:
            need_class(store, number, by=by)
            _give_data(store, number, task.config.data, by)
        return _change(store, number, by, task=kept, stage="open", since=time.time(), held=None)


def _give_data(store: Store, number: int, name: str, by: Person) -> None:
    """Let the students of the class train on a table of who pins it.

    Others' are not theirs to give; what they do not see is not there.
    """
    if not name.startswith(TABLE.prefix):
        return
    holding = see_holding(store, by, name)
    if holding.owner == holder(by) or by.may_everything:
        whole_of(store).holdings.show_to_class(holding, number)
        note(store, by.id, "showed", f"{name} to class {number}")
    elif holding.visibility == "private":
        raise NotAllowed(f"{name} is private: only its owner lets a class train on it.")


def _change(store: Store, number: int, by: Person, **parts: Any) -> Class:
    need_class(store, number, by=by)
    return whole_of(store).classes.change(number, **parts)


def freeze(store: Store, number: int, *, by: Person) -> Class:
    """Let what the board shows stand still; runs and predictions that come later wait."""
    return _change(store, number, by, stage="frozen", held=time.time())


def reveal(store: Store, number: int, *, by: Person) -> Class:
    """Show everybody what was predicted and what is true; the board moves again."""
    return _change(store, number, by, stage="revealed", held=None)


def reopen(store: Store, number: int, *, by: Person) -> Class:
    """Let the board move and predictions be made, after `freeze` or `reveal`."""
    return _change(store, number, by, stage="open", held=None)


def clear(store: Store, number: int, *, by: Person) -> Class:
    """Begin the board anew: earlier runs stay but no longer count, predictions are removed."""
    klass = need_class(store, number, by=by)
    with whole_of(store).db.writing():
        if klass.task is not None:
            whole_of(store).boards.forget(number, mark_of(klass.task))
        return whole_of(store).classes.change(number, stage="open", since=time.time(), held=None)


def predict(store: Store, number: int, answer: object, *, by: Person) -> None:
    """Answer the question of the class, once or anew, until it is frozen or revealed."""
    with whole_of(store).db.writing():
        klass = see_class(store, number, by=by)
        task = task_of(klass)
        if klass.task is None or task is None or task.question is None:
            raise BadInput(f"the class {klass.name} is asked nothing at the moment.")
        if klass.stage != "open":
            raise BadInput(
                f"the class {klass.name} is {klass.stage}: predictions count only before that."
            )
        kept = json.dumps(task.question.check(answer), ensure_ascii=False)
        whole_of(store).boards.predict(number, mark_of(klass.task), by.id, kept)


def may_look(store: Store, klass: Class, person: Person) -> bool:
    """Whether this person sees the class's runs now: who is asked to predict predicts first."""
    task = task_of(klass)
    if task is None or task.question is None or klass.stage != "open":
        return True
    return teaches(klass, person) or person.id in answers(store, klass)
