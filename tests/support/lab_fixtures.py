"""A lab with a teacher, two classes and people of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import factories
import pytest

from hts.config import RunConfig
from hts.records import RunResult
from hts.studio.jobs import client
from hts.studio.lab.codes import join, make_class, student
from hts.studio.lab.people import GUEST, OPERATOR, Person
from hts.studio.store.store import Store

HOSTED = """
mode = ["oidc", "codes"]
admins = ["root@example.org"]
teachers = ["emmy@example.org", "felix@example.org"]
visibility = "private"

[limits.member]
running = 1
queued = 3
width = 100
parameters = 20_000
iterations = 1000
sweep_runs = 4
"""


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store without a scheduler: what is queued stays queued."""
    monkeypatch.setattr(client, "ensure_scheduler", lambda store: None)
    with Store(home) as opened:
        yield opened


@pytest.fixture
def hosted(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Call it with settings to be hosted by them; at first by `HOSTED`."""

    def host(text: str) -> None:
        path = home / f"lab{abs(hash(text))}.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("HTS_LAB", str(path))

    host(HOSTED)
    return host


@pytest.fixture
def config() -> RunConfig:
    return RunConfig(width=20, iterations=100, device="cpu")


def person(name: str, role: str = "member", how: str = "oidc") -> Person:
    return Person(id=f"{how}:{name}", name=name, role=role, how=how)


@pytest.fixture
def people(store: Store, hosted) -> dict[str, Person]:
    """Everybody: ``ann`` and ``bob`` are in a class of ``emmy``, ``cem`` in one of ``felix``."""
    found = {
        "root": person("root", "admin"),
        "emmy": person("emmy", "teacher"),
        "felix": person("felix", "teacher"),
        "max": person("max"),
        "mia": person("mia"),
        "guest": GUEST,
        "operator": OPERATOR,
    }
    for one in found.values():
        store.people.remember(one.id, name=one.name, role=one.role, how=one.how)
    for teacher, nicknames in (("emmy", ("ann", "bob")), ("felix", ("cem",))):
        made = make_class(store, f"Class of {teacher}", by=found[teacher])
        for nickname in nicknames:
            shown = student(store, join(store, made.code, nickname))
            assert shown is not None
            found[nickname] = shown
    return found


@pytest.fixture
def result() -> RunResult:
    """A result that nobody computed, for what only has to be recorded."""
    return factories.recorded_result()
