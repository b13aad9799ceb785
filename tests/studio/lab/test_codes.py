"""Classes, codes, nicknames and tokens."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from hts.studio.lab import codes
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.codes import (
    ALPHABET,
    close_class,
    digest,
    join,
    make_class,
    make_key,
    need_class,
    student,
    teacher,
)
from hts.studio.store.classes import UnknownClass
from hts.validate import BadInput


@pytest.fixture(autouse=True)
def _nothing_tried():
    codes._wrong.clear()
    yield
    codes._wrong.clear()


def test_a_student_joins_and_is_known_by_the_token(store, people):
    made = make_class(store, " Pruning 101 ", by=people["emmy"])
    assert (made.name, made.teacher, made.stage, made.closed) == (
        "Pruning 101",
        "oidc:emmy",
        "open",
        None,
    )
    assert len(made.code) == 8
    assert set(made.code) <= set(ALPHABET)
    token = join(store, f" {made.code[:4].upper()}-{made.code[4:]} ", "Zoë")
    found = student(store, token)
    assert found is not None
    assert (found.name, found.role, found.how) == ("Zoë", "member", "code")
    assert [mate.nickname for mate in store.classes.mates(made.number)] == ["Zoë"]
    assert [c.number for c in store.classes.list(person=found.id)] == [made.number]
    assert store.classes.students_of("oidc:emmy") >= {found.id}


def test_tokens_differ_and_only_their_digest_is_kept(store, people):
    made = make_class(store, "A", by=people["emmy"])
    tokens = [join(store, made.code, f"student {i}") for i in range(20)]
    assert len(set(tokens)) == 20
    assert min(map(len, tokens)) >= 43  # 256 bits
    raw = store.home.database.read_bytes()
    store.db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    raw += store.home.database.read_bytes()
    assert digest(tokens[0]).encode() in raw
    assert not any(token.encode() in raw for token in tokens)


@pytest.mark.parametrize("shown", [None, "", "x", "x" * 43, 5, b"token"])
def test_what_is_no_token_is_nobody(store, people, shown):
    assert student(store, shown) is None


@pytest.mark.parametrize(
    "nickname", ["", "  ", "<b>x</b>", "a" * 25, "a\nb", "*x*", "\u202eabc", "."]
)
def test_a_nickname_can_be_shown(store, people, nickname):
    made = make_class(store, "A", by=people["emmy"])
    with pytest.raises(BadInput, match="a nickname has 1 to 24 letters"):
        join(store, made.code, nickname)


def test_a_nickname_is_one_persons_in_a_class(store, people):
    made, other = (make_class(store, name, by=people["emmy"]) for name in "AB")
    join(store, made.code, "Ada")
    with pytest.raises(BadInput, match="the nickname 'ADA' is taken in this class"):
        join(store, made.code, "ADA")
    assert join(store, other.code, "Ada")


def test_who_has_signed_in_joins_as_who_they_are(store, people):
    made = make_class(store, "A", by=people["emmy"])
    assert join(store, made.code, "Maxl", known=people["max"]) is None
    assert people["max"].id in store.classes.students_of("oidc:emmy")
    with pytest.raises(BadInput, match="you are in the class A already"):
        join(store, made.code, "Max again", known=people["max"])
    assert join(store, made.code, "Gus", known=people["guest"])  # as a student of their own


def test_a_closed_class_keeps_who_is_in(store, people):
    made = make_class(store, "A", by=people["emmy"])
    token = join(store, made.code, "Ada")
    assert close_class(store, made.number, by=people["emmy"]).closed is not None
    with pytest.raises(BadInput, match="the class A is closed"):
        join(store, made.code, "Bob")
    assert student(store, token).name == "Ada"


def test_only_teachers_make_classes_and_only_their_own_are_theirs(store, people):
    for name in ("max", "ann", "guest"):
        with pytest.raises(NotAllowed, match="only teachers and admins make classes"):
            make_class(store, "A", by=people[name])
    made = make_class(store, "A", by=people["emmy"])
    for name in ("felix", "max", "ann", "guest"):
        with pytest.raises(NotAllowed, match="the class A is another teacher's"):
            close_class(store, made.number, by=people[name])
    assert need_class(store, made.number, by=people["root"]) == made
    with pytest.raises(BadInput, match="a class needs a name"):
        make_class(store, " ", by=people["emmy"])


def test_trying_codes_grows_slow_and_shuts_nobody_out(store, people, monkeypatch):
    waited: list[float] = []
    now = [1000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=waited.append, time=time.time)
    monkeypatch.setattr(codes, "time", clock)
    made = make_class(store, "A", by=people["emmy"])
    for place in range(codes.MOST_WRONG):
        with pytest.raises(BadInput, match="no class has the code"):
            join(store, "2" * 8 if place % 2 else "no code", "Eve")
    assert waited == []
    with pytest.raises(BadInput, match="no class has the code"):
        join(store, "3" * 8, "Eve")
    assert waited == [codes.WAIT_SECONDS]
    now[0] += 61
    with pytest.raises(BadInput, match="no class has the code"):
        join(store, "4" * 8, "Eve")
    assert waited == [codes.WAIT_SECONDS]
    assert join(store, made.code, "Ada") is not None


def test_stages_and_tasks(store, people):
    made = make_class(store, "A", by=people["emmy"])
    changed = store.classes.change(made.number, stage="frozen", task='{"preset": "first-look"}')
    assert (changed.stage, changed.task) == ("frozen", '{"preset": "first-look"}')
    assert changed.revision == made.revision + 1
    with pytest.raises(UnknownClass):
        store.classes.change(99, stage="open")
    with pytest.raises(AssertionError):
        store.classes.change(made.number, teacher="somebody")


def test_a_teacher_comes_in_by_a_key(store, people):
    key = make_key(store, " Emmy N. ", by=people["operator"])
    found = teacher(store, key)
    assert found is not None
    assert (found.name, found.role) == ("Emmy N.", "teacher")
    made = make_class(store, "A", by=found)
    assert need_class(store, made.number, by=found) == made
    assert student(store, key) is None
    newer = make_key(store, "emmy n.", by=people["root"])
    assert teacher(store, key) is None
    assert teacher(store, newer).id == found.id
    store.people.set_key(found.id, None)
    assert teacher(store, newer) is None
    for shown in (None, "", "x" * 43, join(store, made.code, "Ann")):
        assert teacher(store, shown) is None
    with pytest.raises(NotAllowed, match="only admins make teachers' keys"):
        make_key(store, "Eve", by=people["emmy"])
