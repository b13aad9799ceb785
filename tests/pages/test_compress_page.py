"""The Compress page without a browser: empty, being measured, measured, and failed."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import compress_factories
import numpy as np
import pytest

from hts.pruning.criteria import CRITERIA
from hts.pruning.records import VERSION
from hts.records import encode
from hts.studio.jobs import background as side
from hts.studio.jobs.processes.lock import FileLock

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = {"scope": "layer", "version": VERSION}


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Workers would load torch and need data; here one only takes its lock and says so."""
    locks = []

    def begin(store, asked):
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
        weights = np.random.default_rng(0).standard_normal((40, 64)).astype(np.float32)
        store.arrays.save_weights(
            run_id, {"hidden_1": weights, "output": np.ones((3, 40), np.float32)}
        )
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
    page.select_slider(key="removed_percent").set_value("100").run()
    assert "leaves a layer without units" in said(page)


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
