"""Class codes: a teacher makes one, students join with it and a nickname, without an account.

Joining gives a token that nobody can guess; whoever shows it is that student.  It is kept in the
browser and never in an address or a log, and here only as its SHA-256.  Where nobody signs in,
teachers have such a token too: the key that the operator makes for them.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections import deque
from typing import TypeGuard

from hts.studio.lab.access import NotAllowed, whole_of
from hts.studio.lab.names import checked_name, need_own_name
from hts.studio.lab.people import ROLES, Person
from hts.studio.store.classes import Class, UnknownClass
from hts.studio.store.store import Store
from hts.validate import BadInput

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else
CODE_LENGTH = 8  # 39 bits: not found by trying
TOKEN_BYTES = 32
MOST_CLASS = 200
MOST_WRONG = 600  # a minute, of everybody together, before each further try has to wait
WAIT_SECONDS = 1.0

_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")
_wrong: deque[float] = deque(maxlen=MOST_WRONG)
_counting = threading.Lock()


def make_class(store: Store, name: str, *, by: Person) -> Class:
    """A new class of ``by``, a teacher or an admin, with a code of its own."""
    if not by.rights.teaches:
        raise NotAllowed(f"{by.name} is a {by.role}: only teachers and admins make classes.")
    if not 1 <= len(name.strip()) <= 80:
        raise BadInput(f"a class needs a name of 1 to 80 characters, got {len(name.strip())}.")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return whole_of(store).classes.create(code, name.strip(), by.id)


def need_class(store: Store, number: int, *, by: Person) -> Class:
    """The class, if it is ``by``'s to change; `NotAllowed` otherwise."""
    found = whole_of(store).classes.get(number)
    if not by.may_everything and not (by.rights.teaches and found.teacher == by.id):
        raise NotAllowed(f"the class {found.name} is another teacher's: only they may change it.")
    return found


def close_class(store: Store, number: int, *, by: Person) -> Class:
    """Let nobody join any more; who is in stays in."""
    need_class(store, number, by=by)
    return whole_of(store).classes.change(number, closed=time.time())


def join(store: Store, code: str, nickname: str, *, known: Person | None = None) -> str | None:
    """Join by ``code``; returns the token that stands for the new student from now on.

    Somebody who has signed in otherwise (``known``) joins as who they are and needs no token: None.
    Raises `BadInput` for a wrong code, a nickname that is taken or cannot be one, a full class.
    """
    nickname = checked_name(nickname)
    found = _class_of(store, code)
    if len(store.classes.mates(found.number)) >= MOST_CLASS:
        raise BadInput(f"the class {found.name} is full: it has {MOST_CLASS} members.")
    if known is not None and known.rights.starts:
        with store.db.writing():
            need_free_name(store, found, nickname, known)
            store.classes.join(found.number, known.id, nickname, None)
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    person_id = f"code:{found.number}:{secrets.token_hex(8)}"
    with store.db.writing():
        need_free_name(store, found, nickname, None)
        store.classes.join(found.number, person_id, nickname, digest(token))
        store.people.remember(person_id, name=nickname, role="member", how="code")
    return token


def need_free_name(store: Store, klass: Class, nickname: str, known: Person | None) -> None:
    """`BadInput` for a nickname that could be taken for somebody in the class or of the lab."""
    if known is not None and known.rights.teaches:
        return
    mates = store.classes.mates(klass.number)
    present = [mate.nickname for mate in mates if known is None or mate.person != known.id]
    teaching = {role for role, rights in ROLES.items() if rights.teaches}
    lab = [one.name for one in store.people.list() if one.role in teaching]
    need_own_name(nickname, present, lab)


def make_key(store: Store, name: str, *, by: Person) -> str:
    """A key by which the teacher ``name`` comes in where nobody signs in; a former one ends.

    It is shown once, here: the store has only its SHA-256.
    """
    if not by.may_everything:
        raise NotAllowed(f"{by.name} is a {by.role}: only admins make teachers' keys.")
    person = Person(id=key_holder(name), name=name.strip(), role="teacher", how="code")
    key = secrets.token_urlsafe(TOKEN_BYTES)
    with store.db.writing():
        store.people.remember(person.id, name=person.name, role=person.role, how=person.how)
        store.people.set_key(person.id, digest(key))
    return key


def key_holder(name: str) -> str:
    """The id of a teacher of this name who comes in by a key."""
    return f"key:{name.strip().casefold()}"


def teacher(store: Store, key: object) -> Person | None:
    """Which teacher showed this key; None if none has it."""
    found = store.people.of_key(digest(key)) if _may_be_token(key) else None
    if found is None:
        return None
    return Person(id=found.id, name=found.name, role="teacher", how="code")


def student(store: Store, token: object) -> Person | None:
    """Who showed this token; None if nobody has it."""
    found = store.classes.of_token(digest(token)) if _may_be_token(token) else None
    if found is None:
        return None
    _, mate = found
    return Person(id=mate.person, name=mate.nickname, role="member", how="code")


def _may_be_token(shown: object) -> TypeGuard[str]:
    return isinstance(shown, str) and 20 <= len(shown) <= 100


def digest(token: str) -> str:
    """The SHA-256 of a token, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def _class_of(store: Store, code: str) -> Class:
    plain = re.sub(r"[\s-]", "", code).lower()
    with _counting:
        crowded = len(_wrong) == MOST_WRONG and time.monotonic() - _wrong[0] < 60
    if crowded:  # slows whoever tries them all; nobody who has the code is shut out
        time.sleep(WAIT_SECONDS)
    try:
        if not _CODE.fullmatch(plain):
            raise UnknownClass(plain[:20])
        return store.classes.of_code(plain)
    except UnknownClass:
        with _counting:
            _wrong.append(time.monotonic())
        raise BadInput(
            f"no class has the code {plain[:20]!r}: it has {CODE_LENGTH} letters and digits, and "
            "the teacher has it."
        ) from None
