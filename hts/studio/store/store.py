"""`Store`: the runs under one home folder, safe to use from many processes and threads."""

from __future__ import annotations

from pathlib import Path

from hts.studio.store.arrays import Arrays
from hts.studio.store.boards import Boards
from hts.studio.store.classes import Classes
from hts.studio.store.control import Control
from hts.studio.store.database import Database
from hts.studio.store.groups import Groups
from hts.studio.store.holdings import Holdings
from hts.studio.store.members import Members
from hts.studio.store.networks import Networks
from hts.studio.store.owners import Owners
from hts.studio.store.paths import Home, default_home
from hts.studio.store.people import People
from hts.studio.store.queue import Queue
from hts.studio.store.runs import Runs
from hts.studio.store.saved_groups import SavedGroups
from hts.studio.store.series import Series
from hts.studio.store.sweeps import Sweeps
from hts.studio.store.tail import Tail


class Store:
    """Everything about runs and sweeps on disk; nothing is kept only in memory.

    Each part looks after one idea, and all share one database.

    Parameters: ``home``, the folder (made if missing); by default ``HTS_HOME`` or ``~/.hts``.
    Raises `NewerStore` if a newer version wrote it.
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.home = Home(Path(home).expanduser().absolute() if home else default_home().absolute())
        self.db = Database(self.home.database)
        self.runs = Runs(self.db, self.home)
        self.holdings = Holdings(self.db, self.home)
        self.owners = Owners(self.db, self.home, self.runs, self.holdings)
        self.queue = Queue(self.db, self.runs)
        self.control = Control(self.db, self.runs, self.queue)
        self.networks = Networks(self.db, self.home)
        self.series = Series(self.db, self.home, self.runs, self.networks)
        self.arrays = Arrays(self.home, self.runs)
        self.tail = Tail(self.runs, self.series)
        self.sweeps = Sweeps(self.db, self.home, self.runs)
        self.members = Members(self.db, self.home, self.runs, self.series, self.arrays, self.sweeps)
        self.saved_groups = SavedGroups(self.home)
        self.groups = Groups(self.db, self.queue, self.sweeps, self.saved_groups)
        self.people = People(self.db)
        self.classes = Classes(self.db)
        self.boards = Boards(self.db)

    def close(self) -> None:
        """Close the connection; also done when the object is collected."""
        self.db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
