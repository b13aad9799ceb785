"""The nodes of the cluster as Ray knows them, which of them were lost, and what groups do there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hts.studio.cluster.flight import Flight
from hts.studio.cluster.status import NodeStatus


@dataclass(frozen=True, kw_only=True)
class Node:
    """One machine."""

    id: str
    host: str
    alive: bool
    resources: Mapping[str, float]  # "CPU", "GPU" and others


class Nodes:
    """Those seen since the beginning; lost ones stay in the list."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self._known: dict[str, Node] = {}
        self.refused: dict[str, str] = {}  # why nodes get no work, by their ids
        self.lost = 0

    def look(self) -> None:
        found = {node["NodeID"]: _node(node) for node in self._ray.nodes()}
        for name, known in list(self._known.items()):
            now = found.get(name)
            if known.alive and (now is None or not now.alive):
                self.lost += 1
                self._known[name] = replace(known, alive=False)
        for name, node in found.items():
            if node.alive:
                self._known[name] = node

    def fit(self) -> list[Node]:
        """Those that are there and may be given work."""
        return [n for n in self._known.values() if n.alive and n.id not in self.refused]

    def reasons(self) -> list[str]:
        there = (node for node in self._known.values() if node.alive)
        return [self.refused[node.id] for node in there if node.id in self.refused]

    def refuse(self, node: str, host: str, why: str) -> str | None:
        """Give the node no more work; what to say of it, or None if that was said."""
        if node in self.refused:
            return None
        self.refused[node] = f"node {host} ({node[:8]}) gets no work: {why}."
        return self.refused[node]

    def status(self, flights: Iterable[Flight]) -> list[NodeStatus]:
        """Every node with what it does."""
        there: dict[str | None, list[Flight]] = {}
        for flight in flights:
            there.setdefault(flight.node, []).append(flight)
        return [
            NodeStatus(
                id=node.id[:8],
                host=node.host,
                cpus=node.resources.get("CPU", 0.0),
                gpus=node.resources.get("GPU", 0.0),
                alive=node.alive,
                groups=len(there.get(node.id, ())),
                runs=sum(one.runs for one in there.get(node.id, ())),
                steps_per_second=sum(one.steps_per_second for one in there.get(node.id, ())),
                refused=self.refused.get(node.id, ""),
            )
            for node in self._known.values()
        ]


def _node(found: Mapping[str, Any]) -> Node:
    return Node(
        id=found["NodeID"],
        host=found.get("NodeManagerHostname") or found.get("NodeManagerAddress") or "",
        alive=bool(found["Alive"]),
        resources=dict(found.get("Resources") or {}),
    )
