"""What a course says of its steps: the part of an epoch, the seconds, and which axes may change."""

from __future__ import annotations

import dataclasses

import pytest

from hts.studio.figures.run.course import course
from hts.studio.figures.run.history import training_history
from hts.studio.figures.run.tail import tail_history
from hts.studio.figures.view import arms_of


def test_a_step_is_its_batch_of_the_training_examples(main):
    config = dataclasses.replace(main.config, data="digits", batch_size=50)
    run = dataclasses.replace(main, config=config)
    assert course(arms_of([run]), {})["course"]["epoch"] == pytest.approx(50 / 1438)
    whole = dataclasses.replace(run, config=dataclasses.replace(config, batch_size=10_000))
    assert course(arms_of([whole]), {})["course"]["epoch"] == 1
    assert course(arms_of([run, whole]), {})["course"]["epoch"] is None  # no one answer


def test_the_seconds_are_those_of_each_arm(main, twin):
    slow = [dataclasses.replace(e, seconds=2 * e.seconds) for e in twin.evaluations]
    arms = arms_of([main, dataclasses.replace(twin, evaluations=slow)])
    seconds = course(arms, {})["course"]["seconds"]
    for arm, factor in zip(arms, (1, 2), strict=True):
        steps, known = seconds[arm.key]
        assert steps[-1] == main.evaluations[-1].step
        assert known[-1] == pytest.approx(factor * main.evaluations[-1].seconds, rel=1e-4)
    without = arms_of([main, dataclasses.replace(twin, evaluations=[])])
    assert course(without, {})["course"]["seconds"] is None


def test_the_courses_of_a_run_say_so_and_name_axes_that_are_there(main, twin):
    for draw, smooth in ((training_history, True), (tail_history, False)):
        layout = draw(arms_of([main, twin])).figure["layout"]
        assert layout["meta"]["course"]["smooth"] is smooth
        assert set(layout["meta"]["course"]["logs"]) <= set(layout)
        assert layout["xaxis"]["title"]["text"] == "iteration"
