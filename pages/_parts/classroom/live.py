"""The class's figures, pooled once a second for everybody who watches this class."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import streamlit as st

from hts.shared_cache import SharedCache
from hts.studio.classroom.board import Board, answers, board, task_of, truth
from hts.studio.classroom.figures import class_view, most_words, predicted
from hts.studio.classroom.lesson import may_look
from hts.studio.classroom.question import Answer, Question
from hts.studio.figures import words
from hts.studio.figures.classroom.predictions import prediction_card
from hts.studio.figures.classroom.scatter import class_scatter
from hts.studio.figures.run.board import encode_board
from hts.studio.foreign_text import in_markdown
from hts.studio.lab.access import see_class
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.classes import Class
from hts.validate import BadInput
from pages._parts.board.live_board import live_board

TICK_SECONDS = 2.0

_pooled: SharedCache[tuple[Board, dict[str, Answer]]] = SharedCache(32)
_payloads: SharedCache[bytes] = SharedCache(256)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A class as one person sees it now.  ``answers``: everybody's, by person."""

    klass: Class
    board: Board
    answers: dict[str, Answer]
    looks: bool  # whether they see the class's runs
    students: int


def moment(store: Reader, klass: Class, *, everything: bool = False) -> Moment:
    """What is to be seen of the class, at most a second old; ``everything``: private runs too."""
    key = (str(store.home.root), klass.number, klass.revision, int(time.monotonic()))
    pooled, given = _pooled.get(key, lambda: (board(store, klass), answers(store, klass)))
    if not everything:
        pooled = pooled.seen_by(store.person.id)
    return Moment(
        klass=klass,
        board=pooled,
        answers=given,
        looks=may_look(store, klass, store.person),
        students=len(store.classes.mates(klass.number)),
    )


def again(store: Reader, number: int, revision: int) -> Class:
    """The class in a fragment; when it is not as it was the whole page is run anew."""
    try:
        klass = see_class(store, number, by=store.person)
    except BadInput:  # they were taken out of it
        st.rerun()
    if klass.revision != revision:
        st.rerun()
    return klass


def show_board(
    now: Moment, *, person: str = "", predictions: bool, large: bool = False, key: str
) -> None:
    """The scatter, with a ring around the runs of ``person``, and ``predictions`` if asked for.

    The truth is marked once it is revealed.  ``large``: for a room, with numbers on top.
    """
    klass, task = now.klass, task_of(now.klass)
    question = task.question if task is not None and predictions else None
    fingerprint = (
        str(klass.number), klass.revision, person, large, question is None,
        tuple((entry.run.id, entry.names) for entry in now.board.entries),
        len(now.board.going), now.students, tuple(sorted(now.answers.items())),
    )  # fmt: skip

    def make() -> bytes:
        cards = [class_scatter(class_view(klass, now.board, person=person), large=large)]
        if question is not None:
            found = truth(task, now.board) if klass.stage == "revealed" else None
            given = predicted(question, now.answers, truth=found, person=person)
            card = prediction_card(given, keep=f"class-{klass.number}", large=large)
            cards = [card, *cards] if large else [*cards, card]
        numbers = room_numbers(now) if large else []
        return encode_board({"metrics": numbers, "cards": [card.payload() for card in cards]})

    live_board(_payloads.get(fingerprint, make), key=key)


def truth_words(question: Question, found: Answer | None, shown: Board) -> str:
    """What is true, on how many runs it rests if measured, and what the furthest run cost."""
    runs = len(shown.entries)
    said = f"The truth: **{in_markdown(question.said(found))}**"
    if question.measured and found is not None:
        said += f", the median of the class's {runs} runs" if runs > 1 else ", from one run"
    most = f" {most_words(shown.furthest)}" if shown.furthest else ""
    return f"{said}.{most}"


def room_numbers(now: Moment) -> list[dict[str, Any]]:
    """What stands on top for a room: the code, who is there, runs, and answers or the best.

    Where one person works alone nobody can join, so there is no code and there are no students.
    """
    going, task, best = len(now.board.going), task_of(now.klass), now.board.best
    is_open = now.klass.closed is None
    names = f"{', '.join(best.names[:3])}: {best.cost}" if best else "nobody yet"
    last = ("best", "Furthest so far", words.percent(best and best.ratio), names)
    hosted, asks = current().hosted, task is not None and task.question is not None
    if hosted and asks and now.klass.stage == "open":
        count = f"{len(now.answers)} of {now.students}"
        last = ("answers", "Predictions", count, "shown when they are revealed")
    code = spaced(now.klass.code) if is_open else "closed"
    who = [
        ("code", "Class code", code, "a nickname is all it takes" if is_open else ""),
        ("students", "Students", str(now.students), ""),
    ]
    numbers = [
        *(who if hosted else []),
        ("runs", "Runs", str(len(now.board.entries)), f"{going} in progress" if going else ""),
        last,
    ]
    keys = ("id", "title", "value", "note")
    return [{**dict(zip(keys, number, strict=True)), "large": True} for number in numbers]


def spaced(code: str) -> str:
    """A code as it is read aloud: in two halves."""
    return f"{code[: len(code) // 2]} {code[len(code) // 2 :]}"
