"""Joining a class under a name that is somebody else's, or under one that hides something."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from bench.app.attacks.strings import HOSTILE
from hts.studio.lab.codes import join
from hts.validate import BadInput

TITLES = (
    "admin", "ADMlN", "adm1n", "Admin 2", "аdmin", "ΑDMΙΝ", "ａｄｍｉｎ", "ạdmin", "the teacher",
    "The-Teacher", "t.e.a.c.h.e.r", "teaсher", "TeacherEmmy", "operator", "opеrator", "0perator",
    "rnoderator", "Professor X", "R00T", "Учитель", "老师", "معلم", "guest", "you", "not signed in",
)  # fmt: skip
PRESENT = ("Ann", "аnn", "ANN", "A.n.n", "Ａｎｎ", "Emmy", "Еmmy", "EMMY")
HIDDEN = (
    "", " ", "x" * 25, "x" * 10**6, "a\nb", "a\x00b", "a\u202eb", "a\u200bb", "\u3164", "a\u2066b",
    "e" + "\u0301" * 9, "🙂", "\u0301a", "a\ufe0f",
)  # fmt: skip


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    texts = (text for text in HOSTILE if not text.startswith("www"))  # dots and letters are a name
    for name in (*TITLES, *PRESENT, *HIDDEN, *texts):
        yield f"join as {ascii(name)[:40]}", functools.partial(_join, place, name)


def _join(place: Place, name: str) -> str:
    code = place.store.classes.get(place.klass).code
    try:
        join(place.store, code, name)
    except BadInput as error:
        return "" if len(str(error)) < 400 else "the refusal is endless"
    return "joined"


KINDS.register(
    Kind(
        name="names",
        right="titles of the lab, look-alikes of who is there and hidden letters are refused",
        cases=cases,
    )
)
