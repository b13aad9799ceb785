"""Who is who and who may do what, where several people share one store; torch-free."""

from __future__ import annotations

from hts.studio.lab.access import NotAllowed, sight_of
from hts.studio.lab.people import GUEST, LOCAL, OPERATOR, ROLES, Person, Role
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import LabSettings, Limits, current

__all__ = [
    "GUEST",
    "LOCAL",
    "OPERATOR",
    "ROLES",
    "LabSettings",
    "Limits",
    "NotAllowed",
    "Person",
    "Reader",
    "Role",
    "current",
    "sight_of",
]
