"""`Share`: what a group asks of a node, and how many groups a cluster has places for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hts.config import RunConfig
from hts.validate import number

SPARE = 0.25  # groups beyond the places, as a share of them, so that no place waits for the head
MOST_IN_FLIGHT = 4096


@dataclass(frozen=True, kw_only=True)
class Share:
    """CPUs and GPUs of each group; a fraction of a GPU lets several groups share it.

    Without ``gpus``, groups whose runs ask for ``cuda`` by name get one each, others none; a group
    without a share of a GPU sees none.
    """

    cpus: float = 1.0
    gpus: float | None = None

    def __post_init__(self) -> None:
        why = "it is what each group takes of a node"
        cpus = number("group-cpus", self.cpus, low=0, high=1024, why=why, open_low=True)
        object.__setattr__(self, "cpus", cpus)
        if self.gpus is not None:
            gpus = number("group-gpus", self.gpus, low=0, high=64, why=why, open_low=False)
            object.__setattr__(self, "gpus", gpus)

    @property
    def threads(self) -> int:
        """CPU threads of a group: its whole CPUs, at least one."""
        return max(1, int(self.cpus))

    def gpus_for(self, config: RunConfig) -> float:
        """GPUs of a group of runs like ``config``."""
        if self.gpus is not None:
            return self.gpus
        return 1.0 if config.device == "cuda" else 0.0

    def places(self, nodes: Iterable[Mapping[str, float]], config: RunConfig) -> int:
        """Groups of runs like ``config`` that fit at a time on nodes with these resources."""
        gpus, count = self.gpus_for(config), 0
        for node in nodes:
            fits = _fits(node.get("CPU", 0.0), self.cpus)
            if gpus:
                # A group has its GPUs, or its part of one, on one device.
                whole = _fits(node.get("GPU", 0.0), gpus) if gpus >= 1 else (
                    int(node.get("GPU", 0.0)) * _fits(1.0, gpus)
                )  # fmt: skip
                fits = min(fits, whole)
            count += fits
        return count


def in_flight(places: int) -> int:
    """How many groups may be with the cluster at a time; one even if there is no place yet."""
    return min(MOST_IN_FLIGHT, places + max(1, math.ceil(SPARE * places)))


def _fits(there: float, share: float) -> int:
    return math.floor(there / share + 1e-9)
