"""The Sweep page: empty, with sweeps, with typing errors, and what its address says."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import time

import pytest
from now import now

from hts.config import RunConfig
from hts.config.arms import TOGETHER
from hts.studio.cluster.status import ClusterStatus, NodeStatus, RunNow, write_status
from hts.studio.jobs.sweeps import waits_for_head
from hts.studio.lab.people import Person
from hts.studio.lab.reader import Reader
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput
from pages._parts.sweep.cost import cost_words

GRID = {"alpha": (1.5, 1.75, 2.0), "width": (50, 100), "noise": ("II", "III"), "seed": (1, 2, 3)}


@pytest.fixture
def spec() -> SweepSpec:
    return SweepSpec(name="Digits by everything", grid=GRID)


def board(page) -> dict:
    """What the live board of the sweep was given."""

    def nodes(node):
        yield node
        for child in getattr(node, "children", {}).values():
            yield from nodes(child)

    parts = [node.proto for node in nodes(page.main) if node.type == "bidi_component"]
    (found,) = [given for part in parts if "board" in (given := json.loads(part.bytes or b"{}"))]
    return found["board"]


def texts(page) -> list[str]:
    """The values written into the cells of the map, row by row."""
    figure = board(page)["cards"][0]["figure"]
    (means,) = [trace for trace in figure["data"] if "texttemplate" in trace]
    return means["text"]


def address(page) -> dict[str, str]:
    return {name: "".join(value) for name, value in page.query_params.items()}


# -- without a sweep -------------------------------------------------------------------------------


def test_an_empty_store_says_what_a_sweep_is_for(open_in_app, said):
    page = open_in_app("sweep")
    assert not page.exception
    assert "A sweep trains a network for every combination" in said(page)
    assert page.button(key="try_sweep")
    assert not page.dataframe
    assert page.query_params == {}


def test_the_form_says_how_many_runs_before_anything_starts(open_in_app, store, said):
    page = open_in_app("sweep")
    assert "30 runs" in said(page)
    assert re.search(r"30 runs, at most about \d+ (s|min) on this machine", said(page))
    page.text_input(key="define_replicates").set_value("10").run()
    assert "60 runs" in said(page)
    assert store.sweeps.list() == []


def test_a_sweep_preset_fills_the_whole_form_and_a_run_preset_its_base(open_in_app, said):
    page = open_in_app("sweep")
    page.selectbox(key=now(page, "define_from")).select("sweep:heartbeats").run()
    assert not page.exception
    assert "225 runs" in said(page)
    assert page.multiselect(key=now(page, "define_vary")).value == ["alpha", "width", "noise"]
    page.selectbox(key=now(page, "define_from")).select("run:decision-boundary").run()
    assert not page.exception
    assert page.selectbox(key=now(page, "define_base_data")).value == "moons"
    assert page.text_input(key=now(page, "define_replicates")).value == "5"


def test_what_a_browser_says_of_widgets_before_they_were_made_anew_changes_nothing(open_in_app):
    page = open_in_app("sweep")
    page.selectbox(key="define_from").select("run:decision-boundary")
    chosen = page._tree.get_widget_states()
    page.text_input(key="define_replicates").set_value("7")
    stale = page._tree.get_widget_states()  # sent by somebody quick, who has not seen the answer
    page._run(chosen)
    new = page.text_input(key=now(page, "define_base_lr")).value
    page._run(stale)
    assert not page.exception
    assert page.text_input(key=now(page, "define_base_lr")).value == new
    assert page.selectbox(key=now(page, "define_from")).value == "run:decision-boundary"


def test_another_setting_can_vary(open_in_app, said):
    page = open_in_app("sweep")
    page.multiselect(key="define_vary").set_value(["alpha", "noise"]).run()
    page.multiselect(key="define_values_noise").set_value(["I", "II", "III"]).run()
    assert not page.exception
    assert "45 runs" in said(page)


def test_start_queues_the_sweep_and_follows_it(open_in_app, store):
    page = open_in_app("sweep")
    page.text_input(key="define_name").set_value("Mine").run()
    page.button(key="start_sweep").click().run()
    assert not page.exception
    (sweep,) = store.sweeps.list()
    assert (sweep.name, sweep.state, sweep.total) == ("Mine", "queued", 30)
    assert address(page) == {"sweep": sweep.id}
    assert board(page)["status"]["state"] == "Waiting in the queue"
    assert "no result yet" in board(page)["cards"][0]["alt"]


def test_try_this_starts_a_small_sweep(open_in_app, store):
    page = open_in_app("sweep")
    page.button(key="try_sweep").click().run()
    assert not page.exception
    assert [sweep.total for sweep in store.sweeps.list()] == [30]


def test_settings_that_cannot_go_together_are_refused(open_in_app, store):
    page = open_in_app("sweep")
    page.multiselect(key="define_vary").set_value(["depth", "scaling"]).run()
    page.text_input(key="define_values_depth").set_value("1, 2").run()
    page.multiselect(key="define_values_scaling").set_value(["standard", "mean_field"]).run()
    page.button(key="start_sweep").click().run()
    assert "mean_field needs depth 1" in page.error[0].value
    assert store.sweeps.list() == []


def test_combinations_that_are_the_same_run_are_told(open_in_app, said):
    page = open_in_app("sweep")
    page.multiselect(key="define_vary").set_value(["alpha", "noise"]).run()
    page.multiselect(key="define_values_noise").set_value(["none", "III"]).run()
    assert "20 runs (10 combinations would be the same run again)" in said(page)


def test_a_dataset_that_is_not_there_is_told(open_in_app):
    page = open_in_app("sweep")
    page.segmented_control(key="define_mode").set_value("TOML").run()
    page.text_area(key="define_toml").set_value('[base]\ndata = "nope"\n').run()
    assert not page.exception
    assert "data must be one of" in page.error[0].value


def test_stop_and_resume(open_in_app, swept, spec, store):
    page = open_in_app("sweep", sweep=swept(spec, done=4))
    page.button(key="sweep_stop").click().run()
    assert not page.exception
    assert board(page)["status"]["state"] == "Stopped"
    page.button(key="sweep_resume").click().run()
    assert not page.exception
    assert store.sweeps.list()[0].active
    assert page.button(key="sweep_stop")


def test_the_cluster_that_computes_it_is_shown(open_in_app, swept, spec, store, said):
    sweep = swept(spec, done=4)
    assert "Cluster" not in said(open_in_app("sweep", sweep=sweep))
    there = {"cpus": 4.0, "gpus": 0.0, "groups": 1, "runs": 12, "steps_per_second": 150.0}
    nodes = [
        NodeStatus(id="aaaa", host="one", alive=True, **there),
        NodeStatus(id="bbbb", host="two", alive=False, **{**there, "groups": 0, "runs": 0}),
    ]
    status = ClusterStatus(
        address="10.0.0.1:6379", began=time.time(), updated=time.time(), ended=False, nodes=nodes,
        places=4, computing=1, pending=2, recorded=4, received_bytes=80_000, lost_nodes=1,
        lost_workers=2, runs_per_minute=24.4,
    )  # fmt: skip
    write_status(store, sweep, status)
    page = open_in_app("sweep", sweep=sweep)
    assert not page.exception
    assert "has places for 4 groups at a time, 2 more are waiting for a place" in said(page)
    figures = {metric.label: metric.value for metric in page.metric}
    assert figures["Nodes"] == "1"
    assert figures["Devices"] == "4 CPUs"
    assert figures["Running"] == "1 group"
    assert figures["Lost, done again"] == "1 node, 2 groups"
    assert figures["Runs a minute"] == "24"
    assert "received 4 runs, 0.1 MB" in said(page)
    assert list(page.dataframe[0].value["State"]) == [["Connected"], ["Lost"]]
    write_status(store, sweep, dataclasses.replace(status, updated=time.time() - 100))
    assert "has said nothing for 2 min: it may be gone" in said(open_in_app("sweep", sweep=sweep))


def test_without_a_cluster_there_is_no_choice(open_in_app, store):
    page = open_in_app("sweep")
    assert "define_where" not in page.session_state
    page.button(key="start_sweep").click().run()
    assert store.groups.of("s1") != []


def test_a_sweep_can_be_left_to_the_cluster_that_is_configured(
    open_in_app, store, said, monkeypatch
):
    monkeypatch.setenv("HTS_CLUSTER", "10.0.0.1:6379")
    page = open_in_app("sweep")
    page.segmented_control(key="define_where").set_value("Cluster").run()
    page.button(key="start_sweep").click().run()
    assert not page.exception
    (sweep,) = store.sweeps.list()
    assert waits_for_head(store, sweep)
    assert "Waiting for a head, the process that hands runs to the cluster" in said(page)
    assert "10.0.0.1" not in said(page)
    page.button(key="sweep_stop").click().run()
    write_status(store, sweep.id, status_of())  # it was computed there once
    page.button(key="sweep_resume").click().run()
    assert not page.exception
    assert waits_for_head(store, store.sweeps.get(sweep.id))
    monkeypatch.delenv("HTS_CLUSTER")
    page.button(key="sweep_stop").click().run()
    page.button(key="sweep_resume").click().run()
    assert store.groups.of(sweep.id) != []  # on this machine, as there is nothing else


def test_runs_being_computed_and_nodes_that_refuse_are_shown(open_in_app, swept, spec, store, said):
    sweep = swept(spec, done=4)
    group = store.groups.take(pid=1, pid_started=2.0)
    first, second = group.positions[:2]
    runs = [
        RunNow(position=first, step=250, loss=0.1234, train_accuracy=91.2, test_accuracy=90.0),
        RunNow(position=second, step=250, loss=None, train_accuracy=None, test_accuracy=None),
        RunNow(position=0, step=1, loss=1.0, train_accuracy=None, test_accuracy=None),  # is done
    ]
    there = {"cpus": 4.0, "gpus": 0.0, "groups": 0, "runs": 0, "steps_per_second": 0.0}
    why = "node old (cccc) gets no work: it has hts 1+a, the head has 1+b."
    nodes = [NodeStatus(id="cccc", host="old", alive=True, refused=why, **there)]
    write_status(store, sweep, status_of(nodes=nodes, runs=runs, saved=5, resumed=1, ended=False))
    page = open_in_app("sweep", sweep=sweep)
    assert not page.exception
    assert "Node old (cccc) gets no work: it has hts 1+a" in page.warning[0].value
    assert list(page.dataframe[0].value["State"]) == [["Refused"]]
    assert "5 snapshots of groups came; 1 group went on from one." in said(page)
    table = page.dataframe[1].value
    assert list(table["Step"]) == [250, 250]
    assert table["Loss"][0] == 0.1234
    assert 0 < table["Done"][0] < 100


def status_of(**changes) -> ClusterStatus:
    usual = {"address": "10.0.0.1:6379", "began": 0.0, "updated": time.time(), "ended": True}
    return ClusterStatus(**{**usual, **changes})


# -- replicates and controls -----------------------------------------------------------------------

PAIRED = SweepSpec(
    name="Paired",
    base=RunConfig(replicates=3, controls="none,gaussian"),
    grid={"alpha": (1.5, 1.75, 2.0), "width": (50, 100)},
)


def test_the_form_offers_controls_and_counts_them(open_in_app, store, said):
    page = open_in_app("sweep")
    page.text_input(key="define_replicates").set_value("2").run()
    page.text_input(key="define_first").set_value("301").run()
    page.multiselect(key="define_controls").set_value(["none", "gaussian"]).run()
    assert "20 runs, 8 of them controls, at most about" in said(page)
    page.button(key="start_sweep").click().run()
    assert not page.exception
    (sweep,) = store.sweeps.list()
    assert sweep.total == 20
    base = SweepSpec.from_json(sweep.spec).base
    assert (base.seed, base.replicates, base.controls) == (301, 2, "none,gaussian")


def test_a_sweep_with_seeds_that_do_not_follow_one_another_is_edited_as_text(
    open_in_app, swept, said
):
    odd = SweepSpec(name="odd", grid={"alpha": (1.5, 2.0), "seed": (1, 7)})
    page = open_in_app("sweep", sweep=swept(odd))
    page.button(key="sweep_edit").click().run()
    assert not page.exception
    assert SweepSpec.from_toml(page.text_area(key=now(page, "define_toml")).value) == odd
    even = open_in_app("sweep", sweep=swept(PAIRED))
    even.button(key="sweep_edit").click().run()
    assert even.text_input(key=now(page, "define_replicates")).value == "3"
    assert even.multiselect(key=now(page, "define_controls")).value == ["none", "gaussian"]


def test_a_sweep_with_controls_shows_the_difference_to_them_first(open_in_app, swept, said):
    """Accuracy at every share is 100 - 40 alpha - seed, alpha 2 for the controls."""
    page = open_in_app("sweep", sweep=swept(PAIRED))
    assert not page.exception
    assert board(page)["status"]["detail"].startswith("30 of 30 runs")
    map_card = board(page)["cards"][0]
    assert map_card["title"] == "Difference to noise-free control, 80 % removed"
    gains = ["+20.0<br>+20 to +20", "+10.0<br>+10 to +10", "0.0<br>0 to 0"]
    assert texts(page) == [gains] * 2
    (means,) = [trace for trace in map_card["figure"]["data"] if "texttemplate" in trace]
    assert means["zmin"] == -means["zmax"]
    assert "noise gains 20.0 points" in means["hovertext"][0][0]
    assert "75 % interval +20.0 to +20.0" in means["hovertext"][0][0]
    assert "noise-free control" in said(page)


def test_the_pruned_share_is_chosen_where_a_measure_has_one_and_is_in_the_address(
    open_in_app, swept
):
    sweep = swept(PAIRED)
    page = open_in_app("sweep", sweep=sweep)
    page.selectbox(key="view_measure").select("difference_gaussian").run()
    page.selectbox(key="view_share").select(95).run()
    assert not page.exception
    assert {"measure": "difference_gaussian", "share": "95"}.items() <= address(page).items()
    again = open_in_app("sweep", **address(page))
    title = board(again)["cards"][0]["title"]
    assert title == "Difference to Gaussian control, 95 % removed"
    again.selectbox(key="view_measure").select("pruning_ratio").run()
    assert "view_share" not in [box.key for box in again.selectbox]
    wrong = open_in_app("sweep", sweep=sweep, share="12")
    assert wrong.selectbox(key="view_share").value == 80


def test_a_cell_says_what_noise_does_compared_with_each_control(open_in_app, swept, said):
    page = open_in_app("sweep", sweep=swept(PAIRED), cell="1.5,50")
    told = said(page)
    lead = (
        "with 80 % of the units removed from both, paired by seed: "
        "noise gains a median of 20 points (75 % interval 20 to 20, too few seeds for 95 %)"
    )
    assert f"Against the noise-free control, {lead}, in 3 of 3 seeds" in told
    assert f"Against the Gaussian control, {lead}, in 3 of 3 seeds" in told


def test_results_of_before_curves_leave_a_gap_with_words(open_in_app, swept, said):
    page = open_in_app("sweep", sweep=swept(PAIRED, curves=False), cell="1.5,50")
    assert not page.exception
    assert texts(page) == [["", "", ""]] * 2
    card = board(page)["cards"][0]
    assert "Runs trained before networks kept their accuracy" in card["caption"]
    (blank,) = [trace for trace in card["figure"]["data"] if trace.get("mode") == "text"]
    assert blank["text"] == ["no value"] * 6
    assert "no pair of runs has ended with its accuracy at every pruned share" in said(page)


# -- what is typed wrongly -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widget", "typed", "expected"),
    [
        ("define_values_alpha", "1.5, heavy", "alpha must be a number in (0, 2\\], got 'heavy'"),
        ("define_values_alpha", "1.5, 2.5", "alpha must be a number in (0, 2\\], got 2.5"),
        ("define_values_alpha", "", "alpha must be a number"),
        ("define_values_width", "1..1000000", "at most 100000"),
        ("define_values_width", "9..1", "ends before it begins"),
        ("define_values_width", "1.5..3", "a range is two whole numbers"),
        ("define_values_width", "1..1000", "has 15000 runs; at most 10000 are started from this"),
        ("define_values_width", "1000000000", "needs about"),
    ],
)
def test_what_cannot_be_is_explained_and_stays_typed(open_in_app, store, widget, typed, expected):
    page = open_in_app("sweep")
    page.text_input(key=widget).set_value(typed).run()
    page.button(key="start_sweep").click().run()
    assert not page.exception
    assert expected in page.error[0].value
    assert page.text_input(key=widget).value == typed
    assert store.sweeps.list() == []


def test_a_bad_setting_of_every_run_is_explained(open_in_app, store):
    page = open_in_app("sweep")
    page.text_input(key="define_base_lr").set_value("-1.0").run()
    page.button(key="start_sweep").click().run()
    assert "lr must be a finite number above 0" in page.error[0].value
    assert page.text_input(key="define_base_lr").value == "-1"
    assert store.sweeps.list() == []


def test_text_begins_with_the_form_and_errors_in_it_are_explained(open_in_app, said, store):
    page = open_in_app("sweep")
    page.segmented_control(key="define_mode").set_value("TOML").run()
    text = page.text_area(key="define_toml").value
    assert SweepSpec.from_toml(text).combinations == 30
    assert "30 runs" in said(page)
    bad = text.replace("1.75", "heavy")
    page.text_area(key="define_toml").set_value(bad).run()
    page.button(key="start_sweep").click().run()
    assert not page.exception
    assert "cannot be read as TOML" in page.error[0].value
    assert page.text_area(key="define_toml").value == bad
    page.text_area(key="define_toml").set_value('[grid]\nalpa = "1..2"').run()
    assert "alpha" in page.error[0].value
    page.text_area(key="define_toml").set_value("").run()
    assert "There is no text yet" in page.error[0].value
    assert store.sweeps.list() == []


def test_a_file_becomes_the_text_and_one_that_is_none_is_explained(open_in_app, said):
    page = open_in_app("sweep")
    page.segmented_control(key="define_mode").set_value("TOML").run()
    given = ("mine.toml", b'name = "mine"\n[grid]\nseed = "1..7"\n', "application/toml")
    page.file_uploader(key="define_file").set_value(given).run()
    assert not page.exception
    assert "7 runs" in said(page)
    page.file_uploader(key="define_file").set_value(("x.toml", b"\xff\xfe\x00", "")).run()
    assert not page.exception
    assert "x.toml is not text" in page.error[0].value
    assert 'name = "mine"' in page.text_area(key="define_toml").value


def test_what_is_typed_survives_another_definition(open_in_app):
    page = open_in_app("sweep")
    page.text_input(key="define_values_alpha").set_value("1.2, 1.4").run()
    page.segmented_control(key="define_mode").set_value("TOML").run()
    page.segmented_control(key="define_mode").set_value("Form").run()
    assert page.text_input(key="define_values_alpha").value == "1.2, 1.4"


# -- a sweep on show -------------------------------------------------------------------------------


def test_a_finished_sweep_shows_means_with_intervals(open_in_app, swept, spec):
    page = open_in_app("sweep", sweep=swept(spec), noise="III")
    assert not page.exception
    assert page.title[0].value == "Digits by everything"
    status = board(page)["status"]
    assert (status["state"], status["percent"]) == ("Finished", 100)
    assert "36 of 36 runs" in status["detail"]
    # medians of 100 - 40 alpha - seed over seeds 1, 2, 3, and their range
    assert texts(page) == [["38.0<br>37–39", "28.0<br>27–29", "18.0<br>17–19"]] * 2
    assert board(page)["cards"][0]["title"] == "Norm-compressible share, noise III"


def test_view_choices_are_in_the_address_and_come_from_it(open_in_app, swept, spec):
    sweep_id = swept(spec)
    page = open_in_app("sweep", sweep=sweep_id)
    page.selectbox(key="view_measure").select("tail_index").run()
    page.selectbox(key="view_y").select("noise").run()
    page.selectbox(key="view_width").select(100).run()
    expected = {"sweep": sweep_id, "measure": "tail_index", "y": "noise", "width": "100"}
    assert expected.items() <= address(page).items()
    again = open_in_app("sweep", **address(page))
    assert not again.exception
    assert again.selectbox(key="view_measure").value == "tail_index"
    assert again.selectbox(key="view_width").value == 100
    figure = board(again)["cards"][0]["figure"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["II", "III"]


def test_choosing_the_other_axis_makes_them_change_places(open_in_app, swept, spec):
    page = open_in_app("sweep", sweep=swept(spec))
    page.selectbox(key="view_x").select("width").run()
    assert not page.exception
    assert page.selectbox(key="view_y").value == "alpha"
    assert address(page)["x"] == "width"


def test_a_cell_lists_its_runs_with_links(open_in_app, swept, spec, store, said):
    sweep_id = swept(spec, diverged=1)
    page = open_in_app("sweep", sweep=sweep_id, noise="II", cell="1.5,50")
    assert not page.exception
    assert page.subheader[0].value == "Runs at alpha 1.5, width 50"
    told = said(page)
    assert "Diverged at step 3." in told
    assert "norm-compressible share 38.0 %" in told
    shapes = board(page)["cards"][0]["figure"]["layout"]["shapes"]
    assert len(shapes) == 1
    run = store.sweeps.members(sweep_id)[1].run
    assert any(f"run={run}" in link.proto.query_string for link in page.get("page_link"))
    page.selectbox(key="cell_width").select(100).run()
    assert address(page)["cell"] == "1.5,100"
    page.selectbox(key="cell_alpha").set_value(None).run()
    assert "cell" not in address(page)


def test_a_sweep_that_goes_on_shows_what_is_still_to_come(open_in_app, swept, spec, said):
    page = open_in_app("sweep", sweep=swept(spec, done=4))
    assert not page.exception
    status = board(page)["status"]
    assert status["state"] == "Running"
    assert "4 of 36 runs" in status["detail"]
    assert "still to come" in board(page)["cards"][0]["alt"]
    assert page.button(key="sweep_stop")


def test_every_measure_can_be_shown(open_in_app, swept, spec):
    from hts.studio.sweeps.measures import MEASURES

    sweep_id = swept(spec, done=9, diverged=2)
    for measure in MEASURES:
        page = open_in_app("sweep", sweep=sweep_id, measure=measure)
        assert not page.exception
        assert board(page)["cards"][0]["title"].startswith(MEASURES[measure].title)


def test_a_sweep_over_one_setting_and_one_over_seeds_only(open_in_app, swept, store):
    one = swept(SweepSpec(name="alphas", grid={"alpha": (1.5, 2.0), "seed": (1, 2)}))
    page = open_in_app("sweep", sweep=one, cell="2,")
    assert not page.exception
    assert len(texts(page)) == 1
    assert page.subheader[0].value == "Runs at alpha 2"
    page = open_in_app("sweep", sweep=swept(SweepSpec(name="seeds", grid={"seed": (1, 2, 3)})))
    assert not page.exception
    assert texts(page) == [["29.0", "28.0", "27.0"]]


def test_an_address_that_does_not_fit_is_left_out(open_in_app, swept, spec):
    wrong = {"measure": "beauty", "x": "seed", "y": "colour", "cell": "9,9", "noise": "IV"}
    page = open_in_app("sweep", sweep=swept(spec), **wrong)
    assert not page.exception
    assert page.selectbox(key="view_measure").value == "pruning_ratio"
    assert page.selectbox(key="view_x").value == "alpha"
    assert page.selectbox(key="view_noise").value == "II"


@pytest.mark.parametrize("name", ["s99", "nonsense", "s0", "", "s-1"])
def test_a_sweep_that_is_not_there_is_told(open_in_app, name):
    page = open_in_app("sweep", sweep=name)
    assert not page.exception
    assert "There is no sweep" in page.error[0].value
    assert page.query_params == {}


def test_sweeps_are_listed(open_in_app, swept, spec):
    first, second = swept(spec), swept(spec, done=2)
    page = open_in_app("sweep")
    table = page.dataframe[0].value
    assert list(table["Sweep"]) == [second, first]
    assert list(table["Runs"]) == ["2 of 36", "36 of 36"]
    assert [state[0] for state in table["State"]] == ["Running", "Finished"]


def test_a_sweep_with_listed_runs_is_edited_as_text(open_in_app, swept):
    runs = ({"noise": "I", "sigma": 0.01}, {"noise": "III", "sigma": 1.0})
    page = open_in_app(
        "sweep", sweep=swept(SweepSpec(name="listed", grid={"seed": (1, 2)}, runs=runs))
    )
    page.button(key="sweep_edit").click().run()
    assert not page.exception
    again = SweepSpec.from_toml(page.text_area(key="define_toml").value)
    assert again.runs == runs
    page.button(key="sweep_close").click().run()
    assert "sweep" not in address(page)


def test_exports_hold_every_run(swept, spec, store):
    pd = pytest.importorskip("pandas")
    from hts.studio.sweeps.export import csv_text, parquet_bytes

    members = store.sweeps.members(swept(spec, done=5))
    csv = pd.read_csv(io.StringIO(csv_text(members)))
    parquet = pd.read_parquet(io.BytesIO(parquet_bytes(members)))
    assert len(csv) == len(parquet) == 36
    assert csv["pruning_ratio"].count() == parquet["pruning_ratio"].count() == 5


def test_every_setting_made_of_words_can_be_chosen_from_a_list():
    from pages._parts.form.address import OF_SWEEPS
    from pages._parts.sweep.base import options

    for name, default in OF_SWEEPS.items():
        if name in TOGETHER:  # the form has widgets of their own for them
            continue
        if isinstance(default, (str, bool)):
            assert options(name), name
        else:
            assert options(name) is None, name


# -- text ------------------------------------------------------------------------------------------


def test_text_of_a_sweep_is_read_back():
    given = SweepSpec(
        name='a "quoted" name, α and \x7f',
        grid={"target_accuracy": (None, 95.0), "lr": (1e-7, 0.02), "train_output": (True, False)},
        runs=({"noise": "I"}, {"noise": "gaussian", "sigma": 1.0}),
        keep_weights=True,
    )
    assert SweepSpec.from_toml(given.to_toml()) == given


def test_what_a_member_may_not_have_is_counted_and_never_made(store, monkeypatch) -> None:
    def made(self):
        raise AssertionError("its runs were made")

    monkeypatch.setattr(SweepSpec, "configs", made)
    spec = SweepSpec(name="s", grid={"seed": "1..9000"})
    max_ = Person(id="oidc:max", name="Max", role="member", how="oidc")
    with pytest.raises(BadInput, match="a member's sweep may have 500 runs, got 9000"):
        cost_words(spec, Reader(store, max_))


def test_combinations_stand_side_by_side_with_their_medians(open_in_app, swept):
    base = RunConfig(replicates=2)
    spec = SweepSpec(name="x", base=base, grid={"alpha": (1.5, 2.0), "width": (50, 60)})
    cards = board(open_in_app("sweep", sweep=swept(spec)))["cards"]
    (card,) = [card for card in cards if card["id"] == "parallel"]
    names = [trace["name"] for trace in card["figure"]["data"]]
    assert names == [f"alpha {a}, width {w}" for a in ("1.5", "2") for w in (50, 60)]
    assert card["figure"]["data"][0]["text"][-1] == "Norm-compressible share, % 38.5"
    alone = SweepSpec(name="y", base=base, grid={"alpha": (1.5, 1.75, 2.0)})
    cards = board(open_in_app("sweep", sweep=swept(alone)))["cards"]
    assert "parallel" not in [card["id"] for card in cards]
