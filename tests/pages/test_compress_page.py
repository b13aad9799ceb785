"""The Compress page without a browser: empty, being measured, measured, and failed."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import compress_factories
import numpy as np
import pytest
import several_factories

from hts.pruning.criteria import CRITERIA
from hts.pruning.records import VERSION
from hts.records import encode
from hts.studio.jobs import background as side
from hts.studio.jobs.processes.lock import FileLock
from hts.studio.store.run_row import networks_of

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = {"scope": "layer", "version": VERSION}
WEIGHTS = {
    "hidden_1": np.random.default_rng(0).standard_normal((40, 64)).astype(np.float32),
    "output": np.ones((3, 40), np.float32),
}


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Workers would load torch and need data; here one only takes its lock and says so."""
    locks = []

    def begin(store, asked, by):
        locks.append(FileLock(asked.lock))
        assert locks[-1].acquire()
        side.tell(asked, says="Pruning units", share=0.25)

    monkeypatch.setattr(side, "_begin", begin)
    yield
    for lock in locks:
        lock.release()


@pytest.fixture
def measured(store, finished):
    """A finished run with the record that a worker would have made."""

    def make(kind: str = "images", *, own: tuple[str, ...] = (), **settings) -> str:
        run_id = finished(**settings)
        store.arrays.save_weights(run_id, WEIGHTS)
        more = {"criteria": list(own)} if own else {}
        asked = side.side_job(store, run_id, "compress", {**ASKED, **more})
        asked.result.parent.mkdir(parents=True)
        asked.result.write_bytes(encode(compress_factories.record(kind=kind, run=run_id)))
        return run_id

    return make


def test_with_an_empty_store_it_says_what_it_is_for_and_where_to_begin(open_page, said):
    page = open_page("compress")
    assert not page.exception
    assert "There is no finished run yet." in said(page)
    assert page.button[0].label == "Train one"


@pytest.mark.parametrize("kind", ["images", "series", "plane"])
def test_a_measured_run_is_read_out_and_can_be_taken_along(open_page, measured, said, kind):
    run_id = measured(kind)
    page = open_page("compress", run=run_id)
    assert not page.exception
    told = said(page)
    assert "Columns by norm, 50.0 % removed: **95.0 %** on test" in told
    assert "**50.0 %** may go within 1 points" in told
    assert "Measured each one of 41 levels" in told
    assert "20 of 40 units go" in told
    assert page.query_params["run"] == run_id


def test_the_level_and_the_criterion_come_from_the_address(open_page, measured, said):
    page = open_page(
        "compress", run=measured(), removed_percent="75", criterion="Random", points="5"
    )
    assert not page.exception
    assert "Random units, 75.0 % removed" in said(page)
    assert "30 of 40 units go" in said(page)
    assert page.select_slider(key="removed_percent").options[0] == "0 %"
    page.select_slider(key="removed_percent").set_value("100").run()
    assert "leaves a layer without units" in said(page)
    assert "".join(page.query_params["removed_percent"]) == "100"


def test_a_criterion_from_elsewhere_is_offered_and_exported(open_page, measured, said, monkeypatch):
    monkeypatch.setattr(CRITERIA, "_kinds", dict(CRITERIA))
    runpy.run_path(str(ROOT / "examples" / "own_criterion.py"))
    page = open_page("compress", run=measured(own=("largest",)), criterion="Largest weight")
    assert not page.exception
    assert "Units by largest weight, 50.0 % removed" in said(page)
    assert "20 of 40 units go" in said(page)


def test_every_axis_and_every_way_to_cut(open_page, measured, said):
    page = open_page("compress", run=measured())
    for against in ("Parameters", "Bytes", "Multiply-adds"):
        page.segmented_control(key="against").set_value(against).run()
        assert not page.exception
    for how, words in (("Squared error 0.1", " of 40 units go"), ("Within the points", "20 of 40")):
        page.segmented_control(key="export_by").set_value(how).run()
        assert words in said(page)
        assert not page.exception


def test_while_it_is_measured_the_progress_is_told(open_page, finished, store, said):
    run_id = finished()
    page = open_page("compress", run=run_id)
    assert not page.exception
    assert "This runs once per network" in said(page)
    page.run()
    (bar,) = page.get("progress")
    assert (bar.proto.text, bar.proto.value) == ("Pruning units: 25 %", 25)


def test_a_failure_is_told_and_can_be_tried_again(open_page, finished, store, said):
    run_id = finished()
    asked = side.side_job(store, run_id, "compress", ASKED)
    asked.result.parent.mkdir(parents=True)
    side.tell(asked, failed="the data are gone.")
    page = open_page("compress", run=run_id)
    assert "the data are gone." in said(page)
    page.button(key="try_again").click().run()
    assert not page.exception
    assert "the data are gone." not in said(page)


def test_a_run_that_is_not_there_is_said_and_another_one_shown(open_page, measured, said):
    measured()
    page = open_page("compress", run="0123456789-9")
    assert not page.exception
    assert "There is no finished run 0123456789-9" in said(page)
    assert "removed" in said(page)


def test_other_seeds_give_a_band(open_page, measured, said):
    first = measured(seed=1)
    measured(seed=2)
    page = open_page("compress", run=first)
    assert not page.exception
    assert "1 other seed of these settings, 1 measured" in said(page)


def test_the_train_page_leads_here(open_page, finished):
    page = open_page("train", run=finished())
    assert page.button(key="do_compress").label == "Compress"
    assert page.button(key="do_tails").label == "Tails"


def test_a_run_of_a_sweep_is_opened_by_its_address(open_page, measured, store):
    alone, member = measured(seed=1), measured(seed=2)
    with store.db.writing() as connection:
        connection.execute("UPDATE runs SET sweep = 's1' WHERE id = ?", (member,))
    page = open_page("compress", run=member)
    assert not page.exception
    assert page.selectbox(key="compress_run").value == member
    assert open_page("compress").selectbox(key="compress_run").value == alone


@pytest.mark.process
def test_the_page_works_without_torch():
    code = "import sys\nimport pages._parts.compress.board, pages._parts.compress.export\n"
    code += "import pages._parts.compress.runs; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip().endswith("False")


@pytest.fixture
def group(store):
    """Three seeds with both controls, and the record of one network."""
    run_id = several_factories.put(store)
    for name in networks_of(store.runs.get(run_id)):
        store.arrays.save_weights(name, WEIGHTS)
    return run_id


def put_record(store, name):
    asked = side.side_job(store, name, "compress", ASKED)
    asked.result.parent.mkdir(parents=True)
    asked.result.write_bytes(encode(compress_factories.record(run=name)))


def test_it_opens_the_newest_heavy_tailed_run(open_page, measured):
    heavy = measured(seed=1)
    measured(seed=1, noise="none")
    measured(seed=1, noise="gaussian")
    assert open_page("compress").selectbox(key="compress_run").value == heavy


def test_of_a_run_of_several_one_network_is_shown_beside_its_controls(
    open_page, group, store, said
):
    put_record(store, f"{group}.main.1")
    page = open_page("compress", run=group)
    assert not page.exception
    assert page.query_params["run"] == f"{group}.main.1"
    assert page.multiselect[0].value == [f"{group}.none.1", f"{group}.gaussian.1"]
    told = said(page)
    assert "Side by side, at equal pruned share" in told
    assert told.count("With 50 % removed the noisy network keeps") == 1
    assert told.count("The Gaussian control keeps") == 1
    assert "in this one seed" in told or "no difference in one seed" in told
    assert "20 of 40 units go" in told
    assert "2 other seeds of these settings, 0 measured" in told


def test_a_network_is_picked_by_its_noise_and_its_seed_and_by_the_address(open_page, group, store):
    page = open_page("compress", run=f"{group}.gaussian.3")
    assert not page.exception
    assert page.selectbox(key="compress_run_arm").value == "gaussian"
    assert page.selectbox(key="compress_run_seed").value == 3
    page.selectbox(key="compress_run_seed").set_value(2).run()
    assert page.query_params["run"] == f"{group}.gaussian.2"
    assert page.multiselect[0].value == [f"{group}.main.2", f"{group}.none.2"]
    gone = open_page("compress", run=f"{group}.gaussian.9")
    assert "There is no finished run" in gone.warning[0].value
    assert gone.query_params["run"] == f"{group}.main.1"


def test_all_seeds_are_compared_while_nothing_is_measured(open_page, group, said):
    page = open_page("compress", run=group, seeds="All seeds")
    assert not page.exception
    told = said(page)
    assert "This runs once per network" in told
    assert told.count("of 3 seeds") == 2


def test_by_another_criterion_networks_are_compared_once_measured(open_page, group, store, said):
    put_record(store, f"{group}.main.1")
    put_record(store, f"{group}.none.1")
    page = open_page("compress", run=group, criterion="Random")
    assert "Measured by this criterion: 2 of these 3 networks" in said(page)
    assert said(page).count("the noisy network keeps") == 1
    page.button(key="measure_beside").click().run()
    assert not page.exception
    asked = side.ask(store, f"{group}.gaussian.1", "compress", ASKED, start=False)
    assert asked.state == "working"


def test_a_run_is_laid_beside_others_and_the_choice_stays_in_the_address(
    open_page, measured, group, store, said
):
    run_id = measured(seed=1)
    page = open_page("compress", run=run_id)
    assert "Side by side" not in said(page)
    page.multiselect[0].set_value([group]).run()
    assert not page.exception
    assert page.query_params["beside"] == group
    assert "Side by side" in said(page)
    again = open_page("compress", run=run_id, beside=f"{group},nonsense")
    assert again.multiselect[0].value == [group]


def test_a_run_with_a_twin_is_compared_with_it(open_page, measured, store, said):
    run_id = measured(seed=1)
    twin = measured(seed=1, noise="gaussian", twin_of=run_id)
    page = open_page("compress", run=run_id)
    assert not page.exception
    assert page.multiselect[0].value == [twin]
    assert "the Gaussian control" in said(page)
