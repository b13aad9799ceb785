"""Markdown, HTML, links, formulas and directives in every text that somebody else can set.

What the server sends for a page is read field by field: none may hold the text as it was written,
but those that browsers show as plain letters.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from google.protobuf.message import Message

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from bench.app.attacks.strings import HOSTILE
from bench.app.raw_client import RawClient
from hts.studio.foreign_text import in_markdown

PLAIN = frozenset(
    (
        "ArrowData.data", "Arrow.data", "Dataframe.data", "Code.code_text",
        "Selectbox.options", "Selectbox.raw_value", "MultiSelect.options", "MultiSelect.raw_values",
        "TextInput.default", "TextInput.value", "TextInput.placeholder", "TextArea.default",
        "TextArea.value", "PageInfo.query_string", "Config.query_string",
        "ArrowDataframe.alt", "Dataframe.alt",
    )
)  # fmt: skip
"""Fields that browsers show as plain letters, or not at all."""
BOARD = b'{"plotly":'
PAGES = {
    "": ("run", "twin", "preset", "alpha", "data", "noise", "layer", "removed", "nothing"),
    "runs": ("compare", "pruned"),
    "sweep": ("sweep", "measure", "x", "y", "cell", "share"),
    "tails": ("source", "run", "file", "array", "layer", "law", "counted", "moment"),
    "compress": ("run", "criterion", "scope"),
    "report": ("run",),
    "class": ("class", "code", "view"),
    "noise": ("alpha", "noise", "seed", "type"),
    "theory": ("chaos", "euler", "width", "limit", "emergent"),
    "reproduce": ("result", "source"),
    "guide": ("step", "run"),
    "admin": ("run",),
}  # fmt: skip


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    for text in HOSTILE:
        for page in PAGES:
            yield (
                f"{text} in the address of /{page}",
                functools.partial(_address, place, page, text),
            )
        for where, (who, page, query) in _shown(place, text).items():
            yield (
                f"{text} as {where}",
                functools.partial(_looked_at, place, who, page, query, text),
            )
        yield f"{text} as the name that a proxy tells", functools.partial(_person, place, text)


def _shown(place: Place, text: str) -> dict[str, tuple[str, str, str]]:
    """Where a page shows what is called so: who looks, the page, its address."""
    named = place.hostile[text]
    klass, student = f"class={named['class']}", named["token"]
    return {
        "names of sweeps in a list": ("bob", "sweep", ""),
        "the name of a sweep": ("bob", "sweep", f"sweep={named['sweep']}"),
        "the owner and the error of a run": ("bob", "", f"run={named['run']}"),
        "the owner of a run in a list": ("bob", "runs", ""),
        "the error of a run in a report": ("bob", "report", f"run={named['run']}"),
        "a class and its task, to a student": (student, "class", klass),
        "a class and its task, to its teacher": ("emmy", "class", klass),
        "a class and its task, to a room": ("emmy", "class", f"{klass}&view=projector"),
    }


def _address(place: Place, page: str, text: str) -> str:
    place.start()
    with place.client("bob") as client:
        client.ask(page, urlencode(dict.fromkeys(PAGES[page], text)))
        return _raw(client, text)


def _looked_at(place: Place, who: str, page: str, query: str, text: str) -> str:
    with place.client(who) as client:
        client.ask(page, query)
        return _raw(client, text)


def _person(place: Place, text: str) -> str:
    place.start()
    with RawClient(place.lab.port, None, place.named_by_proxy(text)) as client:
        client.ask("")
        return _raw(client, text)


def _raw(client: RawClient, text: str) -> str:
    """The first field that a browser would read and that holds the text as it was written."""
    for message in client.messages:
        if message.WhichOneof("type") == "delta":
            for name, value in _strings(message.delta):
                if name not in PLAIN and text in value.replace(in_markdown(text), ""):
                    return f"{name}: {value[:80]}"
    return ""


def _strings(message: Message) -> Iterator[tuple[str, str]]:
    """Every text of a message with its place; of a board's figures those that Plotly reads."""
    for field, value in message.ListFields():
        name = f"{message.DESCRIPTOR.name}.{field.name}"
        repeated = not isinstance(value, (str, bytes, Message)) and hasattr(value, "__iter__")
        for one in value if repeated else (value,):
            if isinstance(one, Message):
                yield from _strings(one)
            elif isinstance(one, str):
                yield name, one
            elif isinstance(one, bytes) and one.startswith(BOARD):
                for card in json.loads(one)["board"].get("cards", ()):
                    yield from (
                        (f"figure {card['id']}", text) for text in _texts(card.get("figure"))
                    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


KINDS.register(
    Kind(
        name="Markdown and HTML in every field",
        right="names, errors and addresses reach no widget, alert, title or figure unescaped",
        cases=cases,
    )
)
