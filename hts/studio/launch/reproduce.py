"""A protocol trained in the foreground through the store, and what it came to."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import datetime, timezone

from hts.data import info, load
from hts.studio.jobs.processes.scheduler_settings import planned
from hts.studio.jobs.processes.sweep_jobs import stop_lost_sweeps
from hts.studio.jobs.sweeps import same_sweep
from hts.studio.launch.here import train_here, workers_here
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.records import reproduced
from hts.studio.reproduce.result import Reproduction, kick, source
from hts.studio.store import Member, Store
from hts.validate import BadInput, whole
from hts.version import VERSION


def reproduce_here(
    store: Store,
    protocol: Protocol,
    *,
    command: str,
    slots: object = None,
    only_resume: bool = False,
    quiet: bool = False,
) -> tuple[Reproduction, bool]:
    """Train what is missing of ``protocol``: what it came to, and whether it was interrupted.

    After an interruption the next call goes on; what had ended until then is in the result.
    ``only_resume``: refuse with `BadInput` where nothing has been begun.
    """
    environ = dict(os.environ)
    environ.setdefault("HTS_SLOTS", str(os.cpu_count() or 1))
    if slots is not None:
        slots = whole("slots", slots, low=1, high=1024, why="so many groups go at a time")
        environ["HTS_SLOTS"] = str(slots)
    stop_lost_sweeps(store)
    begun = same_sweep(store, protocol.spec)
    if only_resume and begun is None:
        raise BadInput(
            "there is nothing to resume: this protocol has not been begun in this store. The "
            "command without --resume begins it."
        )
    for name in dict.fromkeys(config.data for config in protocol.spec.configs()):
        load(name)  # what is missing is said, or downloaded, before anything is trained
    sweep = train_here(store, protocol.spec, workers_here(store, planned(environ)), quiet=quiet)
    result = made(protocol, store.sweeps.members(sweep.id), command=command)
    return result, sweep.state == "stopped"


def made(protocol: Protocol, members: Sequence[Member], *, command: str) -> Reproduction:
    """The result of a sweep over ``protocol``; runs that failed or have not ended are missing."""
    done = [member for member in members if member.result is not None]
    names = dict.fromkeys(member.config.data for member in members)
    loaded = {name: load(name) for name in names}
    return Reproduction(
        command=command,
        created=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        version=VERSION,
        machine=f"{os.cpu_count()} CPU cores, {platform.machine()}",
        planned=len(members),
        protocol=protocol.to_dict(),
        data={name: source(dataset) for name, dataset in loaded.items()},
        kick=kick(loaded[info(protocol.data).name]),
        runs=[reproduced(m.config, m.result) for m in done if m.result is not None],
    )
