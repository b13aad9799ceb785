"""Addresses, widget values, fragments and presses that no page of theirs offers, by websocket."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import SECRET, Place

STRANGERS = ("bob", "max", "nobody")
MADE_UP = ("x" * 43, "code:1:ann", "", "'; DROP TABLE runs; --", "../../etc/passwd")
PRESSES = ("do_stop", "do_pause", "do_resume", "do_repeat")


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    for who in STRANGERS:
        for page, query in _addresses(place):
            yield f"{who} opens /{page}?{query}", functools.partial(_read, place, who, page, query)
        yield f"{who} asks for Ann's fragments", functools.partial(_fragments, place, who)
        for key in PRESSES:
            yield f"{who} presses Ann's {key}", functools.partial(_press, place, who, key)
    for token in MADE_UP:
        yield f"the token {token[:20]!r}", functools.partial(_token, place, token)
    yield "nobody starts a run", functools.partial(_start, place)


def _addresses(place: Place) -> list[tuple[str, str]]:
    """Every way in which an address may name what is private."""
    return [
        ("", f"run={place.private}"),
        ("", f"run={place.finished}"),
        ("", f"run={place.shown}&twin={place.finished}"),
        ("runs", f"compare={place.private},{place.finished}"),
        ("compress", f"run={place.finished}"),
        ("tails", f"source=Run&run={place.finished}"),
        ("report", f"run={place.finished}"),
        ("sweep", f"sweep={place.sweep}"),
        ("runs", ""),
        ("sweep", ""),
        ("admin", ""),
    ]


def _secret(answer: bytes) -> str:
    return "the seed of what is private" if str(SECRET).encode() in answer else ""


def _read(place: Place, who: str, page: str, query: str) -> str:
    with place.client(who) as client:
        return _secret(client.ask(page, query))


def _fragments(place: Place, who: str) -> str:
    with place.client("ann") as ann, place.client(who) as other:
        ann.ask("", f"run={place.private}")
        ann.ask("tails", f"source=Run&run={place.finished}")
        other.ask("", f"run={place.shown}")
        for fragment in set(ann.fragments):
            other.send("", f"run={place.shown}", fragment=fragment)
        chosen = {
            widget: place.finished
            for key, widget in ann.widgets.items()
            if key in ("compress_run", "tails_run")
        }
        return _secret(other.ask("", f"run={place.shown}", chosen))


def _press(place: Place, who: str, key: str) -> str:
    query = f"run={place.shown}"
    with place.client("ann") as ann, place.client(who) as other:
        ann.ask("", query)
        other.ask("", query)
        before = place.store.runs.get(place.shown)
        for widget in {client.widgets[key] for client in (ann, other) if key in client.widgets}:
            other.press("", query, widget)
        return "" if place.store.runs.get(place.shown) == before else "the run was changed"


def _token(place: Place, token: str) -> str:
    with place.client(token) as client:
        answer = client.ask("", f"run={place.private}")
        return _secret(answer) or ("" if b"Sign in" in answer else "somebody is signed in")


def _start(place: Place) -> str:
    with place.client("nobody") as guest, place.client("bob") as bob:
        guest.ask("", f"run={place.shown}")
        bob.ask("")
        count = len(place.store.runs.list())
        for client in (guest, bob):
            if "train" in client.widgets:
                guest.press("", f"run={place.shown}", client.widgets["train"])
        return "" if len(place.store.runs.list()) == count else "a run was started"


KINDS.register(
    Kind(
        name="widget messages and addresses",
        right="the core asks who wants it: no seed of a private run is sent, nothing is changed",
        cases=cases,
    )
)
