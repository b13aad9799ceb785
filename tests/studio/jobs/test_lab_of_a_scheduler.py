"""A real scheduler where several people share it: turns, limits, draining, forgotten runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hts.studio.jobs import client
from hts.studio.lab.people import Person

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")

LAB = """
mode = "oidc"
idle_minutes = 0.02
[limits.member]
running = 1
seconds = 2
iterations = 1_000_000_000
"""


def settle(path: Path, text: str) -> None:
    """Write settings that are whole whenever they are read."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@pytest.fixture
def people(store, home, monkeypatch) -> list[Person]:
    """Two members of a lab whose settings the scheduler reads too."""
    path = home / "lab.toml"
    settle(path, LAB)
    monkeypatch.setenv("HTS_LAB", str(path))
    found = [Person(id=f"oidc:{name}", name=name, role="member", how="oidc") for name in "ab"]
    for person in found:
        store.people.remember(person.id, name=person.name, role=person.role, how=person.how)
    return found


def test_a_lab_is_served_in_turn_within_limits_and_not_while_it_drains(
    lab, home, store, people, short, long
):
    a, b = people
    store.queue.drain("Restarting.")
    lab.scheduler(slots=2)
    first, second = (client.submit(store, long.replace(seed=n), by=a)[0] for n in (1, 2))
    (other,) = client.submit(store, short, by=b)
    lab.beats()
    assert {run.state for run in store.runs.list()} == {"queued"}
    store.queue.drain(None)
    lab.until(first, "running")
    lab.until(other, "finished")  # b is served although a asked twice before
    # a's first computes for longer than a member may, and is stopped with what it has
    ended = lab.until(first, "finished")
    settle(home / "lab.toml", LAB.replace("seconds = 2", "seconds = 2000"))
    assert ended.result.stop_reason == "stopped"
    assert ended.message.startswith("It computed longer than the 2 s its owner may have.")
    # one run at a time: a's second waited although there was a slot
    began = lab.until(second, lambda run: run.state == "running" and run.step > 0)
    assert began.started >= ended.ended
    assert store.runs.get(other).started < began.started
    # paused and forgotten, it leaves with its checkpoint and can be resumed
    client.pause(store, second, by=a)
    left = lab.until(second, "interrupted")
    assert "nobody touched it for 0.02 minutes" in left.message
    assert left.checkpoint_step == left.step > 0
    assert left.pid is None
    client.resume(store, second, by=a)
    lab.until(second, lambda run: run.state == "running" and run.step >= left.step)
    client.stop(store, second, by=a)
    lab.until(second, "finished")
