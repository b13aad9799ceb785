"""`Store`: the runs under one home folder, safe to use from many processes and threads."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from hts.studio.store.boards import Boards
from hts.studio.store.classes import Classes
from hts.studio.store.database import Database
from hts.studio.store.groups import Groups
from hts.studio.store.members import Members
from hts.studio.store.owners import Owners
from hts.studio.store.paths import Home, default_home
from hts.studio.store.sweeps import MemberCache
from hts.studio.store.transitions import Transitions


class Store(Transitions, Members, Groups, Owners, Classes, Boards):
    """Everything about runs and sweeps on disk; nothing is kept only in memory.

    Parameters: ``home``, the folder (made if missing); by default ``HTS_HOME`` or ``~/.hts``.
    Raises `NewerStore` if a newer version wrote it.
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.home = Home(Path(home).expanduser().absolute() if home else default_home().absolute())
        self.db = Database(self.home.database)
        self._members = MemberCache()

    @property
    def whole(self) -> Store:
        """All of it, where this is what one person sees of a store."""
        return self

    def close(self) -> None:
        """Close the connection; also done when the object is collected."""
        self.db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
