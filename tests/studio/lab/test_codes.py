"""Classes, codes, nicknames and tokens."""

from __future__ import annotations

import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from types import SimpleNamespace

import pytest

from hts.studio.lab import codes, wrong_codes
from hts.studio.lab.access import NotAllowed
from hts.studio.lab.codes import (
    ALPHABET,
    change_code,
    close_class,
    digest,
    join,
    make_class,
    make_key,
    need_class,
    set_seats,
    sign_out,
    student,
    teacher,
)
from hts.studio.lab.students import (
    let_back,
    remove_students,
    removed_students,
    rename_student,
    way_back,
)
from hts.studio.lab.wrong_codes import MOST_WRONG, WRONG
from hts.studio.store.classes import UnknownClass
from hts.validate import BadInput


@pytest.fixture(autouse=True)
def waited(monkeypatch) -> list[float]:
    """What wrong codes had to wait."""
    found: list[float] = []
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=found.append)
    monkeypatch.setattr(wrong_codes, "time", clock)
    WRONG.clear()
    yield found
    WRONG.clear()


def test_a_student_joins_and_is_known_by_the_token(store, people):
    made = make_class(store, " Pruning\n 101 ", by=people["emmy"])
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


def wrong(store, address: str) -> str:
    with pytest.raises(BadInput) as caught:
        join(store, "2" * 8, "Eve", address=address)
    return str(caught.value)


def test_wrong_codes_are_throttled_by_address_and_right_ones_never(store, people, waited) -> None:
    made = make_class(store, "A", by=people["emmy"], seats=300)
    for _ in range(MOST_WRONG):
        assert "no class has the code '22222222'" in wrong(store, "10.0.0.1")
    assert waited == []
    assert "more than 60 wrong ones came from your network" in wrong(store, "10.0.0.1")
    assert waited == [wrong_codes.WAIT_SECONDS]
    assert "no class has the code" in wrong(store, "10.0.0.2")
    for number in range(200):  # a large class behind the same router
        assert join(store, made.code, f"student {number}", address="10.0.0.1")
    assert waited == [wrong_codes.WAIT_SECONDS]


def test_after_a_minute_wrong_codes_are_answered_again(store, people, waited, monkeypatch) -> None:
    now = [1000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=waited.append)
    monkeypatch.setattr(wrong_codes, "time", clock)
    for _ in range(MOST_WRONG + 1):
        wrong(store, "10.0.0.1")
    now[0] += 61
    assert "no class has the code" in wrong(store, "10.0.0.1")
    assert len(waited) == 1


def test_few_wrong_tries_of_an_address_wait_at_a_time(store, people, monkeypatch) -> None:
    go_on = threading.Event()
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: go_on.wait(60))
    for _ in range(MOST_WRONG):
        wrong(store, "10.0.0.1")
    monkeypatch.setattr(wrong_codes, "time", clock)
    with ThreadPoolExecutor(20) as pool:
        tries = [pool.submit(wrong, store, "10.0.0.1") for _ in range(20)]
        done, waiting = wait(tries, timeout=30, return_when=FIRST_COMPLETED), tries
        while sum(one.done() for one in tries) < 20 - wrong_codes.MOST_WAITING:
            time.sleep(0.01)
        assert sum(not one.done() for one in waiting) == wrong_codes.MOST_WAITING
        assert done.done
        go_on.set()
    assert all("more than 60 wrong ones" in one.result() for one in tries)


def test_addresses_are_forgotten_before_they_fill_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(wrong_codes, "MOST_ADDRESSES", 10)
    counted = wrong_codes.WrongCodes()
    for number in range(100):
        counted.another(f"10.0.0.{number}")
    assert len(counted._tries) == 10


# -- seats ----------------------------------------------------------------------------------------


def test_500_attempts_at_once_fill_exactly_40_seats(store, people) -> None:
    made = make_class(store, "A", by=people["emmy"])
    assert made.seats == 40
    inside = [join(store, made.code, f"early {number}") for number in range(15)]

    def attempt(number: int) -> tuple[str | None, str]:
        try:
            return join(store, made.code, f"student {number}", address="10.0.0.1"), ""
        except BadInput as error:
            return None, str(error)

    with ThreadPoolExecutor(50) as pool:
        tried = list(pool.map(attempt, range(500)))
    tokens = [token for token, _ in tried if token is not None]
    assert len(tokens) == 25
    assert {said for token, said in tried if token is None} == {
        "the class A is full: its teacher has set 40 seats."
    }
    assert len(store.classes.mates(made.number)) == 40
    for token in (*inside, *tokens):  # nobody was put out
        assert student(store, token) is not None


def test_the_teacher_sets_the_seats(store, people) -> None:
    made = make_class(store, "A", by=people["emmy"], seats=2)
    tokens = [join(store, made.code, name) for name in ("Ann", "Bob")]
    with pytest.raises(BadInput, match="the class A is full: its teacher has set 2 seats"):
        join(store, made.code, "Cem")
    set_seats(store, made.number, 3, by=people["emmy"])
    assert join(store, made.code, "Cem")
    set_seats(store, made.number, 1, by=people["emmy"])
    assert all(student(store, token) for token in tokens)
    with pytest.raises(BadInput, match="seats must be a whole number from 1 to 1000, got 0"):
        set_seats(store, made.number, 0, by=people["emmy"])
    for doing in (set_seats, rename_student, remove_students, change_code, way_back, let_back):
        given = {set_seats: (5,), rename_student: ("x", "y"), change_code: ()}.get(doing, ("x",))
        with pytest.raises(NotAllowed, match="is another teacher's"):
            doing(store, made.number, *given, by=people["felix"])


def test_ten_removed_students_cannot_return_with_what_they_have(store, people, config) -> None:
    emmy = people["emmy"]
    made = make_class(store, "A", by=emmy)
    tokens = [join(store, made.code, f"student {number}") for number in range(40)]
    gone, staying = tokens[:10], tokens[10:]
    persons = [student(store, token) for token in gone]
    waiting = store.runs.create(config, owner=persons[0].id)
    going = store.runs.create(config.replace(seed=7), owner=persons[0].id)
    store.control.claim(going, pid=1, pid_started=1.0)
    changed = remove_students(store, made.number, [one.id for one in persons], by=emmy)
    assert store.runs.get(waiting).state == "cancelled"
    assert store.runs.get(going).want == "stop"
    removed = removed_students(store, made.number, by=emmy)
    assert {mate.nickname for mate in removed} == {person.name for person in persons}
    for token in gone:
        assert student(store, token) is None
        for nickname in ("student 0", "somebody else"):
            with pytest.raises(BadInput, match="no class has the code"):
                join(store, made.code, nickname)  # all that they know without their token
            with pytest.raises(NotAllowed, match="your teacher has removed you from the class A"):
                join(store, changed.code, nickname, shown=token)
    assert all(student(store, token) for token in staying)
    assert persons[0].id not in store.classes.students_of(emmy.id)
    assert join(store, changed.code, "a newcomer")  # the seats are free again
    with pytest.raises(BadInput, match="is not in the class A any more"):
        remove_students(store, made.number, [persons[1].id], by=emmy)


def test_who_is_let_back_is_who_they_were(store, people) -> None:
    emmy = people["emmy"]
    made = make_class(store, "A", by=emmy, seats=2)
    token = join(store, made.code, "Ann")
    person = student(store, token)
    same = remove_students(store, made.number, [person.id], by=emmy, recode=False)
    assert same.code == made.code
    other = student(store, join(store, made.code, "ann"))
    with pytest.raises(BadInput, match="the nickname 'Ann' is taken"):
        let_back(store, made.number, person.id, by=emmy)
    rename_student(store, made.number, other.id, "Anna", by=emmy)
    third = student(store, join(store, made.code, "Ben"))
    with pytest.raises(BadInput, match="the class A is full"):
        let_back(store, made.number, person.id, by=emmy)
    assert [mate.person for mate in removed_students(store, made.number, by=emmy)] == [person.id]
    remove_students(store, made.number, [third.id], by=emmy)
    let_back(store, made.number, person.id, by=emmy)
    assert student(store, token) == person
    assert [mate.person for mate in removed_students(store, made.number, by=emmy)] == [third.id]


def test_who_signs_in_otherwise_stays_removed_too(store, people) -> None:
    made = make_class(store, "A", by=people["emmy"])
    join(store, made.code, "Max", known=people["max"])
    changed = remove_students(store, made.number, [people["max"].id], by=people["emmy"])
    with pytest.raises(NotAllowed, match="has removed you"):
        join(store, changed.code, "Other", known=people["max"])


def test_a_student_is_renamed(store, people) -> None:
    made = make_class(store, "A", by=people["emmy"])
    token = join(store, made.code, "Rude word")
    join(store, made.code, "Ben")
    person = student(store, token)
    rename_student(store, made.number, person.id, " Rudi ", by=people["emmy"])
    assert student(store, token).name == "Rudi"
    assert store.people.get(person.id).name == "Rudi"
    with pytest.raises(BadInput, match="the nickname 'BEN' is taken"):
        rename_student(store, made.number, person.id, "BEN", by=people["emmy"])
    with pytest.raises(BadInput, match="a nickname has 1 to 24"):
        rename_student(store, made.number, person.id, "<b>", by=people["emmy"])


def test_a_new_code_ends_the_old_one(store, people) -> None:
    made = make_class(store, "A", by=people["emmy"])
    token = join(store, made.code, "Ann")
    changed = change_code(store, made.number, by=people["emmy"])
    assert changed.code != made.code
    with pytest.raises(BadInput, match="no class has the code"):
        join(store, made.code, "Bob")
    assert join(store, changed.code, "Bob")
    assert student(store, token).name == "Ann"


def test_signing_out_ends_the_token_everywhere(store, people) -> None:
    made = make_class(store, "A", by=people["emmy"])
    token, other = join(store, made.code, "Ann"), join(store, made.code, "Ben")
    person = student(store, token)
    sign_out(store, token)
    assert student(store, token) is None
    assert student(store, other).name == "Ben"
    sign_out(store, None)
    with pytest.raises(BadInput, match="the nickname 'Ann' is taken"):
        join(store, made.code, "Ann")  # nobody becomes her by having the class's code
    code = way_back(store, made.number, person.id, by=people["emmy"])
    shown = f"{code[:4]} {code[4:8]}-{code[8:].upper()}"
    again = join(store, shown, "whatever")
    assert student(store, again) == person
    with pytest.raises(BadInput, match="no class has the code"):
        join(store, code, "whatever")  # it is good once
    second = way_back(store, made.number, person.id, by=people["emmy"])
    assert student(store, again) is None  # what was kept before ends
    assert student(store, join(store, second, "")) == person


def test_a_teacher_has_so_many_open_classes(store, people, monkeypatch) -> None:
    monkeypatch.setattr(codes, "MOST_CLASSES", 3)
    made = [make_class(store, name, by=people["emmy"]) for name in "AB"]
    with pytest.raises(BadInput, match="you have 3 open classes"):
        make_class(store, "C", by=people["emmy"])
    close_class(store, made[0].number, by=people["emmy"])
    assert make_class(store, "C", by=people["emmy"])


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
