"""More than one may have, and what others alone may do, asked for where pages ask for it."""

from __future__ import annotations

import contextlib
import functools
import http.client
from collections.abc import Callable, Iterator

from websockets.exceptions import ConnectionClosed

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import CONFIG, Place
from hts.studio.classroom import lesson
from hts.studio.jobs import background, client
from hts.studio.lab import codes, students
from hts.studio.lab.people import Person
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import LIMITS
from hts.studio.store.run_row import Unknown
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

MEMBER = LIMITS["member"]
Asked = Callable[[Place, Store, Person], object]
TOO_MUCH: dict[str, Asked] = {
    "a network too wide": lambda _, s, me: client.submit(
        s, CONFIG.replace(width=MEMBER.width + 1), by=me
    ),
    "too many steps": lambda _, s, me: client.submit(
        s, CONFIG.replace(iterations=MEMBER.iterations + 1), by=me
    ),
    "too many parameters": lambda _, s, me: client.submit(
        s, CONFIG.replace(width=15_000, depth=3), by=me
    ),
    "a sweep of too many runs": lambda _, s, me: client.submit_sweep(
        s, _sweep(MEMBER.sweep_runs + 1), by=me
    ),
    "a sweep of a million runs": lambda _, s, me: client.submit_sweep(
        s, SweepSpec(name="x", base=CONFIG, grid={"seed": tuple(range(10**6))}), by=me
    ),
    "sweep after sweep": lambda _, s, me: [
        client.submit_sweep(s, _sweep(2, seed), by=me) for seed in range(0, 100, 2)
    ],
    "run after run": lambda _, s, me: [
        client.submit(s, CONFIG.replace(seed=seed), by=me) for seed in range(100)
    ],
    "run after run, paused": lambda _, s, me: [
        client.submit(s, CONFIG.replace(seed=seed), paused=True, by=me) for seed in range(100)
    ],
    "twins": lambda _, s, me: [
        client.submit(s, CONFIG.replace(seed=seed), CONFIG.replace(seed=seed, noise="none"), by=me)
        for seed in range(100)
    ],
    "several networks at a time": lambda _, s, me: client.submit(
        s, CONFIG.replace(seeds=MEMBER.sweep_runs + 1), by=me
    ),
    "a title of a megabyte": lambda _, s, me: client.submit(
        s, CONFIG.replace(seed=777), title="x" * 10**6, by=me
    ),
}
OTHERS: dict[str, Asked] = {
    "stop": lambda p, s, me: client.stop(s, p.private, by=me),
    "pause": lambda p, s, me: client.pause(s, p.private, by=me),
    "resume": lambda p, s, me: client.resume(s, p.private, by=me),
    "step": lambda p, s, me: client.step(s, p.private, by=me),
    "steer": lambda p, s, me: client.steer(s, p.private, by=me, lr=0.5),
    "repeat": lambda p, s, me: client.repeat(s, p.private, by=me),
    "rename": lambda p, s, me: client.rename(s, p.private, "mine", by=me),
    "delete": lambda p, s, me: client.delete(s, p.private, by=me),
    "show": lambda p, s, me: client.show_to(s, p.private, "public", by=me),
    "stop a sweep": lambda p, s, me: client.stop_sweep(s, p.sweep, by=me),
    "resume a sweep": lambda p, s, me: client.resume_sweep(s, p.sweep, by=me),
    "rename a sweep": lambda p, s, me: client.rename(s, p.sweep, "mine", by=me),
    "delete a sweep": lambda p, s, me: client.delete(s, p.sweep, by=me),
    "show a sweep": lambda p, s, me: client.show_to(s, p.sweep, "public", by=me),
    "compress": lambda p, s, me: background.ask(Reader(s, me), p.finished, "compress", {}),
}
TEACHERS: dict[str, Asked] = {
    "make a class": lambda _, s, me: codes.make_class(s, "mine", by=me),
    "close the class": lambda p, s, me: codes.close_class(s, p.klass, by=me),
    "set its seats": lambda p, s, me: codes.set_seats(s, p.klass, 200, by=me),
    "change its code": lambda p, s, me: codes.change_code(s, p.klass, by=me),
    "rename a student": lambda p, s, me: students.rename_student(
        s, p.klass, p.people["ann"].id, "Mine", by=me
    ),
    "remove a student": lambda p, s, me: students.remove_students(
        s, p.klass, [p.people["ann"].id], by=me
    ),
    "a way back of somebody else": lambda p, s, me: students.way_back(
        s, p.klass, p.people["ann"].id, by=me
    ),
    "a list of who was removed": lambda p, s, me: students.removed_students(s, p.klass, by=me),
    "freeze": lambda p, s, me: lesson.freeze(s, p.klass, by=me),
    "reopen": lambda p, s, me: lesson.reopen(s, p.klass, by=me),
    "clear": lambda p, s, me: lesson.clear(s, p.klass, by=me),
    "a key": lambda _, s, me: codes.make_key(s, "Mine", by=me),
}
SEATS = {"no seats": 0, "a million seats": 10**6, "seats that are a text": "many"}
LONG = {"64 kB and one byte": 2**16 + 1, "a megabyte": 2**20}
WRONG = 80  # codes in a row from one address


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    for name, asked in TOO_MUCH.items():
        yield f"a member asks for {name}", functools.partial(_refused, place, asked, "bob")
        yield f"nobody asks for {name}", functools.partial(_refused, place, asked, "nobody")
    for who in ("bob", "max", "nobody"):
        for name, asked in (OTHERS | TEACHERS).items():
            yield f"{name} as {who}", functools.partial(_refused, place, asked, who)
    for name, seats in SEATS.items():
        yield (
            f"a class of {name}",
            functools.partial(
                _refused, place,
                lambda p, s, me, seats=seats: codes.set_seats(s, p.klass, seats, by=me), "emmy",
            ),
        )  # fmt: skip
    yield "41 students join a class of 40 seats", functools.partial(_seats, place)
    yield "wrong codes from one address", functools.partial(_wrong, place)
    yield "a right code among them", functools.partial(_right, place)
    for name, size in LONG.items():
        yield f"{name} by websocket of a stranger", functools.partial(_long, place, size)
    for session in ("made-up", "00000000-0000-0000-0000-000000000000"):
        yield f"an upload as session {session}", functools.partial(_upload, place, session)


def _sweep(runs: int, first: int = 0) -> SweepSpec:
    return SweepSpec(name="x", base=CONFIG, grid={"seed": tuple(range(first, first + runs))})


def _refused(place: Place, asked: Asked, who: str) -> str:
    person = place.people[who]
    before = place.store.runs.get(place.private)
    try:
        asked(place, place.store, person)
    except (BadInput, Unknown) as error:
        untouched = place.store.runs.get(place.private) == before
        return "" if untouched and len(str(error)) < 1000 else "it was refused and yet done"
    return "it was accepted"


def _seats(place: Place) -> str:
    made = codes.make_class(place.store, "Forty", by=place.people["emmy"])
    for number in range(45):
        with contextlib.suppress(BadInput):
            codes.join(place.store, made.code, f"Seat {number}")
    count = len(place.store.classes.mates(made.number))
    return "" if count == made.seats else f"{count} of {made.seats} have joined"


def _wrong(place: Place) -> str:
    """They are all refused; that further ones wait is held by tests of their own."""
    for number in range(WRONG):
        try:
            codes.join(place.store, f"{number:08d}".replace("0", "2").replace("1", "3"), "Eve",
                       address=f"192.0.2.{number % 3}")  # fmt: skip
        except BadInput:
            continue
        return "a wrong code let somebody in"
    return ""


def _right(place: Place) -> str:
    code = codes.make_class(place.store, "Open", by=place.people["emmy"]).code
    return "" if codes.join(place.store, code, "Late", address="192.0.2.0") else "nobody is let in"


def _long(place: Place, size: int) -> str:
    with place.client("nobody") as visitor:
        visitor.ask("")
        try:
            visitor.send("", "x" * size)
            visitor.ask("")
        except ConnectionClosed:
            return ""
    return "it was taken"


def _upload(place: Place, session: str) -> str:
    place.start()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", place.lab.port, 30)) as there:
        there.request("PUT", f"/_stcore/upload_file/{session}/{'0' * 36}", b"x" * 10**6)
        status = there.getresponse().status
    return "" if status >= 400 else f"it is answered {status}"


KINDS.register(
    Kind(
        name="limits and rights",
        right="refused at the server: too much, what belongs to others, what only teachers may do",
        cases=cases,
    )
)
