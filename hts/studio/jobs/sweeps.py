"""Sweeps begun, resumed and stopped; torch-free.

Begun or resumed, a sweep takes over what the store has already, and the rest is put into groups,
all in one transaction.  Groups wait for the scheduler, or for the process that has the sweep for
itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from hts.budget.groups import plan_groups
from hts.studio.jobs.processes.identity import alive
from hts.studio.lab.access import sight_of
from hts.studio.lab.holdings import person_of
from hts.studio.lab.people import LOCAL, OPERATOR, Person
from hts.studio.store.run_row import Visibility
from hts.studio.store.sight import Sight
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Member, Sweep, UnknownSweep
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

STOPPED_BY_USER = "Stopped by the user. Finished runs were kept."

Worker = tuple[int, float]


def begin_sweep(
    store: Store,
    spec: SweepSpec,
    *,
    worker: Worker | None = None,
    owner: Person = OPERATOR,
    visibility: Visibility = "private",
    on_cluster: bool = False,
) -> str:
    """Add a sweep, with ``worker`` (pid and its start time) for that process alone.

    ``on_cluster``: nothing begins before a head takes it over (`hts.studio.jobs.scheduling.heads`).
    """
    configs = spec.configs()
    owned = None if owner is OPERATOR else owner.id
    with store.db.writing():
        sweep_id = store.sweeps.create(
            spec.to_json(), spec.name, configs, worker=worker, owner=owned, visibility=visibility
        )
        _let_wait(store, sweep_id, on_cluster)
    return sweep_id


def resume_sweep(
    store: Store,
    sweep_id: str,
    *,
    retry_failed: bool = False,
    worker: Worker | None = None,
    on_cluster: bool = False,
) -> None:
    """Let a sweep that was stopped go on where it stopped; `BadInput` if it is going on.

    ``retry_failed``: members that failed are tried again, also of a finished sweep.  ``worker``
    and ``on_cluster`` as for `begin_sweep`.
    """
    with store.db.writing():
        sweep = store.sweeps.get(sweep_id)
        lost = sweep.pid is not None and not alive(sweep.pid, sweep.pid_started, store.home)
        if sweep.active and not lost:
            raise BadInput(
                f"sweep {sweep_id} is going on"
                + (f" in process {sweep.pid}" if sweep.pid else "")
                + ": it need not be resumed."
            )
        if on_cluster and store.groups.held(sweep_id):
            raise BadInput(
                f"the workers of sweep {sweep_id} are still leaving it, after it was stopped: "
                "resume it in some seconds."
            )
        if retry_failed:
            store.members.retry_failed(sweep_id)
        store.sweeps.start_again(sweep_id, worker=worker)
        _let_wait(store, sweep_id, on_cluster)


def was_on_cluster(store: Store, sweep_id: str) -> bool:
    """Whether a cluster was to compute it, or did."""
    return store.home.sweep_cluster(sweep_id).exists()


def _let_wait(store: Store, sweep_id: str, on_cluster: bool) -> None:
    """For workers; or for a head, before that has said a word (`hts.studio.cluster.status`)."""
    if not on_cluster:
        _plan(store, sweep_id)
        return
    path = store.home.sweep_cluster(sweep_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def waits_for_head(store: Store, sweep: Sweep) -> bool:
    """Whether the sweep was begun for a cluster, and no head has it."""
    return sweep.active and sweep.pid is None and not store.groups.of(sweep.id)


def take_over(store: Store, sweep_id: str, worker: Worker) -> bool:
    """Let the process ``worker`` have a sweep that waits for a head; False if it does not."""
    with contextlib.suppress(UnknownSweep), store.db.writing():  # deleted meanwhile
        if waits_for_head(store, store.sweeps.get(sweep_id)):
            store.sweeps.start_again(sweep_id, worker=worker)
            _plan(store, sweep_id)
            return True
    return False


def give_up_head(store: Store, sweep_id: str, pid: int | None) -> bool:
    """Let a sweep that the process ``pid`` had wait for another head; False if it had it not."""
    with contextlib.suppress(UnknownSweep), store.db.writing():  # deleted meanwhile
        sweep = store.sweeps.get(sweep_id)
        if sweep.active and sweep.pid is not None and sweep.pid == pid:
            for group in store.groups.held(sweep_id):
                store.groups.leave(group.number, pid=sweep.pid, counts=False)
            store.sweeps.start_again(sweep_id)
            return True
    return False


def same_sweep(store: Store, spec: SweepSpec) -> str | None:
    """The newest sweep of the same description, or None."""
    text = spec.to_json()
    return next((sweep.id for sweep in store.sweeps.list() if sweep.spec == text), None)


def plan_of(members: Sequence[Member]) -> list[list[int]]:
    """Positions, group by group, of all members that were not there before, ended or not.

    Resumed, a sweep has the groups that it had, so that they can go on from their states.
    """
    own = [member for member in members if not member.reused]
    groups = plan_groups([member.config for member in own])
    return [[own[i].position for i in group] for group in groups]


def _plan(store: Store, sweep_id: str) -> None:
    store.members.reuse_finished(sweep_id, _sight_of_owner(store, store.sweeps.get(sweep_id).owner))
    members = store.sweeps.members(sweep_id)
    waiting = {member.position for member in members if member.state == "waiting"}
    groups = [[p for p in group if p in waiting] for group in plan_of(members)]
    store.groups.add(sweep_id, filter(None, groups))


def _sight_of_owner(store: Store, owner: str | None) -> Sight | None:
    """What the owner of a sweep sees, since nothing else is to be in it; None: everything."""
    if owner is None or owner in (LOCAL.id, OPERATOR.id):
        return None
    return sight_of(store, person_of(store, owner))
