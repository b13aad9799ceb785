"""Coming back with what should open nothing any more, or never did."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.client
from collections.abc import Callable, Iterator

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from bench.app.raw_client import RawClient
from hts.studio.lab.codes import change_code, join, make_class, make_key, sign_out, student
from hts.studio.lab.people import OPERATOR
from hts.studio.lab.students import remove_students, way_back
from hts.validate import BadInput

ENDS = ("signed out", "signed out on the page", "removed", "given a way back")
FORGED: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper, "in small letters": str.lower, "cut short": lambda t: t[:-1],
    "with a letter more": lambda t: f"{t}a", "turned round": lambda t: t[::-1],
    "as the store keeps it": lambda t: hashlib.sha256(t.encode()).hexdigest(),
    "with another's beginning": lambda t: f"{t[:20]}{'a' * (len(t) - 20)}",
    "of wild letters": lambda t: "%" * len(t),
}  # fmt: skip
PLACES = ("?hts_class={}", "?token={}", "?class_token={}", "?session={}")
HEADERS = ("Authorization", "X-Hts-Class", "X-Forwarded-User", "X-Lab-Secret", "X-Hts-Ticket")


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    for how in ENDS:
        for where in ("a new connection", "one that is open"):
            yield f"{how}, then by {where}", functools.partial(_ended, place, how, where)
    yield "removed, then by the code", functools.partial(_again, place, recode=True)
    yield "removed, then by the same code as before", functools.partial(_again, place, recode=False)
    yield "the old code of a class", functools.partial(_old_code, place)
    yield "a way back used twice", functools.partial(_twice, place)
    yield "a teacher's key that was replaced", functools.partial(_key, place)
    for name, change in FORGED.items():
        yield f"a token {name}", functools.partial(_forged, place, change)
    for query in PLACES:
        yield f"a token in the address: {query}", functools.partial(_elsewhere, place, query, "")
    for header in HEADERS:
        yield f"a token in the header {header}", functools.partial(_elsewhere, place, "", header)
    for method in ("GET", "POST", "PUT"):
        yield f"a made-up ticket, {method}", functools.partial(_ticket, place, method)


def _pupil(place: Place) -> tuple[int, str, str]:
    """A class, a student's id there and their token."""
    made = make_class(place.store, "Tokens", by=place.people["emmy"])
    token = str(join(place.store, made.code, "Eve"))
    found = student(place.store, token)
    assert found is not None
    return made.number, found.id, token


def _in(client: RawClient) -> bool:
    return b"Look around as a guest" not in client.ask("")


def _ended(place: Place, how: str, where: str) -> str:
    number, person, token = _pupil(place)
    emmy = place.people["emmy"]
    with place.client(token) as open_one:
        if not _in(open_one):
            return "the token does not let in while it should"
        if how == "signed out":
            sign_out(place.store, token)
        elif how == "signed out on the page":
            with place.client(token) as leaving:
                leaving.ask("")
                leaving.press("", "", leaving.widgets["sign_out"])
        elif how == "removed":
            remove_students(place.store, number, [person], by=emmy)
        else:
            way_back(place.store, number, person, by=emmy)
        if where == "one that is open":
            return "still in" if _in(open_one) else ""
    with place.client(token) as again:
        return "in again" if _in(again) else ""


def _again(place: Place, *, recode: bool) -> str:
    number, person, token = _pupil(place)
    code = place.store.classes.get(number).code
    remove_students(place.store, number, [person], by=place.people["emmy"], recode=recode)
    code = code if recode else place.store.classes.get(number).code
    with contextlib.suppress(BadInput):
        join(place.store, code, "Somebody else", shown=token)
        return "joined again"
    return ""


def _old_code(place: Place) -> str:
    number, _, _ = _pupil(place)
    code = place.store.classes.get(number).code
    change_code(place.store, number, by=place.people["emmy"])
    with contextlib.suppress(BadInput):
        join(place.store, code, "Max")
        return "joined by the old code"
    return ""


def _twice(place: Place) -> str:
    number, person, _ = _pupil(place)
    code = way_back(place.store, number, person, by=place.people["emmy"])
    if join(place.store, code, "") is None:
        return "it does not lead back"
    with contextlib.suppress(BadInput):
        join(place.store, code, "Max")
        return "it leads back twice"
    return ""


def _key(place: Place) -> str:
    old = make_key(place.store, "Noether", by=OPERATOR)
    make_key(place.store, "Noether", by=OPERATOR)
    with place.client(old) as client:
        return "in by the old key" if _in(client) else ""


def _forged(place: Place, change: Callable[[str], str]) -> str:
    with place.client(change(place.tokens["ann"])) as client:
        return "somebody is let in" if _in(client) else ""


def _elsewhere(place: Place, query: str, header: str) -> str:
    place.start()
    token = place.tokens["ann"]
    with RawClient(place.lab.port, None, {header: token} if header else None) as client:
        answer = client.ask("", query.lstrip("?").format(token))
        return "" if b"Look around as a guest" in answer else "somebody is let in"


def _ticket(place: Place, method: str) -> str:
    place.start()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", place.lab.port, 30)) as there:
        there.request(method, "/_hts/token", headers={"X-Hts-Ticket": "a" * 32})
        answer = there.getresponse()
        return f"it sets {answer.headers['Set-Cookie']}" if answer.headers["Set-Cookie"] else ""


KINDS.register(
    Kind(
        name="tokens",
        right="what was signed out, removed, replaced or made up opens nothing, nor stays open",
        cases=cases,
    )
)
