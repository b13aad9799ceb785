"""A lesson tried on this machine: what is reckoned from what was measured, and real runs."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from patience import PATIENCE

from hts.config import RunConfig
from hts.studio.classroom.free import Free
from hts.studio.classroom.task import Task
from hts.studio.cli.main import main
from hts.studio.jobs import rehearsal
from hts.studio.jobs.rehearsal import Rehearsal, rehearse, to_try

TINY = RunConfig(width=20, iterations=40, eval_every=20, device="cpu")


def made(**values) -> Rehearsal:
    given = {
        "students": 30, "runs": 30, "slots": 10, "threads": 1, "iterations": 400, "seconds": 12.0,
        "first": 14.0, "measured": 1.0, "busy": 3.0, "memory": 1e8, "free": 1e9,
    }  # fmt: skip
    return Rehearsal(**{**given, **values})


def test_the_queue_of_a_class_is_reckoned_from_a_run():
    found = made()
    assert (found.wait, found.done) == (24.0, 36.0)
    assert found.words == (
        "30 students: 12 seconds a run, 10 at a time, queue 24 seconds, everybody has a result "
        "after 36 seconds."
    )
    assert found.advice == "Nothing needs to change."
    assert made(students=31, runs=31).wait == 36.0
    assert made(runs=1).words == (
        "30 students, 1 different run: 12 seconds a run, 10 at a time, no queue, everybody has a "
        "result after 12 seconds."
    )


def test_what_is_slow_is_named_with_what_would_change_it(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 9)
    queue = made(slots=2)
    assert queue.done == 180.0
    assert queue.advice == (
        "The queue will be slow. For results within 2 minutes: HTS_SLOTS=8 would use the cores "
        "that are idle; about 260 iterations instead of 400 would do; so would a task that allows "
        "20 different runs (fewer seeds, which students share)."
    )
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    long = made(slots=2, seconds=600.0, runs=2)
    assert long.advice == (
        "Each run will be slow. For results within 2 minutes: about 80 iterations instead of 400 "
        "would do."
    )
    assert "choose a smaller width" in made(slots=1, seconds=9000.0, iterations=20).advice
    short = made(memory=4e9)
    assert short.advice.startswith("Memory will be short: 10 runs at a time need")
    assert "Set HTS_SLOTS to 2 or take" in short.advice


@pytest.mark.parametrize(
    ("free", "count"),
    [
        ((), 1),
        ((Free(name="seed", low=1, high=8),), 8),
        ((Free(name="seed", low=1, high=100),), 30),
        ((Free(name="alpha", low=1.2, high=2.0),), 30),
        ((Free(name="noise", among=("I", "III")), Free(name="seed", low=1, high=100)), 30),
    ],
)
def test_a_class_asks_for_as_many_different_runs_as_the_task_allows(free, count):
    task = Task(title="t", config=TINY, free=free)
    found = task.variants(30)
    assert len({config.hash for config in found}) == len(found) == count
    assert all(task.fits(config) for config in found)


def test_two_rounds_are_tried_spread_over_what_the_class_may_ask_for():
    configs = [TINY.replace(seed=seed) for seed in range(1, 31)]
    assert [config.seed for config in to_try(configs, 2)] == [1, 8, 16, 23]
    assert len(to_try(configs, 100)) == 16
    assert to_try(configs[:1], 2) == configs[:1]


@pytest.mark.process
def test_real_runs_are_tried_and_nothing_of_them_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(rehearsal, "LONGEST", 600.0)
    configs = [TINY.replace(seed=seed) for seed in (1, 2)]
    said: list[str] = []
    found = rehearse(
        configs, students=30, runs=3, slots=1, threads=1,
        tell=lambda words, share: said.append(words),
    )  # fmt: skip
    assert (found.students, found.runs, found.slots, found.measured) == (30, 3, 1, 1.0)
    assert found.seconds > 0
    assert found.wait == 2 * found.seconds
    assert list(dict.fromkeys(said)) == [
        "What the machine does already", "The first run", "2 runs, 1 at a time",
    ]  # fmt: skip
    assert list(Path(tmp_path).iterdir()) == []
    give_up = time.monotonic() + PATIENCE
    while _processes_of(tmp_path) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert _processes_of(tmp_path) == []


def _processes_of(folder: Path) -> list[list[str]]:
    every = [one.info["cmdline"] or [] for one in psutil.process_iter(["cmdline"])]
    return [words for words in every if any(str(folder) in word for word in words)]


@pytest.mark.parametrize(
    ("slots", "took", "share", "seconds"),
    [(2, 24.0, 1.0, 12.0), (2, 120.0, 0.5, 120.0), (1, 120.0, 0.1, 600.0)],
)
def test_runs_that_take_too_long_are_reckoned_from_what_was_done(
    monkeypatch, slots, took, share, seconds
):
    """Two rounds of runs, of which ``share`` was done when it was waited no longer."""
    monkeypatch.setattr(rehearsal, "_scheduler", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(rehearsal, "_train", lambda *_: (took, share))
    configs = [TINY.replace(seed=seed) for seed in range(2 * slots)]
    found = rehearse(configs, students=29, runs=29, slots=slots, threads=1)
    assert found.seconds == pytest.approx(seconds)
    assert found.measured == share


def test_the_command_says_it_and_knows_its_lessons(home, capsys, monkeypatch, tmp_path):
    asked = {}

    def instead(tried, **given):
        asked.update(given, tried=tried)
        return made(students=given["students"], runs=given["runs"], busy=60.0, measured=0.5)

    monkeypatch.setattr("hts.studio.cli.lab_parts.lesson.rehearse", instead)
    monkeypatch.setenv("HTS_SLOTS", "3")
    monkeypatch.setenv("HTS_THREADS", "1")
    assert main(["lab", "rehearse", "--students", "12"]) == 0
    said = capsys.readouterr().out
    assert "12 students: 12 seconds a run, 10 at a time, queue 12 seconds" in said
    assert "waited for up to 50 %" in said
    assert "Other programs used 60 % of the CPU beforehand" in said
    assert (asked["slots"], asked["threads"], asked["runs"], len(asked["tried"])) == (3, 1, 12, 6)
    file = tmp_path / "task.json"
    file.write_text(Task(title="Mine", config=TINY).to_json())
    assert main(["lab", "rehearse", "--task", str(file), "--json"]) == 0
    assert '"task": "Mine"' in capsys.readouterr().out
    assert [config.width for config in asked["tried"]] == [20]
    assert main(["lab", "rehearse", "--preset", "wide"]) == 0
    assert asked["tried"][0].width == 10_000
    assert main(["lab", "rehearse", "--preset", "wid"]) == 2
    assert main(["lab", "rehearse", "--students", "none"]) == 2
