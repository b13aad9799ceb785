"""Steering a run from its page: one change a release, refused in words, listed for everybody."""

from __future__ import annotations

import factories
import pytest

from hts.studio.jobs import steering
from pages._parts.board.live import _shape
from pages._parts.board.views import look_up


@pytest.fixture
def running(store) -> str:
    """A run at step 411, as far as its row tells."""
    run_id = store.runs.create(factories.config(controls="none", iterations=1000))
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.control.progress(run_id, 411, 2.0)
    return run_id


def take_up(store, run_id):
    steering.take_up(store, run_id, store.runs.get(run_id).step + 1)


def test_each_control_sends_one_change(open_page, store, running, said):
    page = open_page("train", run=running)
    page.slider(key="steer_alpha").set_value(1.5).run()
    assert not page.exception
    wishes = store.runs.get(running).wishes
    assert [(wish.setting, wish.value) for wish in wishes] == [("alpha", 1.5)]
    assert "alpha 1.5 from the next step" in said(page)
    take_up(store, running)
    store.tail.forget(running)
    page.text_input(key="steer_lr").set_value("0.1").run()
    assert page.slider(key="steer_alpha").value == 1.5
    run = store.runs.get(running)
    assert [(wish.setting, wish.value) for wish in run.wishes] == [("lr", 0.1)]
    assert [change.step for change in run.steered] == [412]
    assert "alpha 1.5 from step 412 · learning rate 0.1 from the next step" in said(page)


def test_a_page_that_shows_the_run_is_run_anew_when_somebody_steers_it(store, running):
    before = _shape(look_up(store, running))
    assert _shape(look_up(store, running)) == before
    steering.ask(store, running, {"alpha": 1.5}, who=None)
    store.tail.forget(running)
    asked = _shape(look_up(store, running))
    assert asked != before
    take_up(store, running)
    store.tail.forget(running)
    assert _shape(look_up(store, running)) not in (before, asked)


def test_controls_show_what_is_in_force(open_page, store, running):
    steering.ask(store, running, {"noise": "II", "sigma": 0.25}, who=None)
    take_up(store, running)
    page = open_page("train", run=running)
    assert page.text_input(key="steer_sigma").value == "0.25"
    steering.ask(store, running, {"noise": "gaussian"}, who=None)
    page = open_page("train", run=running)
    assert page.slider(key="steer_alpha").disabled


def test_a_finished_run_lists_what_was_changed_and_is_left_alone(open_page, store, running, said):
    steering.ask(store, running, {"alpha": 1.5}, who=None)
    take_up(store, running)
    store.control.finish(running, factories.result(factories.snapshot(1000, 1.5)))
    page = open_page("train", run=running)
    assert not page.exception
    assert "alpha 1.5 from step 412" in said(page)
    assert "alpha 1.75 → 1.5" in page.title[0].value
    assert not [one for one in page.slider if one.key == "steer_alpha"]


def test_a_run_that_has_ended_meanwhile_takes_no_change(open_page, store, running):
    page = open_page("train", run=running)
    slider = page.slider(key="steer_alpha").set_value(1.5)
    store.control.finish(running, factories.result(factories.snapshot(1000, 1.5)))
    slider.run()
    assert not page.exception
    assert store.runs.get(running).wishes == ()
