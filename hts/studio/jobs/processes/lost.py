"""Runs whose worker is gone: finding them, and saying what happened and what is kept."""

from __future__ import annotations

import signal

from hts.studio.jobs.processes.identity import alive
from hts.studio.store import HELD, Run, Store

MOST_ATTEMPTS = 5  # after so many workers a run is not queued again by itself


def lost_runs(store: Store) -> list[Run]:
    """Runs that are said to have a worker, by pid and start time, that is not there."""
    held = [run for run in store.runs.list(states=HELD) if run.held]
    return [run for run in held if not alive(run.pid, run.pid_started, store.home)]


def how_it_ended(code: int | None, *, forced: bool = False) -> str:
    """In words: ``code`` is the exit code, minus the signal, or None when it is not known.

    ``forced``: we sent the signal, because a request to stop was not answered.
    """
    if code is None:
        return "is gone (the machine or the process was ended)"
    if code >= 0:
        return f"ended with exit code {code} and without a result"
    try:
        name = f"signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        name = f"signal {-code}"
    if forced:
        return f"did not answer the request to stop and was ended by {name}"
    if name.endswith("(SIGKILL)"):
        return f"was ended by {name}, which the system sends when memory runs out"
    return f"was ended by {name}"


def queue_again(store: Store, run_id: str) -> bool:
    """Let an interrupted run wait to go on from its checkpoint; a run that ends every worker stays.

    In the transaction that interrupts it: whoever watches it sees it wait, and goes on watching.
    """
    run = store.runs.get(run_id)
    if run.state != "interrupted" or not run.resumable or run.attempt >= MOST_ATTEMPTS:
        return False
    store.control.requeue(run_id)
    return True


def mark_lost(store: Store, run: Run, how: str) -> bool:
    """Mark a run as interrupted: which process, how it ended, what is kept, what can be done."""
    step = store.runs.get(run.id).step
    words = [f"Worker process {run.pid} {how}, at step {step} of {run.config.iterations}."]
    found = store.arrays.checkpoint_at(run.id)
    if found is None:
        words.append("What was recorded is kept, but no checkpoint: Repeat starts it again.")
    else:
        words.append(
            "What was recorded is kept. "
            f"Resume continues from step {found[0]}; Repeat starts it again."
        )
    return store.control.mark_interrupted(run.id, " ".join(words), pid=run.pid)
