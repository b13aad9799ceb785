"""Where things lie on disk: the one module that spells file names.

What stands in a name, as a run's id does, is checked here, whoever asks: a database that came from
elsewhere may hold any text.  The home must be on a local disk: WAL does not work over a network
share.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import stat
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hts.platforms import replace
from hts.validate import BadInput

log = logging.getLogger("hts.studio.store")


def default_home() -> Path:
    """``HTS_HOME``, or ``~/.hts``."""
    named = os.environ.get("HTS_HOME")
    return Path(named).expanduser() if named else Path.home() / ".hts"


@dataclass(frozen=True)
class _Path:
    """A path under the home."""

    name: str

    def __get__(self, home: Home, _: type | None = None) -> Path:
        return home.root / self.name


@dataclass(frozen=True)
class _PathOf:
    """Paths under the home; a method that takes what stands in each ``{}``."""

    name: str

    def __get__(self, home: Home, _: type | None = None) -> Callable[..., Path]:
        return lambda *words: home.root / self.name.format(*map(_within, words))


_WORD = re.compile(r"(?:[.-]?[A-Za-z0-9][A-Za-z0-9._-]*)?")


def _within(word: object) -> str:
    """What may stand in a file name as it is; `BadInput` for what would lead elsewhere."""
    text = str(word)
    if not _WORD.fullmatch(text):
        raise BadInput(
            f"{text[:80]!r} is no name in a store: letters, digits and . _ - are, and it begins "
            "with a letter or a digit."
        )
    return text


@dataclass(frozen=True)
class Home:
    """The names of everything under one home folder."""

    root: Path

    database = _Path("hts.db")  # SQLite, WAL; beside it hts.db.schema-<n>: as it was in that schema
    tables_of = _PathOf("tables/{}")  # of an owner's key; "" for those of nobody in particular
    weights_of = _PathOf("weights/{}")  # likewise; uploaded ones
    scheduler_lock = _Path("scheduler.lock")
    scheduler_pulse = _Path("scheduler.json")
    scheduler_log = _Path("scheduler.log")
    cluster_log = _Path("cluster.log")  # what Ray says to the head
    alive = _PathOf("alive/{}")  # <pid>-<mark>: a lock of each process that may be given a run
    asked = _PathOf("asked/{}")  # <run>-<job>.json: a small job that a worker service is to do
    side_lock = _PathOf("side-{}.lock")  # of a place to do small jobs
    computed = _PathOf("computed/{}")  # on request, from no run

    run = _PathOf("runs/{}")  # one network of several, <run>.<arm>.<seed>, has its own
    config = _PathOf("runs/{}/config.json")  # what was asked, for people and scripts
    live = _PathOf("runs/{}/live.json")  # the newest snapshot, replaced again and again
    networks = _PathOf("runs/{}/networks.json")  # the newest look at several, replaced
    moment = _PathOf("runs/{}/moments/{}.json")  # a kept look at several, at a step
    snapshot = _PathOf("runs/{}/snapshots/{}.json")  # of a step
    checkpoint = _PathOf("runs/{}/checkpoint.safetensors")
    weights = _PathOf("runs/{}/weights.safetensors")
    worker_log = _PathOf("runs/{}/worker.log")
    derived = _PathOf("runs/{}/derived/{}")  # from a finished run, on request

    sweep_log = _PathOf("sweeps/{}.log")  # what its workers say
    sweep_cluster = _PathOf("sweeps/{}.cluster.json")  # what the head says of the cluster
    sweep_groups = _PathOf("sweeps/{}.groups")  # states that its groups can go on from
    sweep_group = _PathOf("sweeps/{}.groups/{}-{}.safetensors")  # of its first run, at a step


def keep_private(database: Path) -> None:
    """Make the home of a database; whatever the umask is, nobody else of the machine reads it.

    A folder that somebody has made for more than a store stays as it is, but for the database.
    """
    home = database.parent
    new = not home.exists()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # it is somebody else's, who has let us in
        if new or database.exists() or not any(home.iterdir()):
            _close_to_others(home)
        if not database.exists():
            database.touch(mode=0o600)  # the files beside it become as this one is
        _close_to_others(database)


def _close_to_others(path: Path) -> None:
    mode = path.stat().st_mode
    if mode & 0o077 and not mode & stat.S_ISVTX:  # a shared folder such as /tmp stays one
        path.chmod(stat.S_IMODE(mode) & ~0o077)


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = False) -> Iterator[IO[bytes]]:
    """Write a file so that readers see the old one or the whole new one, never a part.

    ``durable`` waits for the disk before the rename, so that a power cut keeps one of the two.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}.part")
    try:
        with temporary.open("wb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
