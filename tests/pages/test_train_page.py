"""The Train page: empty, with runs, with bad addresses and with bad settings."""

from __future__ import annotations

import dataclasses

import pytest
import streamlit as st
from now import now

from hts.data import info
from hts.records import RunResult
from hts.runs.presets import PRESETS
from hts.studio.figures.theory.columns import percent
from hts.theory.pure_noise import NoiseLayers
from pages._parts.form import controls
from pages._parts.form.address import FIRST


def test_an_empty_store_invites(open_page):
    page = open_page("train")
    assert not page.exception
    assert "heavy-tailed noise" in page.title[0].value
    assert page.button(key="train_now")
    assert page.query_params == {}


def test_the_first_screen_says_what_the_noise_does_beside_its_control(open_page, said):
    page = open_page("train")
    for alpha in (1.5, 2.0):
        page.select_slider(key="first_alpha").set_value(alpha).run()
        assert not page.exception
        share, control = (percent(NoiseLayers().read(at).share) for at in (alpha, 2.0))
        words = said(page)
        assert f"The smallest {share} of the columns hold only a tenth" in words
        assert f"Gaussian control: {control}" in words
        assert "not trained" in words


def test_the_words_of_the_first_screen_are_defined(open_page):
    page = open_page("train")
    told = {caption.value: caption.help for caption in page.caption if caption.help}
    assert {"Unit", "Column", "Tail index", "Squared error", "Control"} <= told.keys()


def test_a_finished_run_is_reopened_by_its_address(open_page, pair, said):
    page = open_page("train", run=pair[0])
    assert not page.exception
    assert page.title[0].value.endswith("type III noise, alpha 1.75")
    assert "with Gaussian control" in said(page)
    assert "the Gaussian control" in said(page)
    assert page.button(key="do_repeat")
    assert "".join(page.query_params["run"]) == pair[0]
    assert page.text_input(key="set_width").value == "500"  # the form shows the run's settings


def test_the_pruned_share_reads_out_accuracy_of_both(open_page, pair):
    page = open_page("train", run=pair[0])
    page.slider(key="removed").set_value(0).run()
    assert not page.exception
    read_out = next(c.value for c in page.markdown if "With 0 %" in c.value)
    assert read_out == (
        ":small[With 0 % removed the noisy network keeps 95 %, the Gaussian control 95 %: "
        "no difference in one seed.]"
    )


def test_a_run_alone_reads_out_its_accuracies(open_page, finished, said):
    page = open_page("train", run=finished())
    assert "With 50 % of units removed: " in said(page)
    assert "on test" in said(page)


def test_looking_back_shows_a_kept_moment(open_page, pair, said):
    page = open_page("train", run=pair[0])
    page.select_slider(key="look_back").set_value(100).run()
    assert not page.exception
    assert "At step 100: With 50 % removed" in said(page)


def test_a_look_is_passed_on_by_the_address(open_page, pair, said):
    page = open_page("train", run=pair[0], removed="73", moment="100")
    assert not page.exception
    assert "At step 100: With 73 % removed" in said(page)
    page.slider(key="removed").set_value(20).run()
    assert "At step 100: With 20 % removed" in said(page)
    assert "".join(page.query_params["removed"]) == "20"
    assert "".join(page.query_params["moment"]) == "100"
    page = open_page("train", run=pair[0], moment="101", layer="7", removed="abc")
    assert not page.exception
    assert "moment" not in page.query_params  # no such moment was kept: the latest is shown
    assert "removed must be a whole number from 0 to 100, got 'abc'" in said(page)


def test_the_first_look_has_eight_seeds_and_two_controls(open_page, store):
    page = open_page("train")
    page.button(key="train").click().run()
    (run,) = store.runs.list()
    assert (run.config.replicates, run.config.controls) == (8, "none,gaussian")


def test_train_submits_a_run_with_its_control_and_follows_it(open_page, store):
    page = open_page("train", sigma="0.2")
    page.button(key="train").click().run()
    assert not page.exception
    (run,) = store.runs.list()
    assert (run.config.replicates, run.config.controls, run.config.sigma) == (
        1, "gaussian", 0.2,
    )  # fmt: skip
    assert "".join(page.query_params["run"]) == run.id
    assert "".join(page.query_params["sigma"]) == "0.2"


def test_replicates_and_controls_are_chosen_and_kept_in_the_address(open_page, store):
    page = open_page("train")
    page.text_input(key="set_replicates").set_value("3").run()
    page.pills(key="set_beside").set_value(["none", "II"]).run()
    assert not page.exception
    assert "".join(page.query_params["controls"]) == "none,II"
    page.segmented_control(key="set_noise").set_value("II").run()
    assert page.pills(key="set_beside").value == ["none"]
    page.button(key="train").click().run()
    (run,) = store.runs.list()
    assert (run.config.replicates, run.config.controls, run.config.noise) == (3, "none", "II")


def test_a_preset_fills_the_form_and_the_address(open_page):
    page = open_page("train")
    page.selectbox(key=now(page, "set_preset")).select("ecg-to-target").run()
    assert not page.exception
    assert page.text_input(key=now(page, "set_width")).value == "2000"
    assert page.text_input(key=now(page, "set_target_accuracy")).value == "95"
    assert "".join(page.query_params["data"]) == "ecg5000-binary"


def test_alpha_below_the_slider_comes_from_the_address(open_page, store):
    page = open_page("train", alpha="0.7", noise="II")
    assert not page.exception
    assert page.slider(key="set_slider").value == 0.7
    assert open_page("train", alpha="0.123").text_input(key="set_alpha").value == "0.123"
    page.button(key="train").click().run()
    assert store.runs.list()[-1].config.alpha == 0.7


NONSENSE = {
    "alpha": ("abc", "alpha must be a number in (0, 2\\], got 'abc'"),
    "width": ("-3", "width must be a whole number"),
    "data": ("nope", "data must be one of"),
    "run": ("doesnotexist", "There is no run 'doesnotexist'"),
    "twin": ("maybe", "twin must be one of"),
    "preset": ("best", "preset must be one of"),
    "seed": ("99999999999999999", "too large"),
    "sigm": ("1", "Did you mean sigma?"),
    "lr": ("inf", "lr must be a finite number"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_nonsense_address_is_explained_and_the_default_stands(open_page, name):
    text, expected = NONSENSE[name]
    page = open_page("train", **{name: text})
    assert not page.exception
    assert expected in page.warning[0].value
    assert page.text_input(key="set_width").value == str(FIRST["width"])
    assert page.query_params == {}


def test_all_nonsense_at_once(open_page):
    page = open_page("train", **{name: text for name, (text, _) in NONSENSE.items()})
    assert not page.exception
    for _, expected in NONSENSE.values():
        assert expected in page.warning[0].value


def test_a_deleted_run_is_told_and_forgotten(open_page):
    page = open_page("train", run="0123456789-1")
    assert not page.exception
    assert "There is no run '0123456789-1'" in page.error[0].value
    assert page.query_params == {}


def test_a_twin_that_is_gone_leaves_the_run(open_page, pair):
    page = open_page("train", run=pair[0], twin="0123456789-1")
    assert not page.exception
    assert "No other run is drawn over" in page.warning[0].value


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("set_width", 10**9, "width 1000000000 on digits needs about"),
        ("set_width", 0, "width must be a whole number from 1"),
        ("set_alpha", 0.0, "alpha must be a number in (0, 2\\], got 0"),
        ("set_alpha", 2.5, "alpha must be a number in (0, 2\\], got 2.5"),
        ("set_lr", -1.0, "lr must be a finite number above 0"),
        ("set_sigma", -1.0, "sigma must be a finite number"),
        ("set_depth", 99, "depth must be a whole number"),
    ],
)
def test_bad_settings_are_refused_in_words_and_kept(open_page, store, key, value, expected):
    page = open_page("train")
    page.text_input(key=key).set_value(str(value)).run()
    page.button(key="train").click().run()
    assert not page.exception
    assert expected in page.error[0].value
    assert page.text_input(key=key).value == f"{value:g}" or value == 10**9
    assert store.runs.list() == []


def test_settings_that_do_not_go_together_are_refused(open_page, store):
    page = open_page("train", scaling="mean_field", depth="2")
    assert not page.exception
    assert "mean_field needs depth 1" in page.error[0].value
    page.button(key="train_now").click().run()
    assert not page.exception
    assert store.runs.list() == []


def test_a_control_that_would_be_the_run_itself_is_not_offered(open_page, store):
    page = open_page("train", noise="gaussian", controls="none,gaussian")
    assert page.pills(key="set_beside").value == ["none"]
    page.button(key="train").click().run()
    assert store.runs.list()[0].config.controls == "none"


def test_an_interrupted_run_says_why_and_offers_what_can_be_done(open_page, store):
    run_id = store.runs.create(finished_config())
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.control.mark_interrupted(run_id, "Worker process 1 was ended by signal 9 (SIGKILL).")
    page = open_page("train", run=run_id)
    assert not page.exception
    assert "SIGKILL" in page.warning[0].value
    assert page.button(key="do_repeat")
    page.button(key="do_repeat").click().run()
    assert not page.exception
    assert len(store.runs.list()) == 2


def test_a_divergence_is_explained(open_page, store):
    run_id = store.runs.create(finished_config())
    store.control.claim(run_id, pid=1, pid_started=1.0)
    nothing = dict.fromkeys(
        ("train_accuracy", "test_accuracy", "pruning_ratio", "train_accuracy_pruned",
         "test_accuracy_pruned", "tail_index")
    )  # fmt: skip
    words = "Diverged at step 12: to change, lower sigma."
    store.control.finish(
        run_id,
        RunResult(iterations=12, stop_reason="diverged", seconds=1.0, message=words, **nothing),
    )
    page = open_page("train", run=run_id)
    assert not page.exception
    assert words in page.warning[0].value


def test_a_queued_run_is_shown_and_can_be_stopped(open_page, store):
    page = open_page("train")
    page.button(key="train_now").click().run()
    page.button(key="do_stop").click().run()
    assert not page.exception
    assert {run.state for run in store.runs.list()} == {"cancelled"}


def test_plane_problems_show(open_page, finished):
    page = open_page("train", run=finished(data="moons"))
    assert not page.exception
    assert "Moons" in page.title[0].value


def given_table(page, name, content):
    page.button(key="table_add").click().run()
    page.file_uploader(key="table_file").set_value((name, content, "text/csv"))
    return page.run()


@pytest.mark.process
def test_a_table_that_cannot_be_used_is_explained(open_page):
    page = given_table(open_page("train"), "bad.csv", b"a,label\n1,x\n2,\n")
    assert not page.exception
    assert "labels are missing in column 'label'" in page.warning[0].value
    assert page.button(key="table_use").disabled


@pytest.mark.process
def test_an_own_table_is_shown_and_becomes_the_dataset(open_page):
    rows = "".join(f"{i + 9},{i % 7},{'ab'[i % 2]}\n" for i in range(60))
    page = given_table(open_page("train"), "mine.csv", b",y2,label\n" + rows.encode())
    assert not page.exception
    said = page.markdown[-1].value
    assert "48 training and 12 test examples of 1 inputs" in said
    assert "label: a (30), b (30). Left out: row numbers." in said
    shown = page.dataframe[-1].value
    assert list(shown.columns) == ["column 1 (left out)", "y2 (number)", "label (label)"]
    page.button(key="table_use").click().run()
    assert not page.exception
    assert page.selectbox(key=now(page, "set_data")).value.startswith("table:")
    assert "mine is chosen" in page.toast[0].value
    assert "".join(page.query_params["data"]).startswith("table:")


@pytest.mark.process
def test_how_a_table_is_read_can_be_changed(open_page):
    rows = "".join(f"{w};{i % 7};{'ab'[i % 2]}\n" for i, w in enumerate(["975,5", "1.428"] * 20))
    page = given_table(open_page("train"), "watts.csv", b"watt;day;label\n" + rows.encode())
    assert "1.428" in page.warning[0].value
    assert page.button(key="table_use").disabled
    choose = {box.label: box for box in page.selectbox}
    assert choose["Separator"].placeholder == "found: semicolon"
    choose["Decimal mark"].select(",").run()
    assert not page.exception
    assert not page.warning
    {box.label: box for box in page.selectbox}["Label column"].select("day").run()
    assert "'label' ('a' in line 2" in page.warning[0].value
    {box.label: box for box in page.selectbox}["Index column"].select("label").run()
    assert not page.warning
    page.button(key="table_use").click().run()
    name = page.selectbox(key=now(page, "set_data")).value
    assert "thousands point" in info(name).sentence
    assert info(name).class_names == tuple(map(str, range(7)))


def finished_config():
    from hts.config import RunConfig

    return RunConfig(width=50, iterations=100)


def test_a_deep_network_has_a_layer_to_choose(open_page, store, finished, pair):
    run_id = finished(depth=2)
    shot = store.series.snapshot(run_id, 300)
    second = dataclasses.replace(shot.layers[0], name="hidden 2")
    deep = dataclasses.replace(shot, layers=[shot.layers[0], second])
    store.series.add_snapshot(run_id, deep)
    store.series.write_live(run_id, deep)
    page = open_page("train", run=run_id)
    assert page.selectbox(key="layer").options == ["hidden 1", "hidden 2"]
    page.selectbox(key="layer").set_value(1).run()
    assert not page.exception
    assert page.session_state["layer"] == 1
    shallow = open_page("train", run=pair[0])
    assert not [box for box in shallow.selectbox if box.key == "layer"]


def test_choosing_the_convolutional_network_sets_what_it_can_have(open_page, store):
    page = open_page("train", depth="3", noise="II")
    assert page.selectbox(key=now(page, "set_conv_noise")).disabled
    page.selectbox(key=now(page, "set_model")).select("cnn").run()
    assert not page.exception
    assert not page.error
    assert page.text_input(key=now(page, "set_width")).value == "64"
    assert page.text_input(key=now(page, "set_depth")).value == "1"
    assert page.text_input(key=now(page, "set_depth")).disabled
    assert page.selectbox(
        key=now(page, "set_conv_noise")
    ).disabled  # type II draws for every weight
    assert "".join(page.query_params["model"]) == "cnn"
    page = open_page("train", model="cnn", width="64", conv_noise="kernel")
    assert not page.selectbox(key=now(page, "set_conv_noise")).disabled
    page.button(key="train").click().run()
    assert not page.exception
    assert {(r.config.model, r.config.conv_noise) for r in store.runs.list()} == {("cnn", "kernel")}


def test_an_optimizer_that_has_no_momentum_sets_it_back(open_page):
    page = open_page("train")
    assert page.toggle(key=now(page, "set_nesterov")).disabled
    page.text_input(key=now(page, "set_momentum")).set_value("0.9").run()
    page.toggle(key=now(page, "set_nesterov")).set_value(True).run()
    assert not page.error
    page.selectbox(key=now(page, "set_optimizer")).select("adamw").run()
    assert not page.error
    momentum, nesterov = (
        page.text_input(key=now(page, "set_momentum")),
        page.toggle(key=now(page, "set_nesterov")),
    )
    assert (momentum.value, momentum.disabled) == ("0", True)
    assert (nesterov.value, nesterov.disabled) == (False, True)


def test_a_convolutional_network_needs_images(open_page):
    page = open_page("train", model="cnn", width="64", data="moons")
    assert not page.exception
    assert "cnn needs images, got the dataset moons" in page.error[0].value


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.text_input(key="set_seed").set_value("77"),
        lambda page: page.slider(key="set_slider").set_value(1.15),
        lambda page: page.segmented_control(key="set_noise").set_value("gaussian"),
        lambda page: page.selectbox(key="set_data").select("circles"),
        lambda page: page.toggle(key="set_gradient").set_value(False),
        lambda page: page.pills(key="set_beside").set_value(["none"]),
    ],
    ids=["number", "slider", "segmented", "select", "toggle", "control"],
)
def test_start_from_says_what_is_set_at_once(open_page, change):
    page = open_page("train")
    assert page.selectbox(key=now(page, "set_preset")).value == PRESETS[0].name
    change(page).run()
    assert page.selectbox(key=now(page, "set_preset")).value == "own"
    page.selectbox(key=now(page, "set_preset")).select(PRESETS[0].name).run()
    assert page.selectbox(key=now(page, "set_preset")).value == PRESETS[0].name


def test_an_address_with_a_schedule_opens_the_form_with_it(open_page, store):
    page = open_page("train", alpha="2@0/1.5@500", lr="0.1@0/0.02@300:cosine")
    assert not page.exception
    assert page.text_area(key="set_schedules").value == (
        "alpha 2@0/1.5@500\nlr 0.1@0/0.02@300:cosine"
    )
    assert (page.slider(key="set_slider").value, page.slider(key="set_slider").disabled) == (
        2,
        True,
    )
    assert page.text_input(key="set_lr").disabled
    page.button(key="train").click().run()
    assert not page.exception
    (run,) = store.runs.list()
    assert run.config.to_dict()["alpha"] == "2@0/1.5@500"
    assert run.config.at(300).lr == 0.02


def test_schedules_are_written_taken_back_and_refused_in_words(open_page):
    page = open_page("train", alpha="1.5")
    page.text_area(key=now(page, "set_schedules")).set_value(
        "sigma = 0.1@0/0.3@50\nnoise III@0/ii@9"
    ).run()
    assert "".join(page.query_params["sigma"]) == "0.1@0/0.3@50"
    assert "".join(page.query_params["noise"]) == "III@0/II@9"
    assert page.text_input(key=now(page, "set_sigma")).value == "0.1"
    page.text_area(key=now(page, "set_schedules")).set_value("sigma 0.1@0/0.3").run()
    assert any("a value or a schedule such as" in error.value for error in page.error)
    assert "".join(page.query_params["sigma"]) == "0.1@0/0.3@50"
    page.text_area(key=now(page, "set_schedules")).set_value("width 10@0/20@5").run()
    assert any("alpha, sigma, noise, lr" in error.value for error in page.error)
    page.text_area(key=now(page, "set_schedules")).set_value("").run()
    assert not page.error
    assert not page.exception
    assert "".join(page.query_params["sigma"]) == "0.1"
    assert not page.text_input(key=now(page, "set_sigma")).disabled


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda page: page.slider(key="set_slider").set_value(1.5), {"alpha": 1.5}),
        (lambda page: page.text_input(key="set_alpha").set_value("1.33"), {"alpha": 1.33}),
        (lambda page: page.selectbox(key="set_preset").set_value("width"), {"width": 10_000}),
    ],
    ids=["slider", "number", "preset"],
)
@pytest.mark.parametrize("part", ["_noise", "_controls", "_advanced"])
def test_what_is_changed_is_trained_also_if_the_page_was_begun_again_before_it_was_shown(
    open_page, store, monkeypatch, change, wanted, part
):
    page = open_page("train", width="20", iterations="20")
    change(page)
    changed = page._tree.get_widget_states()
    page.button(key="train").click()
    pressed = page._tree.get_widget_states()
    with monkeypatch.context() as begun_again:  # the browser never gets what comes after here
        begun_again.setattr(controls, part, lambda: st.stop())
        page._run(changed)
    page._run(pressed)
    assert not page.exception
    (run,) = store.runs.list()
    assert {name: getattr(run.config, name) for name in wanted} == wanted


@pytest.mark.parametrize("address", [{"width": "20"}, {}], ids=["own settings", "a preset"])
@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.slider(key="set_slider").set_value(1.2),
        lambda page: page.text_input(key="set_alpha").set_value("1.2"),
    ],
    ids=["slider", "number"],
)
def test_what_is_changed_is_trained_also_if_train_was_pressed_before_the_answer_was_seen(
    open_page, store, address, change
):
    page = open_page("train", **address)
    change(page)
    changed = page._tree.get_widget_states()
    page.button(key="train").click()
    pressed = page._tree.get_widget_states()
    page._run(changed)  # and the page is shown whole, but the browser sent the next before it came
    page._run(pressed)
    (run,) = store.runs.list()
    assert run.config.alpha == 1.2
