"""What a worker does with a small job that a page asked for: its result, or words, into files.

At most `PLACES` of a home work at a time; others wait, before they load anything heavy.
"""

from __future__ import annotations

import contextlib
import json
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from hts.config import RunConfig
from hts.records import encode
from hts.studio.jobs.background import SideJob, described, tell
from hts.studio.jobs.processes.explain import explain
from hts.studio.jobs.processes.lock import FileLock
from hts.studio.jobs.rehearsal import rehearse
from hts.studio.lab.holdings import tables_of
from hts.studio.store.paths import replacing
from hts.studio.store.store import Store

PLACES = 2
WAIT_SECONDS = 0.2
TELL_SECONDS = 0.3  # progress is written no more often

Tell = Callable[[str, float], None]


def work_on_small_job(store: Store, what: str, threads: int | None) -> int:
    """Do it; 0 when its result is there, 1 if it failed, 3 if another worker has it."""
    asked = described(store, what)
    lock = FileLock(asked.lock)
    if not lock.acquire(wait=1.0):  # who only asks whether it is free has it for a moment
        return 3
    try:
        if not asked.result.exists():
            with _place(store, asked):
                return do(store, asked)
        return 0
    finally:
        lock.release()


def do(store: Store, asked: SideJob) -> int:
    """The job itself, in this process, with its result or the reason of its failure in files."""
    told_at = -TELL_SECONDS

    def progress(says: str, share: float) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_SECONDS:
            told_at = time.monotonic()
            tell(asked, says=says, share=share)

    try:
        owner = None if asked.run is None else store.runs.get(asked.run).owner
        with tables_of(store, owner):
            content = _WORK[asked.job](store, asked.run, json.loads(asked.settings), progress)
        if asked.run is not None:
            store.runs.get(asked.run)  # it may have been deleted meanwhile, and is not to come back
        with replacing(asked.result) as file:
            file.write(content)
    except Exception as error:
        traceback.print_exc()
        what, log = "It", "log beside the run's files"
        tell(asked, failed=explain(error, what=what, log=log))
        return 1
    asked.state.unlink(missing_ok=True)
    return 0


@contextlib.contextmanager
def _place(store: Store, asked: SideJob) -> Iterator[None]:
    """One of the places to work at, once one is free."""
    locks = [FileLock(store.home.side_lock(place)) for place in range(PLACES)]
    while (mine := next((lock for lock in locks if lock.acquire()), None)) is None:
        tell(asked, says="Waiting for other work to end", share=0.0)
        time.sleep(WAIT_SECONDS)
    try:
        yield
    finally:
        mine.release()


def _compress(store: Store, run_id: str | None, settings: dict[str, Any], progress: Tell) -> bytes:
    progress("Loading PyTorch", 0.0)
    assert run_id is not None
    from hts.studio.compress.measure import compression

    return encode(compression(store, run_id, scope=settings["scope"], tell=progress))


def _export(store: Store, run_id: str | None, settings: dict[str, Any], progress: Tell) -> bytes:
    progress("Writing the network", 0.0)
    assert run_id is not None
    from hts.studio.compress.export import zipped_program

    return zipped_program(store, run_id, **settings)


def _theory(store: Store, run_id: str | None, settings: dict[str, Any], progress: Tell) -> bytes:
    progress("Loading PyTorch", 0.0)
    from hts.theory.run import computed

    return computed(settings["experiment"], settings["quick"], settings["seed"], progress)


def _reproduce(store: Store, run_id: str | None, settings: dict[str, Any], progress: Tell) -> bytes:
    progress("Loading PyTorch", 0.0)
    from hts.reproduce.protocols import Asked
    from hts.reproduce.result import to_json
    from hts.reproduce.run import reproduced

    asked = Asked(mode=settings["mode"], data=settings["data"])
    kept = store.home.computed("networks.jsonl")
    return to_json(reproduced(asked, kept, tell=progress)).encode()


def _price(store: Store, run_id: str | None, settings: dict[str, Any], progress: Tell) -> bytes:
    progress("Loading PyTorch", 0.0)
    from hts.price.files import text
    from hts.price.run import price_list
    from hts.price.settings import command, settings_for

    data, quick = settings["data"], settings["quick"]
    asked = settings_for(data, quick=quick)
    made = price_list(asked, store.home.computed("price"), command(data, quick=quick), progress)
    return text(made).encode()


def _rehearse(store: Store, run_id: str | None, settings: dict[str, Any], progress: Tell) -> bytes:
    tried = [RunConfig.from_dict(config) for config in settings["tried"]]
    counts = {name: int(settings[name]) for name in ("students", "runs", "slots", "threads")}
    return encode(rehearse(tried, tell=progress, **counts))


_WORK: dict[str, Callable[[Store, str | None, dict[str, Any], Tell], bytes]] = {
    "compress": _compress,
    "export": _export,
    "theory": _theory,
    "rehearse": _rehearse,
    "reproduce": _reproduce,
    "price": _price,
}
