"""Wrong class codes are counted by the address they come from; right ones are never kept waiting.

A class sits behind one address, so nothing is refused for an address: two hundred students who join
within a minute all get in, also while somebody among them tries codes.  What is slow, and at last
refused without an answer to the question, are further wrong tries.  A code has 39 bits, so that
this only spares the server.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque

from hts.validate import BadInput

MOST_WRONG = 60  # a minute from one address, before each further one has to wait
MOST_WAITING = 3  # wrong tries of one address at a time; more are refused
WAIT_SECONDS = 2.0
MINUTE = 60.0
MOST_ADDRESSES = 10_000


class WrongCodes:
    """The wrong tries of the last minute, by address."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._waiting: dict[str, int] = {}
        self._lock = threading.Lock()

    def another(self, address: str) -> None:
        """Note a wrong code; waits when there were many, and then raises `BadInput`."""
        with self._lock:
            now = time.monotonic()
            tries = self._tries.setdefault(address, deque(maxlen=MOST_WRONG))
            self._tries.move_to_end(address)
            while len(self._tries) > MOST_ADDRESSES:
                self._tries.popitem(last=False)
            many = len(tries) == MOST_WRONG and now - tries[0] < MINUTE
            tries.append(now)
            waits = many and self._waiting.get(address, 0) < MOST_WAITING
            if waits:
                self._waiting[address] = self._waiting.get(address, 0) + 1
        if not many:
            return
        if waits:
            try:
                time.sleep(WAIT_SECONDS)
            finally:
                with self._lock:
                    self._waiting[address] -= 1
                    if not self._waiting[address]:
                        del self._waiting[address]
        raise BadInput(
            f"this code is wrong, and more than {MOST_WRONG} wrong ones came from your network "
            "within a minute: look at the code again and wait a minute."
        )

    def clear(self) -> None:
        """Forget all tries."""
        with self._lock:
            self._tries.clear()


WRONG = WrongCodes()
"""Those of this process."""
