"""Where memory is short: one network with its controls needs 450 MB.

Where a control group may be made, that is all the memory there is; else what cannot be given back
is counted: the pages of libraries can, and are read again.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from browser_steps import no_traceback, press, until
from patience import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.slow]

MOST = 450 * 10**6  # bytes of the web process, the scheduler and the worker
GROUPS = Path("/sys/fs/cgroup")


@pytest.fixture(scope="module", autouse=True)
def _one_slot() -> Iterator[None]:
    """As it is chosen where memory is short (`hts.studio.jobs.processes.scheduler_settings`)."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HTS_SLOTS", "1")
        patched.setenv("HTS_THREADS", "1")
        yield


@pytest.fixture
def capped(server) -> Iterator[Callable[[int], psutil.Process]]:
    """``capped(most)``: the web process, with so much memory for it and all that it starts."""
    web = psutil.Process(server.process.pid)
    with contextlib.ExitStack() as after:

        def cap(most: int) -> psutil.Process:
            if (group := _group(most)) is not None:
                after.callback(_leave, group)
                (group / "cgroup.procs").write_text(str(web.pid))
            return web

        yield cap


def _group(most: int) -> Path | None:
    for root, name in ((GROUPS, "memory.max"), (GROUPS / "memory", "memory.limit_in_bytes")):
        made = root / f"hts-test-{os.getpid()}"
        with contextlib.suppress(OSError):
            made.mkdir()
            if (made / name).exists():
                (made / name).write_text(str(most))
                return made
            made.rmdir()
    return None


def _leave(group: Path) -> None:
    for pid in (group / "cgroup.procs").read_text().split():
        with contextlib.suppress(OSError):  # it has ended
            (group.parent / "cgroup.procs").write_text(pid)
    group.rmdir()


def taken(web: psutil.Process) -> int:
    """Bytes of it and its children that cannot be given back."""
    found = 0
    for process in (web, *web.children(recursive=True)):
        with contextlib.suppress(OSError, psutil.Error):
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
            found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:"))
    return 1000 * found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_network_and_its_controls_fit_and_end(visit, store, capped):
    web, peak = capped(MOST), 0
    page = visit("/?controls=none,gaussian&iterations=100")
    press(page, "train")

    def ended() -> bool:
        nonlocal peak
        peak = max(peak, taken(web))
        runs = store.runs.list()
        return bool(runs) and not any(run.active for run in runs)

    until(page, ended, PATIENCE)
    assert [run.state for run in store.runs.list()] == ["finished"]
    assert peak <= MOST, f"{peak / 1e6:.0f} MB"
    no_traceback(page)
