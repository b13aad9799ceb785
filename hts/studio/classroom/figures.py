"""The board of a class as its figures take it."""

from __future__ import annotations

from hts.studio.classroom.board import Board, Entry, task_of
from hts.studio.classroom.question import Answer, Question
from hts.studio.figures.classroom.view import ClassPoint, ClassView, Predictions
from hts.studio.store.classes import Class

_SHARED = ("alpha", "ratio", "before", "after", "names", "met")
NOISE = frozenset(("alpha", "noise"))  # settings that move a run along alpha


def class_view(klass: Class, shown: Board, *, person: str = "") -> ClassView:
    """The scatter's view, with a ring around what ``person`` asked for."""
    task = task_of(klass)
    goal = None if task is None else task.goal
    line, line_words = None, ""
    if goal is not None and goal.ratio:
        line, line_words = goal.ratio, f"to reach: {goal.ratio:g} %"
    elif goal is not None and shown.best is not None:
        line, line_words = shown.best.ratio, f"to beat: {shown.best.ratio:.1f} %"
    return ClassView(
        id=f"class-{klass.number}",
        points=tuple(
            ClassPoint(
                run=entry.run.id,
                mine=person in entry.people,
                **{name: getattr(entry, name) for name in _SHARED},
            )
            for entry in shown.entries
        ),
        goal="" if goal is None else goal.words,
        furthest="" if shown.furthest is None else most_words(shown.furthest),
        line=line,
        line_words=line_words,
        frozen=klass.stage == "frozen",
        one_alpha=task is not None and not NOISE.intersection(free.name for free in task.free),
    )


def most_words(entry: Entry) -> str:
    """Which noise let most units go, and what that cost, as a sentence."""
    alpha = "" if entry.alpha is None else f", alpha {entry.alpha:g}"
    return f"Most units went with {entry.run.effective.noise_type.word}{alpha}: {entry.cost}."


def predicted(
    question: Question,
    answers: dict[str, Answer],
    *,
    truth: Answer | None = None,
    person: str = "",
) -> Predictions:
    """The answers to a question, with the truth if it is to be shown."""
    given = list(answers.values())
    counts = None
    if question.choices:
        counts = {name: given.count(name) for name in question.choices}
    return Predictions(
        question=question.text,
        counts=counts,
        numbers=() if question.choices else tuple(float(answer) for answer in given),
        unit=question.unit,
        truth=truth,
        mine=answers.get(person),
    )
