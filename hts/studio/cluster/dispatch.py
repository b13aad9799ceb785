"""`Dispatch`: from a group of the sweep to the Ray task that computes it.

The task is sent by value, so that it runs, and refuses, also where hts is another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hts.data import load
from hts.studio.cluster.flight import Flight
from hts.studio.cluster.news import Assignment, Saving
from hts.studio.cluster.share import Share
from hts.studio.cluster.versions import code_version, data_checksum
from hts.studio.jobs.sweeps import plan_of
from hts.studio.jobs.workers.saved_state import from_saved
from hts.studio.lab.holdings import tables_of
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Group
from hts.studio.sweeps.spec import SweepSpec

MOST_UNREAD = 64  # news that wait at a node for the head; its worker waits when there are more
STATES_BYTES_PER_SECOND = 10e6  # of states of groups that the head takes, from all nodes together
NODE = "ray.io/node-id"

log = logging.getLogger("hts.studio.cluster")


class Dispatch:
    """Sends groups of one sweep.

    ``share``: what each takes of a node.  ``save_seconds``: how often each sends a state that it
    can go on from; more seldom where states are large.
    """

    def __init__(
        self, store: Store, sweep_id: str, ray: Any, *, share: Share, save_seconds: float
    ) -> None:
        self.store, self.sweep_id, self.ray = store, sweep_id, ray
        self.share, self._save_seconds = share, save_seconds
        self.resumed = 0  # groups that went on from a state
        self._task = ray.remote(ray_task())
        self._data: dict[str, tuple[Any, str]] = {}
        members = store.sweeps.members(sweep_id)
        self._configs = [member.config for member in members]
        spec = SweepSpec.from_json(store.sweeps.get(sweep_id).spec)
        self._base, self._keep_weights = spec.base, spec.keep_weights
        # A group comes to the same bits only if it is trained with all that it was planned with.
        plan = {position: tuple(group) for group in plan_of(members) for position in group}
        self._planned = {
            group.number: plan.get(group.positions[0], group.positions)
            for group in store.groups.of(sweep_id)
        }

    def places(self, nodes: Iterable[Mapping[str, float]]) -> int:
        """Groups that nodes with these resources can compute at a time."""
        return self.share.places(nodes, self._base)

    def send(
        self, group: Group, left: frozenset[int], *, places: int, refused: Iterable[str]
    ) -> Flight:
        """Give the cluster the group, of which the members ``left`` have no result.

        ``places`` that the cluster has; ``refused``: nodes that are not to have it.  Raises what
        `hts.data.load` raises.
        """
        positions = self._planned.setdefault(group.number, group.positions)
        config = self._configs[positions[0]]
        data, checksum = self._dataset(config.data)
        saved, state = self.store.saved_groups.get(self.sweep_id, left), None
        if saved is not None and (state := from_saved(saved, code=code_version())) is not None:
            positions = saved.positions
            self.resumed += 1
            log.info("group %d goes on from step %d", group.number, state.step)
        assignment = Assignment(
            group=group.number,
            configs=tuple(self._configs[position].to_json() for position in positions),
            positions=positions,
            wanted=left,
            keep_weights=self._keep_weights,
            threads=self.share.threads,
            data=checksum,
            saving=Saving(
                seconds=self._save_seconds,
                bytes_per_second=STATES_BYTES_PER_SECOND / max(1, places),
            ),
            state=state,
        )
        avoid = ",".join(sorted(refused))
        task = self._task.options(
            num_returns="streaming",
            num_cpus=self.share.cpus,
            num_gpus=self.share.gpus_for(config),
            max_retries=0,
            scheduling_strategy="SPREAD",
            label_selector={NODE: f"!in({avoid})"} if avoid else None,
            name=f"hts {self.sweep_id}",
            _generator_backpressure_num_objects=MOST_UNREAD,
        )
        news = task.remote(code_version(), [self.ray.put(assignment), data])
        step = 0 if state is None else state.step
        return Flight(group=group, news=news, runs=len(positions), step=step)

    def _dataset(self, name: str) -> tuple[Any, str]:
        """A reference to the data in the object store, and their checksum."""
        if name not in self._data:
            with tables_of(self.store, self.store.sweeps.get(self.sweep_id).owner):
                dataset = load(name)
            self._data[name] = self.ray.put(dataset), data_checksum(dataset)
        return self._data[name]


def ray_task() -> Callable[[str, list[Any]], Iterator[Any]]:
    """The function: a local one, which Ray therefore does not look up in the node's own hts.

    It takes the head's `hts.studio.cluster.versions.code_version`, and references to a
    `hts.studio.cluster.news.Assignment` and to the data, which are followed once the code is known
    to be the same.  Of a node with other code, or none, it yields one
    `hts.studio.cluster.news.Refusal`.
    """

    def hts(code: str, references: list[Any]) -> Iterator[Any]:
        import socket

        import ray

        node = ray.get_runtime_context().get_node_id()
        wrong = ""
        try:
            from hts.studio.cluster.versions import code_version

            if (found := code_version()) != code:
                wrong = f"it has hts {found}, the head has {code}"
            else:
                from hts.studio.cluster.task import work_on_node

                given = ray.get(references[0])
        except Exception as error:
            wrong = f"hts cannot be loaded there ({type(error).__name__}: {error})"
        if wrong:
            yield {"node": node, "host": socket.gethostname(), "refused": wrong}
        else:
            yield from work_on_node(given, references[1], node)

    return hts
