"""What a teacher does about the students of a class: names, removing them, letting them back."""

from __future__ import annotations

from collections.abc import Iterable

from hts.studio.lab.access import whole_of
from hts.studio.lab.audit import note
from hts.studio.lab.codes import WAY_BACK_LENGTH, digest, need_class, need_free_name, new_code
from hts.studio.lab.names import checked_name
from hts.studio.lab.people import Person
from hts.studio.store.classes import Class, Classmate
from hts.studio.store.store import Store
from hts.validate import BadInput


def rename_student(store: Store, number: int, person: str, nickname: str, *, by: Person) -> None:
    """Give a student of the class another nickname."""
    mate = _student(store, number, person, by)
    nickname = checked_name(nickname)
    whole = whole_of(store)
    with whole.db.writing():
        need_free_name(whole, whole.classes.get(number), nickname, mate.person)
        whole.classes.rename(number, mate.person, nickname)
        known = whole.people.get(mate.person)
        if known is not None and known.how == "code":  # others are called as they sign in
            whole.people.remember(known.id, name=nickname, role=known.role, how=known.how)


def remove_students(
    store: Store, number: int, people: Iterable[str], *, by: Person, recode: bool = True
) -> Class:
    """Take students out of the class, and stop what computes and waits for them there.

    They cannot come back with what their browsers keep, also not under another name.  They know the
    code of the class: with ``recode`` it has another one, so that they are out until the teacher
    lets them back.
    """
    whole, mates = whole_of(store), [_student(store, number, person, by) for person in people]
    with whole.db.writing():
        for mate in mates:
            whole.classes.remove(number, mate.person)
            note(whole, by.id, "removed", f"{mate.person} from class {number}")
            if mate.person.startswith("code:"):  # others are still members of the lab
                _stop_all(whole, mate.person)
        changes = {"code": new_code()} if mates and recode else {}
        return whole.classes.change(number, **changes)


def way_back(store: Store, number: int, person: str, *, by: Person) -> str:
    """A code, good once, by which a student comes back as who they are; what they had ends.

    For who has signed out, or lost what the browser kept.
    """
    mate = _student(store, number, person, by)
    if not mate.person.startswith("code:"):
        raise BadInput(f"{mate.nickname} signs in with an account and needs no way back.")
    code = new_code(WAY_BACK_LENGTH)
    whole_of(store).classes.give(number, mate.person, digest(f"back {code}"))
    return code


def let_back(store: Store, number: int, person: str, *, by: Person) -> None:
    """Let somebody who was removed be in the class again, as who they were, if a seat is free."""
    need_class(store, number, by=by)
    whole_of(store).classes.let_back(number, person)
    note(store, by.id, "let back", f"{person} into class {number}")


def removed_students(store: Store, number: int, *, by: Person) -> list[Classmate]:
    """Whom the teacher has removed; ``joined`` says when."""
    need_class(store, number, by=by)
    return whole_of(store).classes.removed(number)


def _student(store: Store, number: int, person: str, by: Person) -> Classmate:
    found = need_class(store, number, by=by)
    for mate in whole_of(store).classes.mates(number):
        if mate.person == person:
            return mate
    raise BadInput(f"this student is not in the class {found.name} any more.")


def _stop_all(store: Store, person: str) -> None:
    why = "The teacher removed its owner from the class."
    for run in store.runs.list(of=[person]):
        if run.owner == person and run.active:
            store.control.request(run.id, "stop", why=why)
    for sweep in store.sweeps.list(of=[person]):
        if sweep.active:
            store.sweeps.stop(sweep.id, f"Stopped: {why}")
