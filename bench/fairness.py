"""Whether a crowd is served in turn: real people's requests on a real scheduler with tiny runs.

One greedy person asks for half of all runs before anybody else does; the others follow in no
order while the scheduler is already at work.  Measured is when each run began, as its worker
recorded it.  Once every first and some third run has begun the answer is known and the rest is
cancelled, unless ``whole``.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hts.config import RunConfig
from hts.studio.jobs import client
from hts.studio.jobs.processes.pulse import scheduler_status
from hts.studio.lab.people import Person
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.validate import BadInput

PATIENCE = 1800.0  # seconds; a machine that is slower than this has another problem
LAB = """
mode = "oidc"
[limits.member]
running = 64
queued = 10000
"""


def measure(
    *, people: int = 30, runs: int = 200, greedy: int = 100, slots: int = 2, whole: bool = False
) -> dict[str, Any]:
    """Submit, watch, and return the figures; ``fair`` says whether every first preceded any third.

    Raises `BadInput` if the numbers do not fit each other.
    """
    if people < 2 or runs - greedy < people - 1 or greedy < 1:
        raise BadInput(
            f"{people} people with {runs} runs, {greedy} of them one person's, cannot be: at least "
            "two people, and everybody asks for one run."
        )
    with tempfile.TemporaryDirectory() as folder, _lab(Path(folder), slots):
        store = Store(folder)
        try:
            began = time.time()
            _submit(store, people, runs, greedy)
            submitted = time.time() - began
            _watch(store, people, whole)
            starts = _starts(store.runs.list())
        finally:
            _end(store)
    return {
        "people": people,
        "runs": runs,
        "of_one_person": greedy,
        "slots": slots,
        "submit_seconds": round(submitted, 2),
        "load_average": round(os.getloadavg()[0], 1),
        **verdict(starts, people, began),
    }


def verdict(starts: Sequence[tuple[float, str]], people: int, began: float) -> dict[str, Any]:
    """What ``starts``, pairs of a time and a person in order, say; ``began``: time zero.

    ``fair`` is None while somebody's first run has not begun although nobody's third has either.
    """
    count: dict[str, int] = defaultdict(int)
    firsts, thirds = [], []
    for when, person in starts:
        count[person] += 1
        if count[person] == 1:
            firsts.append(when)
        if count[person] == 3:
            thirds.append(when)
    fair: bool | None
    if len(firsts) == people:
        fair = not thirds or max(firsts) < min(thirds)
    else:
        fair = False if thirds else None
    return {
        "fair": fair,
        "started": len(starts),
        "served": len(firsts),
        "last_first_start": round(max(firsts) - began, 2) if firsts else None,
        "first_third_start": round(min(thirds) - began, 2) if thirds else None,
        "starts": [[round(when - began, 2), person] for when, person in starts],
    }


def _submit(store: Store, people: int, runs: int, greedy: int) -> None:
    everyone = [
        Person(id=f"oidc:person-{i:02}", name=f"person {i}", role="member", how="oidc")
        for i in range(people)
    ]
    rest = [everyone[1 + i % (people - 1)] for i in range(runs - greedy)]
    random.Random(1).shuffle(rest)
    for person in everyone:
        store.people.remember(person.id, name=person.name, role=person.role, how=person.how)
    base = RunConfig(width=20, iterations=20, eval_every=20, batch_size=50, device="cpu")
    for seed, person in enumerate([everyone[0]] * greedy + rest):
        client.submit(store, base.replace(seed=seed), by=person)


def _watch(store: Store, people: int, whole: bool) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        found = verdict(_starts(store.runs.list()), people, 0.0)
        known = found["served"] == people and found["first_third_start"] is not None
        ended = not any(run.active for run in store.runs.list())
        if ended or (known and not whole):
            return
        time.sleep(0.2)


def _starts(runs: Sequence[Run]) -> list[tuple[float, str]]:
    return sorted((run.started, str(run.owner)) for run in runs if run.started is not None)


@contextlib.contextmanager
def _lab(folder: Path, slots: int) -> Iterator[None]:
    """Be hosted, with so many slots; for this process and the scheduler it starts."""
    settings = folder / "lab.toml"
    settings.write_text(LAB, encoding="utf-8")
    values = {
        "HTS_LAB": str(settings), "HTS_SLOTS": str(slots), "HTS_THREADS": "1", "HTS_WORKERS": "own",
    }  # fmt: skip
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _end(store: Store) -> None:
    """Cancel what waits, let what computes end, and the scheduler with it."""
    store.queue.drain("The measurement is over.")
    for run in store.runs.list(states=("queued", "starting", "running")):
        with contextlib.suppress(BadInput):  # ended meanwhile
            store.control.request(run.id, "stop")
    give_up = time.monotonic() + 60
    while any(run.active for run in store.runs.list()) and time.monotonic() < give_up:
        time.sleep(0.1)
    status = scheduler_status(store)
    if status is not None:
        os.kill(status.pid, signal.SIGTERM)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(status.pid, 0)
    store.close()
