"""A class between two lessons: emptied of its students, with another code and the same task."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from hts.studio.figures import words
from hts.studio.lab.access import whole_of
from hts.studio.lab.audit import note
from hts.studio.lab.codes import change_code, need_class
from hts.studio.lab.people import Person
from hts.studio.store.run_row import Unknown
from hts.studio.store.runs import Runs
from hts.studio.store.store import Store
from hts.studio.store.sweeps import Sweeps
from hts.validate import BadInput, choice

FATES = ("hide", "delete")
STOP_SECONDS, LOOK_SECONDS = 15.0, 0.1  # that workers have to let go of what is to be deleted

_WHY = "The class was reset for the next lesson."


@dataclass(frozen=True, kw_only=True)
class Emptied:
    """What became of a class.  Counts are of those who left."""

    students: int
    runs: int  # and sweeps, that were hidden or deleted
    held: int  # of these, hidden instead of deleted, since a worker had not let go of them
    fate: str

    @property
    def words(self) -> str:
        """What was done, in a sentence or two."""
        done = {"hide": "hidden", "delete": "deleted"}[self.fate]
        gone, runs = words.many(self.students, "student"), words.many(self.runs, "run")
        said = f"{gone} removed; {runs} {done}."
        if self.held:
            said += f" {self.held} of them had a worker still and are hidden: an admin can delete"
            said += " them."
        return said


def reset(store: Store, number: int, fate: str, *, by: Person) -> Emptied:
    """Let the next lesson begin: no students, a new code, a clear board, the task as it was.

    What students made or gave who joined by the code is hidden from all but admins, or deleted
    (``fate``), and what of it goes on is stopped; a run that others asked for too goes to them.
    Students who sign in otherwise leave with what is theirs.  Also whom the teacher had removed
    leaves, and may join by the new code.  Raises `NotAllowed` for who does not teach the class.
    """
    choice("fate", fate, FATES)
    whole = whole_of(store)
    with whole.db.writing():
        need_class(store, number, by=by)
        mates, removed = whole.classes.mates(number), whole.classes.removed(number)
        leaving = [one.person for one in (*mates, *removed) if one.person.startswith("code:")]
        change_code(store, number, by=by)
        whole.classes.empty(number)
        whole.boards.forget(number)
        whole.classes.change(number, stage="open", since=time.time(), held=None, closed=None)
        runs = _alone(whole, leaving)
        sweeps = [sweep.id for one in leaving for sweep in whole.sweeps.list(of=[one])]
        for run_id in runs:
            if whole.runs.get(run_id).active:
                whole.control.request(run_id, "stop", why=_WHY)
            whole.runs.set_visibility(run_id, "private")
        for sweep_id in sweeps:
            whole.sweeps.stop(sweep_id, _WHY)
            whole.sweeps.set_visibility(sweep_id, "private")
        for holding in (held for one in leaving for held in whole.holdings.of(one)):
            if fate == "delete":
                whole.holdings.delete(holding)
            else:
                whole.holdings.show_to(holding, "private")
        note(whole, by.id, "reset", f"class {number}, to {fate} what its students made")
    left = _delete(whole, runs, sweeps) if fate == "delete" else []
    return Emptied(students=len(mates), runs=len(runs) + len(sweeps), held=len(left), fate=fate)


def _alone(store: Store, leaving: Iterable[str]) -> list[str]:
    """The runs of these people that nobody else asked for; the others go to who did."""
    return [
        run.id
        for person in leaving
        for run in store.runs.list(of=[person])
        if not store.owners.withdraw(run.id, person)
    ]


def _delete(store: Store, runs: Iterable[str], sweeps: Iterable[str]) -> list[str]:
    """Delete them once workers have let go; returns what is left when they do not."""
    left: list[tuple[Runs | Sweeps, str]] = [(store.sweeps, name) for name in sweeps]
    left += [(store.runs, name) for name in runs]
    give_up = time.monotonic() + STOP_SECONDS
    while True:
        left = [(kept, name) for kept, name in left if not _gone(kept, name)]
        if not left or time.monotonic() > give_up:
            return [name for _, name in left]
        time.sleep(LOOK_SECONDS)


def _gone(kept: Runs | Sweeps, name: str) -> bool:
    try:
        kept.delete(name)
    except Unknown:
        return True
    except BadInput:  # a worker has it still
        return False
    return True
