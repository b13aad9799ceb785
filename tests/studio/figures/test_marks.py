"""Marks where settings change, in words and drawn."""

from __future__ import annotations

import dataclasses

import factories
import pytest

from hts.config import RunConfig
from hts.studio.figures import words
from hts.studio.figures.marks import drawn, injected_course, marks_of, so_far
from hts.studio.figures.run.history import training_history
from hts.studio.figures.run.tail import tail_history
from hts.studio.figures.theme import ideas
from hts.studio.figures.view import arms_of

CHANGING = {"alpha": "2@0/1.5@40", "lr": "0.1@0/0.05@40", "noise": "III@0/II@70"}


def test_schedules_and_steering_are_marked_alike():
    planned = RunConfig(**CHANGING)
    steered = RunConfig(alpha=2, lr=0.1).steered(40, alpha=1.5, lr=0.05).steered(70, noise="II")
    expected = [(40, "alpha 1.5, learning rate 0.05"), (70, "type II noise")]
    assert marks_of(planned) == expected
    assert sorted(marks_of(steered)) == [
        (40, "alpha 1.5, learning rate 0.05"), (70, "type II noise")
    ]  # fmt: skip


def test_settings_that_stay_have_no_mark():
    assert marks_of(RunConfig()) == []


def test_value_on_its_way_is_marked_where_it_ends():
    config = RunConfig(sigma="1@0/0.5@100:linear").steered(60, sigma=0.2)
    assert len(config.change_steps) > 50
    assert marks_of(config) == [(60, "sigma 0.2")]


def test_only_what_has_happened_is_drawn(main):
    run = dataclasses.replace(main, config=factories.config(**CHANGING), step=50)
    assert [mark.step for mark in so_far(run)] == [40]


@pytest.mark.parametrize("draw", [training_history, tail_history])
def test_every_change_is_a_rule_with_its_words(main, draw):
    run = dataclasses.replace(main, config=factories.config(**CHANGING))
    assert run.steps_done > 70
    card = draw(arms_of([run]))
    layout = card.figure["layout"]
    assert {s["x0"] for s in layout["shapes"] if s["yref"] == "paper"} == {40, 70}
    texts = [a["text"] for a in layout["annotations"]]
    assert texts.count("type II noise") == 1
    assert "type II noise from step 70" in card.alt


def test_labels_that_would_lie_over_each_other_are_left_out():
    config = RunConfig(alpha="2@0/1.5@100/1.7@102/1.8@900")
    shapes, labels = drawn(marks_of(config), 1000)
    assert [shape["x0"] for shape in shapes] == [100, 102, 900]
    assert [label["text"] for label in labels] == ["alpha 1.5", "alpha 1.8"]


def test_injected_alpha_follows_its_schedule():
    steps, alphas = injected_course(RunConfig(alpha="2@0/1.5@40/1.25@400"), 100)
    assert (steps, alphas) == ([0, 40, 100], [2, 1.5, 1.5])
    steps, alphas = injected_course(RunConfig(alpha="2@0/1@100:linear"), 50)
    assert alphas[steps.index(25)] == 1.75
    assert alphas[-1] == 1.5


def test_tail_figure_draws_an_alpha_that_moves_as_steps(main):
    run = dataclasses.replace(main, config=factories.config(**CHANGING))
    traces = {trace.get("name"): trace for trace in tail_history(arms_of([run])).figure["data"]}
    assert traces["injected"]["line"]["shape"] == "hv"
    assert traces["injected"]["y"][:2] == [2, 1.5]
    assert "injected" not in {t.get("name") for t in tail_history(arms_of([main])).figure["data"]}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"alpha": "2@0/1.5@500"}, "type III noise, alpha 2 → 1.5"),
        ({"noise": "III@0/gaussian@9"}, "type III → Gaussian noise, alpha 1.75"),
        ({"noise": "none@0/III@9"}, "no → type III noise, alpha 1.75"),
        ({"noise": "gaussian", "lr": "0.1@0/0.2@5"}, "Gaussian noise"),
        ({"alpha": "2@0/1.9@5/1.8@6/1.2@7"}, "type III noise, alpha 2 → … → 1.2"),
    ],
)
def test_noise_that_changes_is_said_with_its_course(settings, said):
    assert words.injected(RunConfig(**settings)) == said


def test_an_open_mark_is_a_rejected_fit_and_nothing_else():
    looks = ideas([1.5] * 5 + [2.0] * 5 + [None] * 5)
    assert not [look.symbol for look in looks if "open" in look.symbol]
    assert "triangle-down" not in {look.symbol for look in looks}  # that of gradient noise
