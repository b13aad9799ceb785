"""What a teacher pins: checked, and the same again after a way through JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

from hts.config import RunConfig
from hts.runs.presets import PRESETS
from hts.studio.classroom.free import Free
from hts.studio.classroom.question import Question
from hts.studio.classroom.task import Goal, Task
from hts.studio.classroom.tasks import TASKS, task_of_preset
from hts.validate import BadInput

SEED = Free(name="seed", low=1, high=30)


@pytest.mark.parametrize("task", [*TASKS, *map(task_of_preset, PRESETS)], ids=lambda t: t.title)
def test_every_ready_task_comes_back_from_its_json(task):
    again = Task.from_json(task.to_json())
    assert again == task
    assert again.mark == task.mark
    assert task.fits(task.config)


def test_only_what_is_free_may_be_changed_and_only_so_far():
    task = Task(title="t", config=RunConfig(seed=1), free=(SEED,))
    assert task.with_settings({"seed": 30}).seed == 30
    with pytest.raises(BadInput, match="seed may be 1 to 30 in this task, got 31"):
        task.with_settings({"seed": 31})
    with pytest.raises(BadInput, match="width is fixed in this task; free to change: seed"):
        task.with_settings({"width": 100_000})
    with pytest.raises(BadInput, match="got '7'"):
        task.with_settings({"seed": "7"})


def test_a_run_fits_where_all_but_the_free_settings_agree():
    task = Task(title="t", config=RunConfig(seed=1), free=(SEED,))
    assert task.fits(RunConfig(seed=12))
    assert not task.fits(RunConfig(seed=31))
    assert not task.fits(RunConfig(seed=12, alpha=1.5))


@pytest.mark.parametrize(
    ("before", "after", "ratio", "met"),
    [(91, 90, 40, True), (91, 89.9, 40, False), (91, 90, 39.9, False), (80.5, 79.9, 90, False)],
)
def test_a_goal_is_met_by_loss_accuracy_and_ratio(before, after, ratio, met):
    goal = Goal(points=1.0, least=80.0, ratio=40.0)
    assert goal.met(before=before, after=after, ratio=ratio) is met


def test_another_question_is_another_task():
    task = Task(title="t", question=Question(text="How many?"))
    other = dataclasses.replace(task, question=Question(text="How much?"))
    assert task.mark != other.mark


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task": 2}, "a task is a JSON object"),
        ({"title": ""}, "a task's title must be a text of 1 to 80"),
        ({"settings": {"widht": 3}}, "Did you mean 'width'"),
        ({"settings": {"seed": 99}, "free": [{"name": "seed", "low": 1, "high": 9}]}, "got 99"),
        ({"free": [{"name": "device", "among": ["cpu", "cuda"]}]}, "a free setting must be one of"),
        ({"free": [{"low": 1}]}, "free needs name"),
        ({"free": [{"name": "alpha", "low": 1, "high": 3}]}, "stable laws exist only there"),
        ({"free": [{"name": "noise", "among": ["II"]}]}, "needs two or more"),
        ({"goal": {"points": -1}}, "points must be a number"),
        ({"question": {"text": "?", "choices": ["a"]}}, "2 to 8 different choices"),
        ({"question": {"text": "?", "choices": ["a", "b"], "truth": "c"}}, "truth must be one of"),
        ({"question": {"text": "?", "measured": "luck"}}, "measured must be one of"),
        ({"script": "x"}, "a part of a task must be one of"),
    ],
)
def test_a_task_of_somebody_else_is_read_with_care(change, said):
    values = {"task": 1, "title": "t", **change}
    with pytest.raises(BadInput, match=said):
        Task.from_json(json.dumps(values))


@pytest.mark.parametrize("text", ["", "[]", "[" * 50_000, "{" * 200_000])
def test_what_is_no_task_is_said(text):
    with pytest.raises(BadInput):
        Task.from_json(text)


def test_answers_are_checked_when_given_and_when_read():
    number = Question(text="How many?", unit="%")
    assert number.read("41") == 41.0
    assert number.read('"many"') is None
    assert number.said(41.0) == "41 %"
    choice = Question(text="Which?", choices=("I", "II"))
    assert choice.read('"II"') == "II"
    with pytest.raises(BadInput, match="your answer must be one of I, II"):
        choice.check("III")
