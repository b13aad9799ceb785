"""Who sees what and who may change what.  Pages and addresses ask here; nobody else decides.

Seen: one's own runs and those one asked for too; a teacher sees all of their students'; what is
``public`` everybody sees; what is visible to the ``lab`` all its members see, except that for
students who came by a class code their class is the lab.  Runs without an owner belong to whoever
has the machine.  Changed: by the owner, by a teacher of the owner, by admins.
"""

from __future__ import annotations

from hts.studio.lab.people import LOCAL, OPERATOR, Person
from hts.studio.lab.settings import current
from hts.studio.store.classes import Class
from hts.studio.store.run_row import Run, UnknownRun
from hts.studio.store.sight import Sight
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep, UnknownSweep
from hts.validate import BadInput


class NotAllowed(BadInput):
    """This person may not do that; the text says whose it is and what is allowed."""


class NotSeen(UnknownRun):
    """There is no such run, or it is not theirs to see: which of the two is not said."""

    why = ", or it is not yours to see."


class SweepNotSeen(UnknownSweep):
    """There is no such sweep, or it is not theirs to see."""

    why = ", or it is not yours to see."


def whole_of(store: Store) -> Store:
    """All of the store, where ``store`` is what one person reads of it."""
    whole: Store = getattr(store, "behind", store)
    return whole


def reader_of(store: Store) -> Person | None:
    """Who reads, where ``store`` is what one person reads of it (`hts.studio.lab.reader`)."""
    reading: Person | None = getattr(store, "person", None)
    return reading


def asked(store: Store, by: Person | None) -> tuple[Store, Person]:
    """The whole store and who asks.

    What one person sees of a store speaks for that person, and for nobody else.  A single user
    need not say who they are; in a lab, `NotAllowed` when nobody is named.
    """
    reading = reader_of(store)
    if reading is not None:
        return whole_of(store), reading
    if by is not None:
        return store, by
    if current().hosted:
        raise NotAllowed("in a lab every change must say who asks for it: nobody was named.")
    return store, LOCAL


def sight_of(store: Store, person: Person) -> Sight:
    """What ``person`` sees of ``store`` now."""
    if person.may_everything:
        return Sight(person=person.id, everything=True)
    if not person.rights.starts:
        return Sight(person=person.id)
    whole = whole_of(store)
    students = (
        frozenset(whole.classes.students_of(person.id)) if person.rights.teaches else frozenset()
    )
    mates = frozenset(whole.classes.mates_of(person.id)) if person.how == "code" else None
    return Sight(person=person.id, owners=students, lab=mates)


def may_change(store: Store, person: Person, owner: str | None) -> bool:
    """Whether ``person`` may change what belongs to ``owner``."""
    if person.may_everything:
        return True
    if not person.rights.starts or owner is None:
        return False
    if owner == person.id:
        return True
    return person.rights.teaches and owner in whole_of(store).classes.students_of(person.id)


def need_sight_of_run(store: Store, person: Person, run_id: str) -> None:
    """`NotSeen` unless ``person`` sees the run; nothing is said to who sees everything."""
    whole = whole_of(store)
    if not person.may_everything and not whole.runs.sees(sight_of(whole, person), run_id):
        raise NotSeen(run_id)


def see_run(store: Store, person: Person, run_id: str) -> Run:
    """The run, if ``person`` sees it; else `NotSeen`, or `UnknownRun` for who sees everything."""
    need_sight_of_run(store, person, run_id)
    return whole_of(store).runs.get(run_id)


def need_sight_of_sweep(store: Store, person: Person, sweep_id: str) -> None:
    """`SweepNotSeen` unless ``person`` sees the sweep."""
    whole = whole_of(store)
    if not person.may_everything and not whole.sweeps.sees(sight_of(whole, person), sweep_id):
        raise SweepNotSeen(sweep_id)


def see_sweep(store: Store, person: Person, sweep_id: str) -> Sweep:
    """The sweep, if ``person`` sees it; else `SweepNotSeen` or `UnknownSweep`."""
    need_sight_of_sweep(store, person, sweep_id)
    return whole_of(store).sweeps.get(sweep_id)


def classes_of(store: Store, *, by: Person) -> list[Class]:
    """The classes a person is in or teaches, all of them for admins; newest first."""
    classes = whole_of(store).classes
    if by.may_everything:
        return classes.list()
    if not by.rights.starts:
        return []
    found = {klass.number: klass for klass in classes.list(person=by.id)}
    if by.rights.teaches:
        found |= {klass.number: klass for klass in classes.list(teacher=by.id)}
    return [found[number] for number in sorted(found, reverse=True)]


def see_class(store: Store, number: int, *, by: Person) -> Class:
    """The class, for who is in it, its teacher and admins; `NotAllowed` for everybody else."""
    for klass in classes_of(store, by=by):
        if klass.number == number:
            return klass
    raise NotAllowed(f"there is no class {number}, or you are not in it: join it with its code.")


def need_run(store: Store, person: Person, run_id: str, what: str) -> Run:
    """The run, if ``person`` may ``what`` it ("stop", "rename"); `NotSeen` or `NotAllowed`."""
    run = see_run(store, person, run_id)
    if not may_change(store, person, run.owner):
        raise NotAllowed(_refusal(store, f"run {run_id}", run.owner, person, what))
    return run


def need_sweep(store: Store, person: Person, sweep_id: str, what: str) -> Sweep:
    """The same for a sweep; `SweepNotSeen` or `NotAllowed`."""
    sweep = see_sweep(store, person, sweep_id)
    if not may_change(store, person, sweep.owner):
        raise NotAllowed(_refusal(store, f"sweep {sweep_id}", sweep.owner, person, what))
    return sweep


def need_member(person: Person, what: str) -> None:
    """`NotAllowed` for guests, who look but ask for nothing."""
    if not person.rights.starts:
        raise NotAllowed(
            f"a guest may not {what}: sign in, or join a class, since what is started here belongs "
            "to somebody."
        )


def owner_name(store: Store, owner: str | None) -> str:
    """How others call the owner of a run."""
    if owner is None or owner == OPERATOR.id:
        return "the operator"
    if owner == LOCAL.id:
        return "the only user of before" if current().hosted else LOCAL.name
    known = whole_of(store).people.get(owner)
    return known.name if known is not None else "somebody who has left"


def _refusal(store: Store, thing: str, owner: str | None, person: Person, what: str) -> str:
    guest = not person.rights.starts
    own = "sign in to start your own" if guest else "Repeat starts the same as your own"
    return (
        f"{thing} belongs to {owner_name(store, owner)}: you may look at it, but only they, their "
        f"teacher or an admin may {what} it; {own}."
    )
