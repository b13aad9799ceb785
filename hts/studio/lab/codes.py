"""Class codes: a teacher makes one, students join with it and a nickname, without an account.

Joining gives a token that nobody can guess; whoever shows it is that student.  It is kept in the
browser and never in an address or a log, and here only as its SHA-256.  Where nobody signs in,
teachers have such a token too: the key that the operator makes for them.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from typing import TypeGuard

from hts.studio.lab.access import NotAllowed, whole_of
from hts.studio.lab.names import checked_name, need_own_name
from hts.studio.lab.people import ROLES, Person
from hts.studio.lab.wrong_codes import WRONG
from hts.studio.store.classes import SEATS, Class, UnknownClass
from hts.studio.store.store import Store
from hts.validate import BadInput, whole

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else
CODE_LENGTH = 8  # 39 bits: not found by trying
WAY_BACK_LENGTH = 16
TOKEN_BYTES = 32
MOST_SEATS = 1000
MOST_CLASSES = 100  # that are open, of one teacher

_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")


def make_class(store: Store, name: str, *, by: Person, seats: int = SEATS) -> Class:
    """A new class of ``by``, a teacher or an admin, with a code of its own and so many seats."""
    if not by.rights.teaches:
        raise NotAllowed(f"{by.name} is a {by.role}: only teachers and admins make classes.")
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise BadInput(f"a class needs a name of 1 to 80 characters, got {len(name)}.")
    classes = whole_of(store).classes
    still_open = sum(found.closed is None for found in classes.list(teacher=by.id))
    if still_open >= MOST_CLASSES:
        raise BadInput(f"you have {still_open} open classes: close one before you make another.")
    return classes.create(new_code(), name, by.id, _seats(seats))


def new_code(length: int = CODE_LENGTH) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _seats(seats: int) -> int:
    why = "it is how many students can join"
    return whole("seats", seats, low=1, high=MOST_SEATS, why=why)


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


def set_seats(store: Store, number: int, seats: int, *, by: Person) -> Class:
    """Let so many students be in the class; who is in stays in, also above that."""
    need_class(store, number, by=by)
    return whole_of(store).classes.change(number, seats=_seats(seats))


def change_code(store: Store, number: int, *, by: Person) -> Class:
    """Give the class another code: nobody joins by the old one, and who is in stays in."""
    need_class(store, number, by=by)
    return whole_of(store).classes.change(number, code=new_code())


def join(
    store: Store,
    code: str,
    nickname: str,
    *,
    known: Person | None = None,
    shown: object = None,
    address: str = "",
) -> str | None:
    """Join by ``code``; returns the token that stands for the student from now on.

    The code is that of a class, or the way back of somebody who is in one.
    Somebody who has signed in otherwise (``known``) joins as who they are and needs no token: None.
    ``shown``: the token that the browser has kept from before, if any.  ``address``: of the
    network, by which wrong codes are counted.  Raises `BadInput` for a wrong code, a nickname that
    is taken or cannot be one, a full class, and for who was removed from it.
    """
    if (again := _back(store, code)) is not None:
        return again
    nickname = checked_name(nickname)
    found = _class_of(store, code, address)
    token = digest(shown) if _may_be_token(shown) else None
    if store.classes.was_removed(found.number, None if known is None else known.id, token):
        raise NotAllowed(f"your teacher has removed you from the class {found.name}.")
    if known is not None and known.rights.starts:
        with store.db.writing():
            if not known.rights.teaches:
                need_free_name(store, found, nickname, known.id)
            store.classes.join(found.number, known.id, nickname, None)
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    person_id = f"code:{found.number}:{secrets.token_hex(8)}"
    with store.db.writing():
        need_free_name(store, found, nickname)
        store.classes.join(found.number, person_id, nickname, digest(token))
        store.people.remember(person_id, name=nickname, role="member", how="code")
    return token


def need_free_name(store: Store, klass: Class, nickname: str, person: str | None = None) -> None:
    """`BadInput` for a nickname that could be taken for somebody in the class or of the lab.

    ``person``: who is to have it, where they are in the class.
    """
    mates = store.classes.mates(klass.number)
    present = [mate.nickname for mate in mates if mate.person != person]
    teaching = {role for role, rights in ROLES.items() if rights.teaches}
    lab = [one.name for one in store.people.list() if one.role in teaching]
    need_own_name(nickname, present, lab)


def _back(store: Store, code: str) -> str | None:
    """The new token of who has a way back; None for any other code."""
    plain = _plain(code)
    if len(plain) != WAY_BACK_LENGTH:
        return None
    with store.db.writing():
        found = store.classes.of_token(digest(f"back {plain}"))
        if found is None:
            return None
        token = secrets.token_urlsafe(TOKEN_BYTES)
        store.classes.give(found[0].number, found[1].person, digest(token))
    return token


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code[:100]).lower()


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


def sign_out(store: Store, token: object) -> None:
    """Let this token of a student open nothing any more, wherever it is kept."""
    if _may_be_token(token):
        store.classes.revoke(digest(token))


def _may_be_token(shown: object) -> TypeGuard[str]:
    return isinstance(shown, str) and 20 <= len(shown) <= 100


def digest(token: str) -> str:
    """The SHA-256 of a token, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def _class_of(store: Store, code: str, address: str) -> Class:
    plain = _plain(code)
    try:
        if not _CODE.fullmatch(plain):
            raise UnknownClass(plain[:20])
        return store.classes.of_code(plain)
    except UnknownClass:
        WRONG.another(address)
        raise BadInput(
            f"no class has the code {plain[:20]!r}: it has {CODE_LENGTH} letters and digits, and "
            "the teacher has it."
        ) from None
