"""`Person`: who asks, and in which role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hts.validate import BadInput, choice

Role = Literal["admin", "teacher", "member", "guest"]
How = Literal["local", "operator", "oidc", "proxy", "code", "unknown"]

HOW: tuple[How, ...] = ("local", "operator", "oidc", "proxy", "code", "unknown")
LONGEST_ID, LONGEST_NAME = 200, 80

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a role may do, and how it is shown."""

    everything: bool = False  # nothing is refused
    teaches: bool = False  # makes classes, and may do with their students' runs as with own ones
    starts: bool = True  # asks for runs, which then are theirs
    icon: str  # of Google's Material Symbols
    colour: str
    named: bool = False  # the role stands beside the name


ROLES: Mapping[Role, Rights] = {
    "admin": Rights(
        everything=True, teaches=True, icon="shield_person", colour="orange", named=True
    ),
    "teacher": Rights(teaches=True, icon="school", colour="violet", named=True),
    "member": Rights(icon="person", colour="blue"),
    "guest": Rights(starts=False, icon="visibility", colour="gray"),
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who looks at runs and asks for them.  Bad values raise `BadInput`.

    Roles: ``admin`` may do everything; a ``teacher`` everything with the runs of their classes; a
    ``member`` everything with their own; a ``guest``, who is not known, only sees what is public.
    ``how`` they were identified is part of the ``id``, so that nobody becomes another person by
    having the same name elsewhere.
    """

    id: str
    name: str
    role: Role
    how: How

    def __post_init__(self) -> None:
        choice("a role", self.role, ROLES)
        choice("how a person is known", self.how, HOW, why="nobody else is let in")
        for name, longest in (("id", LONGEST_ID), ("name", LONGEST_NAME)):
            got = getattr(self, name)
            if not got.strip() or len(got) > longest or _CONTROL.search(got):
                raise BadInput(
                    f"a person's {name} must have 1 to {longest} printable characters, got "
                    f"{got[:longest]!r}: it is shown to others."
                )

    @property
    def may_everything(self) -> bool:
        """Nothing is refused: the only user, whoever has the machine, or an admin."""
        return self.rights.everything

    @property
    def rights(self) -> Rights:
        """Those of the role."""
        return ROLES[self.role]


LOCAL = Person(id="local", name="you", role="admin", how="local")
"""The only user, where nobody else can come in."""

OPERATOR = Person(id="operator", name="the operator", role="admin", how="operator")
"""Whoever has a shell on the machine, and with it the files."""

GUEST = Person(id="guest", name="guest", role="guest", how="unknown")
"""Somebody who has not said who they are."""
