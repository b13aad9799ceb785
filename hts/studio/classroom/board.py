"""The board of a class: its runs pooled, each against the goal, and who has predicted what."""

from __future__ import annotations

import dataclasses
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hts.data.sources import info
from hts.studio.classroom.question import Answer
from hts.studio.classroom.task import Task, mark_of
from hts.studio.lab.access import whole_of
from hts.studio.store.boards import Asked
from hts.studio.store.classes import Class
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A run on the board.  Accuracies and the pruning ratio are in percent, at squared error 0.1.

    ``people`` asked for it, the first one first, and are called ``names``; ``alpha``: stability
    index of its noise, None without noise.
    """

    run: Run
    people: tuple[str, ...]
    names: tuple[str, ...]
    alpha: float | None
    ratio: float
    before: float
    after: float
    met: bool | None  # None where there is no goal
    works: bool = True  # pruned it keeps half or more of what it had above guessing

    @property
    def cost(self) -> str:
        """``62.0 % removed, test accuracy 91.2 → 15.6 %: the network no longer works``."""
        ends = "" if self.works else ": the network no longer works"
        left = f"test accuracy {self.before:.1f} → {self.after:.1f} %"
        return f"{self.ratio:.1f} % removed, {left}{ends}"


@dataclass(frozen=True, kw_only=True)
class Going:
    """A run that has no result yet, or ended without one."""

    run: Run
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """What a class has done since its board was cleared.

    ``entries``: the best first, those that work no longer when pruned after all that do.
    ``hidden``: how many runs are private and left out.  ``asked``: by person, how many runs they
    asked for.  Runs that diverged or failed are in ``lost``.
    """

    entries: tuple[Entry, ...]
    going: tuple[Going, ...]
    lost: tuple[Going, ...]
    asked: Mapping[str, int]
    hidden: int = 0

    @property
    def best(self) -> Entry | None:
        """The first that meets the goal; without one, the largest ratio that still works."""
        first = self.entries[0] if self.entries else None
        return None if first is None or first.met is False or not first.works else first

    @property
    def furthest(self) -> Entry | None:
        """The largest ratio, whatever it cost."""
        return max(self.entries, key=lambda entry: entry.ratio, default=None)

    def seen_by(self, person: str) -> Board:
        """Without private runs, but for this person's own."""
        parts = {name: getattr(self, name) for name in ("entries", "going", "lost")}
        shown: dict[str, Any] = {
            name: tuple(o for o in part if o.run.visibility != "private" or person in o.people)
            for name, part in parts.items()
        }
        hidden = sum(map(len, parts.values())) - sum(map(len, shown.values()))
        return dataclasses.replace(self, **shown, hidden=hidden)

    def of(self, person: str) -> list[Entry]:
        return [entry for entry in self.entries if person in entry.people]


def task_of(klass: Class) -> Task | None:
    return None if klass.task is None else Task.from_json(klass.task)


def board(store: Store, klass: Class) -> Board:
    """The board of a class as it stands, or as it stood when it was frozen.

    Counted is what students and their teacher asked for since the board was cleared, where it
    answers the task.  It holds private runs too: see `Board.seen_by`.
    """
    whole, task = whole_of(store), task_of(klass)
    names = {mate.person: mate.nickname for mate in whole.classes.mates(klass.number)}
    names.setdefault(klass.teacher, "the teacher")
    wishes = [
        wish
        for wish in whole.boards.asked_for(names, klass.since)
        if klass.held is None or wish.asked <= klass.held
    ]
    people = _people_by_run(wishes, task)
    asked = Counter(one for run, askers in people.values() for one in askers)
    entries, going, lost = [], [], []
    for run, askers in people.values():
        if run.active or (klass.held is not None and (run.ended or 0.0) > klass.held):
            going.append(Going(run=run, people=askers))
        elif (entry := _entry(run, askers, names, task)) is not None:
            entries.append(entry)
        else:
            lost.append(Going(run=run, people=askers))
    entries.sort(
        key=lambda entry: (
            entry.met is False, not entry.works, -entry.ratio, -entry.after, entry.run.id
        )
    )  # fmt: skip
    return Board(entries=tuple(entries), going=tuple(going), lost=tuple(lost), asked=asked)


def truth(task: Task | None, shown: Board) -> Answer | None:
    """The answer to the task's question: as given, or the median of what was measured."""
    question = None if task is None else task.question
    if question is None:
        return None
    if question.measured and shown.entries:
        of = {"pruning_ratio": "ratio", "test_accuracy": "before", "test_accuracy_pruned": "after"}
        found = statistics.median(
            float(getattr(entry, of[question.measured])) for entry in shown.entries
        )
        return round(found, 2)
    return question.truth


def answers(store: Store, klass: Class) -> dict[str, Answer]:
    """By person, the answers to the pinned question."""
    task = task_of(klass)
    if klass.task is None or task is None or task.question is None:
        return {}
    found = {
        given.person: task.question.read(given.answer)
        for given in whole_of(store).boards.predictions(klass.number, mark_of(klass.task))
    }
    return {person: answer for person, answer in found.items() if answer is not None}


def _people_by_run(
    wishes: Sequence[Asked], task: Task | None
) -> dict[str, tuple[Run, tuple[str, ...]]]:
    """Runs that answer the task and who wants them; a twin is not a run of its own."""
    found: dict[str, tuple[Run, tuple[str, ...]]] = {}
    for wish in wishes:
        run = wish.run
        if run.twin in found or (task is not None and not task.fits(run.effective)):
            continue
        people = found[run.id][1] if run.id in found else ()
        if wish.person not in people:
            found[run.id] = (run, (*people, wish.person))
    return found


def _entry(
    run: Run, people: tuple[str, ...], names: Mapping[str, str], task: Task | None
) -> Entry | None:
    result = run.result
    if result is None or result.stop_reason in ("diverged", "stopped"):
        return None
    if not run.effective.schedules.keys().isdisjoint({"alpha", "noise"}):
        return None  # it has no place on an axis of alpha
    ratio, before = result.pruning_ratio, result.test_accuracy
    after = result.test_accuracy_pruned
    if ratio is None or before is None or after is None:
        return None
    goal = None if task is None else task.goal
    guessing = 100 / info(run.effective.data).classes
    return Entry(
        run=run,
        people=people,
        names=tuple(names[person] for person in people),
        alpha=run.effective.stability,
        ratio=ratio,
        before=before,
        after=after,
        met=None if goal is None else goal.met(before=before, after=after, ratio=ratio),
        works=after - guessing >= (before - guessing) / 2 and not run.useless,
    )
