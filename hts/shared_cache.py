"""`SharedCache`: what every viewer of this process needs, made once and kept while it is used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Made = TypeVar("Made")


@dataclass
class _Slot(Generic[Made]):
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: Made | None = None


class SharedCache(Generic[Made]):
    """Makes each thing once, also when several threads ask at the same moment.

    The ``limit`` things that were asked for last are kept.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._slots: OrderedDict[Hashable, _Slot[Made]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` returned when ``key`` was first asked for."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._limit:
                self._slots.popitem(last=False)
        with slot.lock:
            if slot.made is None:
                slot.made = make()
            return slot.made

    def forget(self, key: Hashable) -> None:
        """Make it anew next time."""
        with self._lock:
            self._slots.pop(key, None)
