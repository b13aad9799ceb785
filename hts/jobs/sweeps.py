"""Sweeps begun, resumed and stopped; torch-free.

Begun or resumed, a sweep takes over what the store has already, and the rest is put into groups,
all in one transaction.  Groups wait for the scheduler, or for the process that has the sweep for
itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from hts.experiments.sweep_groups import plan_groups
from hts.experiments.sweep_spec import SweepSpec
from hts.jobs.identity import alive
from hts.lab import LOCAL, OPERATOR, Person, Role, sight_of
from hts.lab.people import How
from hts.store import Member, Sight, Store, Visibility
from hts.validate import BadInput

Worker = tuple[int, float]


def begin_sweep(
    store: Store,
    spec: SweepSpec,
    *,
    worker: Worker | None = None,
    owner: Person = OPERATOR,
    visibility: Visibility = "private",
) -> str:
    """Add a sweep, with ``worker`` (pid and its start time) for that process alone."""
    configs = spec.configs()
    owned = None if owner is OPERATOR else owner.id
    with store.db.writing():
        sweep_id = store.create_sweep(
            spec.to_json(), spec.name, configs, worker=worker, owner=owned, visibility=visibility
        )
        _plan(store, sweep_id)
    return sweep_id


def resume_sweep(
    store: Store, sweep_id: str, *, retry_failed: bool = False, worker: Worker | None = None
) -> None:
    """Let a sweep that was stopped go on where it stopped; `BadInput` if it is going on.

    ``retry_failed``: members that failed are tried again, also of a finished sweep.
    """
    with store.db.writing():
        sweep = store.sweep(sweep_id)
        lost = sweep.pid is not None and not alive(sweep.pid, sweep.pid_started, store.home)
        if sweep.active and not lost:
            raise BadInput(
                f"sweep {sweep_id} is going on"
                + (f" in process {sweep.pid}" if sweep.pid else "")
                + ": it need not be resumed."
            )
        if retry_failed:
            store.retry_failed(sweep_id)
        store.start_again(sweep_id, worker=worker)
        _plan(store, sweep_id)


def same_sweep(store: Store, spec: SweepSpec) -> str | None:
    """The newest sweep of the same description, or None."""
    text = spec.to_json()
    return next((sweep.id for sweep in store.sweeps() if sweep.spec == text), None)


def plan_of(members: Sequence[Member]) -> list[list[int]]:
    """Positions, group by group, of all members that were not there before, ended or not.

    Resumed, a sweep has the groups that it had, so that they can go on from their states.
    """
    own = [member for member in members if not member.reused]
    groups = plan_groups([member.config for member in own])
    return [[own[i].position for i in group] for group in groups]


def _plan(store: Store, sweep_id: str) -> None:
    store.reuse_finished(sweep_id, _sight_of_owner(store, store.sweep(sweep_id).owner))
    members = store.members(sweep_id)
    waiting = {member.position for member in members if member.state == "waiting"}
    groups = [[p for p in group if p in waiting] for group in plan_of(members)]
    store.add_groups(sweep_id, filter(None, groups))


def _sight_of_owner(store: Store, owner: str | None) -> Sight | None:
    """What the owner of a sweep sees, since nothing else is to be in it; None: everything."""
    if owner is None or owner in (LOCAL.id, OPERATOR.id):
        return None
    known = store.known(owner)
    if known is None:
        return Sight(person=owner)
    role, how = cast(Role, known.role), cast(How, known.how)
    return sight_of(store, Person(id=owner, name=known.name, role=role, how=how))
