"""What a teacher does with a class, and a student in it: pin, freeze, reveal, clear, predict.

Everything asks first whether this person may, also where a page has not offered it.
"""

from __future__ import annotations

import json
import time

from hts.studio.classroom.board import answers, task_of
from hts.studio.classroom.task import Task
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.codes import need_class
from hts.studio.lab.people import Person
from hts.studio.store import Class, Store
from hts.validate import BadInput


def see_class(store: Store, number: int, *, by: Person) -> Class:
    """The class, for who is in it, its teacher and admins; `NotAllowed` for everybody else."""
    whole = store.whole
    mine = {klass.number for klass in whole.classes(person=by.id)} if by.role != "guest" else set()
    if number in mine:
        return whole.class_(number)
    try:
        return need_class(store, number, by=by)
    except BadInput:
        raise NotAllowed(
            f"there is no class {number}, or you are not in it: join it with its code."
        ) from None


def classes_of(store: Store, *, by: Person) -> list[Class]:
    """The classes a person is in or teaches, all of them for admins; newest first."""
    whole = store.whole
    if by.may_everything:
        return whole.classes()
    if by.role == "guest":
        return []
    found = {klass.number: klass for klass in whole.classes(person=by.id)}
    if by.role == "teacher":
        found |= {klass.number: klass for klass in whole.classes(teacher=by.id)}
    return [found[number] for number in sorted(found, reverse=True)]


def teaches(klass: Class, person: Person) -> bool:
    """Whether this person may change the class."""
    return person.may_everything or (person.role == "teacher" and klass.teacher == person.id)


def pin(store: Store, number: int, task: Task | None, *, by: Person) -> Class:
    """Give the class a task, or none, and a board that begins now."""
    need_class(store, number, by=by)
    with store.whole.db.writing():
        return store.whole.change_class(
            number,
            task=None if task is None else task.to_json(),
            stage="open",
            since=time.time(),
            held=None,
        )


def freeze(store: Store, number: int, *, by: Person) -> Class:
    """Let what the board shows stand still; runs and predictions that come later wait."""
    need_class(store, number, by=by)
    return store.whole.change_class(number, stage="frozen", held=time.time())


def reveal(store: Store, number: int, *, by: Person) -> Class:
    """Show everybody what was predicted and what is true; the board moves again."""
    need_class(store, number, by=by)
    return store.whole.change_class(number, stage="revealed", held=None)


def reopen(store: Store, number: int, *, by: Person) -> Class:
    """Let the board move and predictions be made, after `freeze` or `reveal`."""
    need_class(store, number, by=by)
    return store.whole.change_class(number, stage="open", held=None)


def clear(store: Store, number: int, *, by: Person) -> Class:
    """Begin the board anew: earlier runs stay but no longer count, predictions are removed."""
    klass = need_class(store, number, by=by)
    task = task_of(klass)
    with store.whole.db.writing():
        if task is not None:
            store.whole.forget_predictions(number, task.mark)
        return store.whole.change_class(number, stage="open", since=time.time(), held=None)


def predict(store: Store, number: int, answer: object, *, by: Person) -> None:
    """Answer the question of the class, once or anew, until it is frozen or revealed."""
    with store.whole.db.writing():
        klass = see_class(store, number, by=by)
        task = task_of(klass)
        if task is None or task.question is None:
            raise BadInput(f"the class {klass.name} is asked nothing at the moment.")
        if klass.stage != "open":
            raise BadInput(
                f"the class {klass.name} is {klass.stage}: predictions count only before that."
            )
        kept = json.dumps(task.question.check(answer), ensure_ascii=False)
        store.whole.predict(number, task.mark, by.id, kept)


def may_look(store: Store, klass: Class, person: Person) -> bool:
    """Whether this person sees the class's runs now: who is asked to predict predicts first."""
    task = task_of(klass)
    if task is None or task.question is None or klass.stage != "open":
        return True
    return teaches(klass, person) or person.id in answers(store, klass)
