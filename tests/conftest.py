"""Fixtures every room shares."""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE

from hts.process_variables import set_variables

set_variables(os.environ)  # before anything loads torch

ROOT = Path(__file__).resolve().parent.parent
START_PROCESSES = {  # fixtures, by where they are used
    "tests/bench/": {"broken_lab"},
    "tests/studio/cluster/": {"wires"},
    "tests/studio/jobs/": {"lab", "busy_lab", "dead", "post"},
    "tests/studio/lab/test_raw_messages.py": {"lab"},
}
# Where programs are watched at work: these tests go before others in the queue for the cores.
ALONE = (
    "tests/bench/test_faults.py", "tests/browser/", "tests/deploy/", "tests/pages/",
    "tests/studio/cli/", "tests/studio/cluster/", "tests/studio/jobs/", "tests/studio/lab/",
)  # fmt: skip
_PROGRAMS = {"subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"}
_MAY_START = ("browser", "gpu", "process", "slow")
_item: pytest.Item | None = None  # a test that may start no program, while it runs


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by folder and by fixture what drives a browser, starts processes, goes first."""
    for item in items:
        if not item.path.is_relative_to(ROOT):  # a copy of the tree with a changed file
            continue
        place = item.path.relative_to(ROOT).as_posix()
        if place.startswith("tests/browser/"):
            item.add_marker("browser")
        for start, names in START_PROCESSES.items():
            asked = item._fixtureinfo.argnames if place.startswith(start) else ()
            if names.intersection(asked):
                item.add_marker("process")
        if place.startswith(ALONE) and any(map(item.get_closest_marker, _MAY_START)):
            item.add_marker("alone")
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(2 * PATIENCE))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test without a mark cannot start a program, so that `make fast` starts none."""
    global _item
    _item = None if any(map(item.get_closest_marker, _MAY_START)) else item
    try:
        return (yield)
    finally:
        _item = None


def _started(event: str, _arguments: tuple[object, ...]) -> None:
    if event in _PROGRAMS and _item is not None:
        raise AssertionError(f"{_item.nodeid} starts a program: mark it `process`")


sys.addaudithook(_started)


@pytest.fixture(autouse=True)
def _tables_of_everybody() -> Iterator[None]:
    """Where names of tables lead for visitors of pages is forgotten after a test."""
    yield
    tables = sys.modules.get("hts.data.sources.tables")
    if tables is not None:
        tables.look_on(tables.everything)


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    """A page that a test runs takes the place of the main module, which a spawned process reads."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """What is done at a signal is not left changed: with Ray's handler a later test would fail."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def shared_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with real data, which the test reads too; or a skip that says how to have it."""
    named = os.environ.get("HTS_DATA_DIR")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not (folder / "ecg5000.npz").exists():
        pytest.skip("needs the real data: set HTS_DATA_DIR to a folder holding ecg5000.npz")
    monkeypatch.setenv("HTS_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for runs, used by everything that the test starts."""
    monkeypatch.setenv("HTS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def own_family(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kinds of two files as plugins would register them, for one test."""
    from hts.families import FAMILIES
    from hts.models.activations import ACTIVATIONS, checked_activation

    for registry in (FAMILIES, ACTIVATIONS):
        monkeypatch.setattr(registry, "_kinds", dict(registry))
    checked_activation.cache_clear()
    for plugin in ("examples/own_model.py", "tests/support/own_family.py"):
        runpy.run_path(str(ROOT / plugin))
    yield
    checked_activation.cache_clear()
