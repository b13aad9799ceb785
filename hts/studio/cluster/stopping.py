"""`Stopping`: workers of a cluster are asked to leave, then made to."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psutil

from hts.platforms import end_by_force
from hts.studio.cluster.flight import Flight

SOFT_SECONDS = 1.0  # that workers have to leave by themselves once they are told to
GIVE_UP_SECONDS = 2.5  # after which nobody waits for them any more: leaving Ray ends them


class Stopping:
    """What is due since the first call of `step`."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self._own_node = ray.get_runtime_context().get_node_id()
        self._since: float | None = None

    @property
    def asked(self) -> bool:
        """Workers were told to leave."""
        return self._since is not None

    def step(self, flights: Iterable[Flight]) -> bool:
        """Tell workers to leave; then force them; then wait no longer: True."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
            self._cancel(flights, force=False)
            return False
        if now - self._since > SOFT_SECONDS:
            self._cancel(flights, force=True)
        return now - self._since > GIVE_UP_SECONDS

    def _cancel(self, flights: Iterable[Flight], *, force: bool) -> None:
        for flight in flights:
            if force and flight.pid is not None and flight.node == self._own_node:
                # Ray asks the worker to end itself, which on a crowded machine takes its time.
                with suppress(psutil.Error):
                    end_by_force(flight.pid)
            with suppress(self._ray.exceptions.RayError):
                self._ray.cancel(flight.news, force=force)
