"""The attacks of `bench attacks` that need no web process, tried on every change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.app.attacks.kind import Kind
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from bench.attacks import Outcome, attempt, table


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("attacked"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("name", "least"), [("names", 50), ("private reads", 300), ("archives", 35)]
)
def test_every_attack_is_refused(place, name, least):
    outcome = attempt(KINDS[name], place)
    assert outcome.through == {}
    assert outcome.cases >= least


def test_what_is_not_refused_is_told(place):
    def cases(_: Place):
        yield "refused", lambda: ""
        yield "done", lambda: "it was done"
        yield "broken", lambda: 1 / 0

    outcome = attempt(Kind(name="all", right="x", cases=cases), place)
    assert (outcome.cases, outcome.held) == (3, 1)
    assert outcome.through == {
        "done": "it was done",
        "broken": "ZeroDivisionError: division by zero",
    }


def test_the_table_has_a_line_for_each_kind_and_one_for_all():
    lines = table([Outcome("a", "b", 3, 2), Outcome("c", "d", 1, 1)]).splitlines()
    assert lines[2:] == ["| a | 2 | 3 | b |", "| c | 1 | 1 | d |", "| all | 3 | 4 | |"]
