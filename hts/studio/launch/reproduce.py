"""A protocol trained in the foreground through the store, and what it came to."""

from __future__ import annotations

from hts.data import load
from hts.studio.jobs.processes.sweep_jobs import stop_lost_sweeps
from hts.studio.jobs.sweeps import same_sweep
from hts.studio.launch.here import train_here, workers_here
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.result import Reproduction, made
from hts.studio.store.store import Store
from hts.validate import BadInput


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
    computing = workers_here(store, slots)
    stop_lost_sweeps(store)
    begun = same_sweep(store, protocol.spec)
    if only_resume and begun is None:
        raise BadInput(
            "there is nothing to resume: this protocol has not been begun in this store. The "
            "command without --resume begins it."
        )
    for name in dict.fromkeys(config.data for config in protocol.spec.configs()):
        load(name)  # what is missing is said, or downloaded, before anything is trained
    sweep = train_here(store, protocol.spec, computing, quiet=quiet)
    result = made(protocol, store.sweeps.members(sweep.id), command=command)
    return result, sweep.state == "stopped"
