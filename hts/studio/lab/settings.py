"""How a lab is set up: a TOML file named by ``HTS_LAB``.  Without one there is a single user.

::

    mode = ["oidc", "codes"]         # who is let in, and how: oidc, proxy, codes; or "none"
    admins = ["ada@example.org"]
    teachers = ["emmy@example.org"]
    members = "all"                  # or a list: of the others only these are members
    visibility = "lab"               # of new runs: private, lab or public
    idle_minutes = 30                # a paused run that nobody touches leaves the memory

    [oidc]
    claim = "email"                  # what names a person, in admins and the like too

    [proxy]
    user_header = "X-Forwarded-User"
    name_header = "X-Forwarded-Name"
    secret_header = "X-Lab-Secret"
    secret_env = "HTS_PROXY_SECRET"  # the environment variable that holds the secret

    [retention]                      # removed by the worker service; without this nothing is
    run_days = 180                   # since a private run or sweep ended
    file_days = 365                  # since a private table or weights were used
    audit_days = 730                 # of the audit log
    over_quota = true                # the oldest private runs of who has more than disk_gb

    [limits.member]                  # what is not said here has its default; 0: none at all
    running = 1
    queued = 10

No secret is in this file.  Headers of a proxy are believed only beside the secret that the proxy
adds: an address is not proof, since a forwarded one can be written by anybody.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from hts.foreign import from_toml, guarded, text_of
from hts.studio.lab.people import Role
from hts.studio.lab.webhook import Webhook
from hts.studio.store.run_row import VISIBILITIES, Visibility
from hts.validate import BadInput, choice, flag, number, whole

MODES = ("none", "oidc", "proxy", "codes")
VARIABLE = "HTS_LAB"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one person in a role may have at once.  Everything is checked before a run is queued."""

    running: int  # runs, and groups of sweeps, that compute at a time
    queued: int  # runs that wait or are held paused, and sweeps
    width: int
    parameters: int
    iterations: int
    seconds: float  # of training; a run that takes longer is stopped with what it has
    sweep_runs: int  # of all sweeps under way, and networks of runs that train several
    disk_gb: float  # of all their runs and sweeps

    def __post_init__(self) -> None:
        for f in fields(self):
            got, why = getattr(self, f.name), "it limits what one person may have"
            if f.name in ("seconds", "disk_gb"):
                number(f.name, got, low=0, high=10**12, why=why, open_low=False)
            else:
                whole(f.name, got, low=0, high=10**12, why=why)


_NONE = 10**12
_NAMES = [f.name for f in fields(Limits)]
LIMITS: Mapping[str, Limits] = {
    "admin": Limits(**dict.fromkeys(_NAMES, _NONE)),
    "teacher": Limits(running=8, queued=200, width=100_000, parameters=500_000_000,
                      iterations=10**7, seconds=24 * 3600, sweep_runs=5000, disk_gb=50),
    "member": Limits(running=2, queued=20, width=20_000, parameters=50_000_000,
                     iterations=10**6, seconds=2 * 3600, sweep_runs=500, disk_gb=10),
    "guest": Limits(**dict.fromkeys(_NAMES, 0)),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Oidc:
    """Signing in at a provider, which Streamlit's own ``secrets.toml`` describes."""

    claim: str = "email"
    provider: str = ""  # its name in secrets.toml; empty where there is only one


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """Headers of a proxy in front that has signed people in."""

    user_header: str = "X-Forwarded-User"
    name_header: str = "X-Forwarded-Name"
    secret_header: str = "X-Lab-Secret"
    secret_env: str = "HTS_PROXY_SECRET"


@dataclass(frozen=True, kw_only=True)
class Retention:
    """After how many days something goes (None: never); see `hts.studio.jobs.retention`."""

    run_days: float | None = None
    file_days: float | None = None
    audit_days: float | None = None
    over_quota: bool = False

    def __post_init__(self) -> None:
        for name in ("run_days", "file_days", "audit_days"):
            if (got := getattr(self, name)) is not None:
                why = "what is older is removed"
                days = number(name, got, low=0, high=10**6, why=why, open_low=True)
                object.__setattr__(self, name, days)
        flag("over_quota", self.over_quota)

    @property
    def words(self) -> str:
        """What goes, in a sentence; empty if nothing does."""
        kept = [
            f"{what} {days:g} days after {since}"
            for what, days, since in (
                ("private runs and sweeps", self.run_days, "they ended"),
                ("private tables and weights", self.file_days, "they were used last"),
                ("entries of the audit log", self.audit_days, "they were made"),
            )
            if days is not None
        ]
        if self.over_quota:
            kept.append("the oldest private runs of who has more than their disk")
        return f"This lab removes {'; '.join(kept)}." if kept else ""


@dataclass(frozen=True, kw_only=True)
class LabSettings:
    """A lab, checked.  The default is the single user who may do everything."""

    modes: tuple[str, ...] = ("none",)
    admins: frozenset[str] = frozenset()
    teachers: frozenset[str] = frozenset()
    members: frozenset[str] | None = None  # None: everybody who signs in
    visibility: Visibility = "lab"
    idle_seconds: float | None = None  # after which a paused run is interrupted; None: never
    oidc: Oidc = field(default_factory=Oidc)
    proxy: Proxy = field(default_factory=Proxy)
    limits: Mapping[str, Limits] = field(default_factory=lambda: LIMITS)
    retention: Retention = field(default_factory=Retention)
    webhook: Webhook = field(default_factory=Webhook)

    def __post_init__(self) -> None:
        for mode in self.modes:
            choice("mode", mode, MODES)
        if not self.modes or ("none" in self.modes and len(self.modes) > 1):
            raise BadInput(
                f"mode must be none or some of {', '.join(MODES[1:])}, got {list(self.modes)}: "
                "where anybody is let in as the only user, nobody can be told apart."
            )
        choice("visibility", self.visibility, VISIBILITIES)

    @property
    def hosted(self) -> bool:
        """Several people are told apart."""
        return self.modes != ("none",)

    def role_of(self, name: str) -> Role:
        """The role of somebody who has signed in under this name; case does not matter."""
        folded = name.casefold()
        if folded in self.admins:
            return "admin"
        if folded in self.teachers:
            return "teacher"
        return "member" if self.members is None or folded in self.members else "guest"


def read_text(text: str) -> LabSettings:
    """The settings of a TOML text; raises `BadInput` that names the setting and what it may be."""
    given = from_toml(text, "the lab's settings")
    known = ("mode", "admins", "teachers", "members", "visibility", "idle_minutes", "oidc",
             "proxy", "limits", "retention", "webhook")  # fmt: skip
    for name in given:
        choice("a setting of the lab", name, known)
    values: dict[str, Any] = {}
    if "mode" in given:
        mode = given["mode"]
        values["modes"] = (mode,) if isinstance(mode, str) else _words("mode", mode)
    for name in ("admins", "teachers", "members"):
        if name in given and given[name] != "all":
            values[name] = frozenset(word.casefold() for word in _words(name, given[name]))
    if "visibility" in given:
        values["visibility"] = given["visibility"]
    if "idle_minutes" in given:
        why = "a paused run holds memory so long"
        minutes = number(
            "idle_minutes", given["idle_minutes"], low=0, high=10**6, why=why, open_low=True
        )
        values["idle_seconds"] = 60 * minutes
    for name, kind in (("oidc", Oidc), ("proxy", Proxy), ("webhook", Webhook)):
        if name in given:
            values[name] = kind(**_table(name, given[name], [f.name for f in fields(kind)]))
    if "retention" in given:
        values["retention"] = _retention(given["retention"])
    if "limits" in given:
        values["limits"] = _limits(given["limits"])
    return LabSettings(**values)


def current(environ: Mapping[str, str] | None = None) -> LabSettings:
    """The settings of the file that ``HTS_LAB`` names, read again when it changes.

    Raises `BadInput` if there is no such file or it cannot be used: better nobody gets in.
    """
    named = (os.environ if environ is None else environ).get(VARIABLE)
    if not named:
        return _ALONE
    path = Path(named).expanduser()
    with guarded(f"{VARIABLE} names {named}, which"):
        status = path.stat()
        return _read(path, status.st_mtime_ns, status.st_size)


_ALONE = LabSettings()


@functools.lru_cache(maxsize=8)
def _read(path: Path, _changed: int, _size: int) -> LabSettings:
    try:
        return read_text(text_of(path))
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None


def _words(name: str, got: object) -> tuple[str, ...]:
    if not isinstance(got, list) or not all(isinstance(word, str) and word for word in got):
        raise BadInput(f'{name} must be a list of texts such as ["ada@example.org"], got {got!r}.')
    return tuple(got)


def _table(name: str, got: object, known: list[str]) -> dict[str, str]:
    if not isinstance(got, dict):
        raise BadInput(f"{name} must be a table, written [{name}], got {got!r}.")
    for key, value in got.items():
        choice(f"a setting of [{name}]", key, known)
        if not isinstance(value, str):
            raise BadInput(f"{key} of [{name}] must be a text, got {value!r}.")
    return dict(got)


def _retention(got: object) -> Retention:
    if not isinstance(got, dict):
        raise BadInput(f"retention must be a table, written [retention], got {got!r}.")
    for name in got:
        known = [f.name for f in fields(Retention)]
        choice("a setting of [retention]", name, known)
    return Retention(**got)


def _limits(got: object) -> Mapping[str, Limits]:
    if not isinstance(got, dict):
        raise BadInput(f"limits must be tables such as [limits.member], got {got!r}.")
    found = dict(LIMITS)
    for role, values in got.items():
        choice("limits", role, ("teacher", "member"), why="admins have none, guests start nothing")
        if not isinstance(values, dict):
            raise BadInput(f"limits.{role} must be a table, got {values!r}.")
        for name in values:
            choice(f"a limit of [limits.{role}]", name, _NAMES, why="no other limit exists")
        try:
            found[role] = replace(LIMITS[role], **values)
        except BadInput as error:
            raise BadInput(f"limits.{role}: {error}") from None
    return found
