"""`Herald`: tells the lab's webhook of runs and sweeps that have ended, in a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
import time

from hts.studio.lab.webhook import Webhook
from hts.studio.store.run_row import ENDED
from hts.studio.store.store import Store
from hts.validate import BadInput

MOST_WAITING = 1000  # more are not told
log = logging.getLogger(__name__)


class Herald:
    """Looks at what has ended since it was made; ``look`` never waits."""

    def __init__(self, store: Store) -> None:
        self._store, self._since = store, time.time()
        self._sweeps: set[int] = set()  # that went on
        self._told: queue.Queue[tuple[Webhook, str, str]] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None

    def look(self, webhook: Webhook) -> None:
        """Tell what has ended since the last look."""
        ended = self._ended()
        if not webhook.url:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._tell, name="webhook", daemon=True)
            self._thread.start()
        for what, state in ended:
            try:
                self._told.put_nowait((webhook, what, state))
            except queue.Full:
                log.warning("%s ended and the webhook is not told: too many wait", what)

    def _ended(self) -> list[tuple[str, str]]:
        marks = ", ".join("?" * len(ENDED))
        runs = self._store.db.rows(
            f"SELECT id, state, ended FROM runs WHERE ended > ? AND state IN ({marks}) "
            "ORDER BY ended",
            (self._since, *ENDED),
        )
        if runs:
            self._since = runs[-1]["ended"]
        states = {
            row["number"]: row["state"]
            for row in self._store.db.rows("SELECT number, state FROM sweeps ORDER BY number")
        }
        going = {number for number, state in states.items() if state in ("queued", "running")}
        sweeps = [n for n in sorted(self._sweeps - going) if n in states]
        self._sweeps = going
        return [(row["id"], row["state"]) for row in runs] + [(f"s{n}", states[n]) for n in sweeps]

    def _tell(self) -> None:
        while True:
            webhook, what, state = self._told.get()
            try:
                webhook.tell(what, state)
            except BadInput as error:
                log.warning("%s", error)
            except Exception:
                log.exception("The webhook was not told of %s", what)
