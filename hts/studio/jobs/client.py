"""What pages and commands ask for: submit, pause, step, steer, stop, repeat, delete and the like.

Every function returns at once; what comes of it is seen in the store.  In a lab each one asks first
whether this person may (`hts.studio.lab.access`); who asks is the person whose store it is, or
``by``.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import threading
import time
from typing import Any

from hts.config import RunConfig
from hts.studio.jobs import sharing, steering, sweeps
from hts.studio.jobs.limits import (
    need_place,
    need_room,
    need_room_for_sweep,
    need_title,
    need_turn_or_place,
    runs_of_sweep,
)
from hts.studio.jobs.processes.children import start_process
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.lock import is_free
from hts.studio.jobs.processes.scheduler_settings import left_to_service, planned
from hts.studio.lab.access import asked, may_change, need_member, need_run, need_sweep, see_run
from hts.studio.lab.audit import note
from hts.studio.lab.holdings import need_data
from hts.studio.lab.people import Person
from hts.studio.lab.settings import current
from hts.studio.store.run_row import VISIBILITIES, Run, UnknownRun, Visibility, Want
from hts.studio.store.runs import Runs
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.store.sweeps import Sweeps
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import choice
from hts.validate import whole as whole_number

RETRY_SECONDS = 5.0  # a scheduler that failed is not started again sooner

_schedulers: dict[str, subprocess.Popen[bytes]] = {}
_started_at: dict[str, float] = {}
_starting = threading.Lock()


def submit(
    store: Store,
    config: RunConfig,
    twin: RunConfig | None = None,
    *,
    title: str = "",
    paused: bool = False,
    by: Person | None = None,
) -> tuple[str, ...]:
    """Queue a run, and with ``twin`` a second one to be shown beside it; returns their ids.

    ``paused``: it pauses before its second step, to be followed step by step.  In a lab a run that
    is there already answers for everybody who asks for the same and may see it (`repeat` makes
    another one), and `BadInput` says which limit a new one would exceed.
    """
    whole, person = asked(store, by)
    need_member(person, "start a run")
    need_data(whole, person, (c.data for c in (config, twin) if c is not None))
    ensure_scheduler(whole)  # before: if there can be none, nothing is queued
    with whole.db.writing():
        ids = () if paused else sharing.share(whole, person, config, twin)
        ids = ids or _create(whole, person, config, twin, title, "pause" if paused else "run")
    ensure_scheduler(whole)  # after: the one that was there may just have ended
    return ids


def _create(
    store: Store, person: Person, config: RunConfig, twin: RunConfig | None, title: str, want: Want
) -> tuple[str, ...]:
    need_title(title)
    need_room(store, person, [config] if twin is None else [config, twin])
    visible = current().visibility
    create = functools.partial(
        store.runs.create, title=title, want=want, owner=person.id, visibility=visible
    )
    run_id = create(config)
    return (run_id,) if twin is None else (run_id, create(twin, twin_of=run_id))


def repeat(store: Store, run_id: str, *, by: Person | None = None) -> tuple[str, ...]:
    """Queue the same configuration again from the beginning, with its twin's if it has one.

    What was changed while it trained is changed at the same steps, so its history is the same.
    Whoever sees a run may repeat it: the new one is theirs.
    """
    whole, person = asked(store, by)
    run = see_run(whole, person, run_id)
    need_member(person, "start a run")
    twin = None
    if run.twin is not None:
        with contextlib.suppress(UnknownRun):
            twin = see_run(whole, person, run.twin).effective
    need_data(whole, person, [run.config.data, *([] if twin is None else [twin.data])])
    ensure_scheduler(whole)
    with whole.db.writing():
        ids = _create(whole, person, run.effective, twin, run.title, "run")
    ensure_scheduler(whole)
    return ids


def pause(store: Store, run_id: str, *, by: Person | None = None) -> Run:
    """Ask the run to pause after the step it is in; `BadInput` if it has ended."""
    whole, person = asked(store, by)
    with whole.db.writing():
        sharing.need_alone(whole, person, run_id, "pause")
        return whole.control.request(run_id, "pause")


def resume(store: Store, run_id: str, *, by: Person | None = None) -> Run:
    """Let a paused run go on, or queue an interrupted one to continue from its checkpoint."""
    whole, person = asked(store, by)
    with whole.db.writing():
        run = need_run(whole, person, run_id, "resume")
        need_turn_or_place(whole, person, run)
        interrupted = run.state == "interrupted"
        run = whole.control.requeue(run_id) if interrupted else whole.control.request(run_id, "run")
    ensure_scheduler(whole)
    return run


def step(store: Store, run_id: str, n: int = 1, *, by: Person | None = None) -> Run:
    """Take ``n`` more steps and pause again; `BadInput` if the run has ended."""
    n = whole_number("steps", n, low=1, high=10**9, why="they are taken one after the other")
    whole, person = asked(store, by)
    with whole.db.writing():
        run = sharing.need_alone(whole, person, run_id, "step")
        need_turn_or_place(whole, person, run)
        run = whole.control.request(run_id, "run", want_step=run.step + n)
    ensure_scheduler(whole)
    return run


def steer(store: Store, run_id: str, *, by: Person | None = None, **changes: Any) -> str:
    """Change alpha, sigma, noise or lr of a run from its next step on; returns whose id to follow.

    A run that waits takes them up with its first step, a paused one with the step after.  Of a
    run that others asked for too a copy goes on, changed, under the id returned; theirs stays as it
    is.  `BadInput` for settings that cannot change, for bad values, and for a run that has ended.
    """
    whole, person = asked(store, by)
    with whole.db.writing():
        run = sharing.need_part(whole, person, run_id, "steer")
        values = steering.checked(run, changes)
        own = sharing.split(whole, person, run)
        if own.id == run_id:
            steering.ask(whole, run_id, values, who=person.id)
        else:
            steering.begin_with(whole, own, values, who=person.id)
        note(whole, person.id, "steered", f"run {own.id}: {', '.join(sorted(values))}")
    ensure_scheduler(whole)
    return own.id


def stop(store: Store, run_id: str, *, by: Person | None = None) -> Run:
    """Ask the run to end with what it has; one in the queue is cancelled.

    A worker that does not answer is ended by force after a while (see
    `hts.studio.jobs.processes.staff`). A run that others asked for too goes on for them, and
    is no longer among the runs of ``by``.
    """
    whole, person = asked(store, by)
    with whole.db.writing():
        run = see_run(whole, person, run_id)
        if not sharing.leave_to_others(whole, person, run, "stop"):
            run = whole.control.request(run_id, "stop")
    ensure_scheduler(whole)
    return run


def rename(store: Store, name: str, title: str, *, by: Person | None = None) -> None:
    """Give a run, or a sweep, another title; ``name`` is its id."""
    whole, person = asked(store, by)
    need_title(title)
    _need(whole, person, name, "rename").rename(name, title)


def delete(store: Store, name: str, *, by: Person | None = None) -> None:
    """Remove a run with all it recorded, or a sweep with its runs; what goes on is refused.

    A run that others asked for stays theirs.
    """
    whole, person = asked(store, by)
    if _is_sweep(name):
        need_sweep(whole, person, name, "delete")
        whole.sweeps.delete(name)
        note(whole, person.id, "deleted", f"sweep {name}")
    elif not sharing.leave_to_others(whole, person, see_run(whole, person, name), "delete"):
        whole.runs.delete(name)
        note(whole, person.id, "deleted", f"run {name}")


def show_to(store: Store, name: str, visibility: Visibility, *, by: Person | None = None) -> None:
    """Show a run with its twin, or a sweep with its runs, to nobody else, the lab or everybody."""
    whole, person = asked(store, by)
    choice("visibility", visibility, VISIBILITIES)
    with whole.db.writing():
        _need(whole, person, name, "show or hide").set_visibility(name, visibility)
        twin = None if _is_sweep(name) else whole.runs.get(name).twin
        if twin is not None and may_change(whole, person, whole.runs.get(twin).owner):
            whole.runs.set_visibility(twin, visibility)
        kind = "sweep" if _is_sweep(name) else "run"
        note(whole, person.id, "showed", f"{kind} {name} to {visibility}")


def _is_sweep(name: str) -> bool:
    return name.startswith("s")  # a run's id begins with a hexadecimal digit


def _need(store: Store, person: Person, name: str, what: str) -> Runs | Sweeps:
    """Where this run or sweep is kept, if ``person`` may ``what`` it."""
    if _is_sweep(name):
        need_sweep(store, person, name, what)
        return store.sweeps
    need_run(store, person, name, what)
    return store.runs


def submit_sweep(
    store: Store, spec: SweepSpec, *, on_cluster: bool = False, by: Person | None = None
) -> str:
    """Queue a sweep and return its id; what the store has already is not computed again.

    ``on_cluster``: it is computed by the cluster that ``HTS_CLUSTER`` names.
    """
    whole, person = asked(store, by)
    need_member(person, "start a sweep")
    need_data(whole, person, spec.datasets)
    configs = runs_of_sweep(person, spec)
    ensure_scheduler(whole)
    with whole.db.writing():
        need_room_for_sweep(whole, person, configs, keeps=spec.keep_weights)
        sweep_id = sweeps.begin_sweep(
            whole, spec, owner=person, visibility=current().visibility, on_cluster=on_cluster
        )
    ensure_scheduler(whole)
    return sweep_id


def stop_sweep(store: Store, sweep_id: str, *, by: Person | None = None) -> Sweep:
    """Let a sweep end with what it has; its workers leave within a second or two."""
    whole, person = asked(store, by)
    need_sweep(whole, person, sweep_id, "stop")
    whole.sweeps.stop(sweep_id, sweeps.STOPPED_BY_USER)
    return whole.sweeps.get(sweep_id)


def resume_sweep(
    store: Store,
    sweep_id: str,
    *,
    retry_failed: bool = False,
    on_cluster: bool = False,
    by: Person | None = None,
) -> Sweep:
    """Let a stopped sweep go on; ``retry_failed``: also try again what failed."""
    whole, person = asked(store, by)
    with whole.db.writing():
        sweep = need_sweep(whole, person, sweep_id, "resume")
        if sweep.owner == person.id and not sweep.active:
            left = sweep.waiting + sweep.running + retry_failed * sweep.failed
            need_place(whole, person, 1, networks=left)
        sweeps.resume_sweep(whole, sweep_id, retry_failed=retry_failed, on_cluster=on_cluster)
    ensure_scheduler(whole)
    return whole.sweeps.get(sweep_id)


def ensure_scheduler(store: Store) -> None:
    """Start a scheduler for the store's home if there is none; some microseconds if there is.

    With ``HTS_WORKERS=service`` none is ever started here: a service of its own has to be up.
    Raises `BadInput` if ``HTS_WORKERS``, ``HTS_SLOTS`` or ``HTS_THREADS`` make no sense.
    """
    if left_to_service(os.environ):
        return
    key = str(store.home.root)
    with _starting:
        mine = _schedulers.get(key)
        if mine is not None:
            code, age = mine.poll(), time.monotonic() - _started_at[key]
            if code is None or (code > 0 and age < RETRY_SECONDS):
                return
            del _schedulers[key]
        if not is_free(store.home.scheduler_lock):
            return
        planned(os.environ)
        _started_at[key] = time.monotonic()
        _schedulers[key] = start_process(
            "hts.studio.jobs.scheduling.scheduler",
            store.home,
            "--owner",
            "{}:{}".format(*this_process()),
            log=store.home.scheduler_log,
        )
