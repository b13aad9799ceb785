"""Joining a Ray cluster, or starting a small one on this machine, and leaving it."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from hts.extras import missing
from hts.validate import BadInput
from hts.version import PACKAGE

LOCAL = "local"
LEAVE_SECONDS = 1.0


def ray_module() -> Any:
    """Ray, or `BadInput` that says how to have it."""
    # Nothing about a sweep leaves the machines it runs on.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise missing("a sweep with --cluster", "ray", extra="cluster") from None
    return ray


@contextlib.contextmanager
def connected(address: str, *, log: Path, cpus: int | None = None) -> Iterator[Any]:
    """Be a driver of the cluster at ``address`` while the block runs; gives the module ``ray``.

    ``local`` starts one on this machine, with ``cpus`` (default: its cores), which ends with the
    block or with this process.  Others are as ``ray.init`` takes them: ``host:6379``, or ``auto``
    for the cluster that this machine is a part of.  Inside, what is printed goes into
    ``log``, since Ray prints there what the cluster tells it, at length where a machine is lost.
    Raises `BadInput` when nothing answers.
    """
    ray, before = ray_module(), set(psutil.Process().children(recursive=True))
    where: dict[str, Any] = {"address": address}
    if address == LOCAL:
        where = {"address": "local", "num_cpus": cpus or os.cpu_count() or 1}
        where["include_dashboard"] = False
    package = str(PACKAGE.parent)  # where it lies there too, if nothing is newer
    job = ray.job_config.JobConfig(_py_driver_sys_path=[package])
    try:
        ray.init(**where, job_config=job, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # Ray raises all kinds
        ray.shutdown()
        if address == LOCAL:
            raise BadInput(f"Ray could not be started here: {first_line(error)}") from error
        raise BadInput(
            f"no Ray cluster answers at {address!r}: {first_line(error)} "
            "Give host:port of the head (`ray start --head` prints it), auto, or local."
        ) from error
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        file = log.open("a", encoding="utf-8")
    except OSError:
        ray.shutdown()
        raise
    with file, contextlib.redirect_stdout(file):
        try:
            yield ray
        finally:  # Ray prints to its end
            if address == LOCAL:
                _end_at_once(ray, before)
            ray.shutdown()


def _end_at_once(ray: Any, before: set[psutil.Process]) -> None:
    """Ray's own processes of this machine end once it is left: nothing is asked of them any more.

    By itself Ray waits up to a second for each, and they for their workers.
    """
    started = set(psutil.Process().children(recursive=True)) - before

    def end() -> None:
        give_up = time.monotonic() + LEAVE_SECONDS
        while ray.is_initialized() and time.monotonic() < give_up:
            time.sleep(0.02)
        for process in started:
            with contextlib.suppress(psutil.Error):
                process.kill()

    threading.Thread(target=end, name="end Ray", daemon=True).start()


def first_line(error: BaseException) -> str:
    """What an error of Ray says first; the rest may be pages."""
    words = str(error).strip().splitlines() or [type(error).__name__]
    return words[0]
