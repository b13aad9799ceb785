"""The Tails page without a browser: every source, bad addresses, and what it does not import."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import factories
import numpy as np
import pytest
import several_factories

from hts.studio.store.store import Store
from hts.studio.transfer.uploads import Uploads
from hts.tails import ESTIMATORS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def run(store: Store, finished) -> str:
    """A finished run whose final weights are those of its records."""
    run_id: str = finished()
    weights = factories.stable_weights(1.75, 120, 10, seed=1).astype(np.float32)
    store.arrays.save_weights(
        run_id, {"hidden_1": weights, "output": np.ones((2, 120), np.float32)}
    )
    return run_id


def table(page):
    return page.dataframe[0].value.set_index("Estimator")


def boards(node):
    """What the boards of a page were given, as text."""
    if node.type == "bidi_component":
        yield node.proto.bytes.decode()
    for child in getattr(node, "children", {}).values():
        yield from boards(child)


def test_it_begins_with_a_known_law(open_page, said):
    page = open_page("tails")
    assert not page.exception
    told = said(page)
    for words in ("How heavy is the tail?", "side by side", "Stable with α = 1.75", "Consistent"):
        assert words in told
    assert len(table(page)) == 9
    assert float(table(page).loc["Binned maximum likelihood", "α"]) == pytest.approx(1.75, abs=0.1)
    figures = "".join(boards(page.main))
    assert "P(|X| > x)" in figures  # as on the page Noise
    assert "P(|x| > x)" not in figures


def test_an_estimator_from_elsewhere_has_its_row_and_its_number(open_page, said, monkeypatch):
    monkeypatch.setattr(ESTIMATORS, "_kinds", dict(ESTIMATORS))
    runpy.run_path(str(ROOT / "examples" / "own_estimator.py"))
    page = open_page("tails", seed="99", values="20000")
    assert not page.exception
    row = table(page).loc["t-Hill"]
    assert float(row["α"]) == pytest.approx(2.2, abs=0.5)  # Hill's bias, less of it
    assert row["Source"] == "Fabian and Stehlik (2009)"


@pytest.mark.parametrize(
    ("law", "verdict"),
    [
        ("Student-t", "Heavy-tailed but not stable"),
        ("Laplace", "Light-tailed"),
        ("Gaussian", "a Gaussian at this size"),
        ("Uniform + stable", "masks the noise"),
        ("Symmetric Pareto", "Heavy-tailed but not stable"),
        ("Gaussian + weak stable", "α"),
    ],
)
def test_every_law_has_its_verdict(open_page, said, law, verdict):
    page = open_page("tails", law=law, values="20000")
    assert not page.exception
    assert verdict in said(page)


def test_a_skewed_law_is_told(open_page, said):
    page = open_page("tails", alpha="1.5", beta="0.8")
    assert "The two sides differ" in said(page)
    assert float(table(page).loc["With skewness", "α"]) == pytest.approx(1.5, abs=0.1)


def test_the_address_holds_the_settings_and_bad_values_are_dropped(open_page):
    page = open_page("tails", law="Student-t", df="2.5", values="2000", seed="7", k="12.0")
    assert page.slider(key="df").value == 2.5
    assert page.slider(key="k").value == 12.0
    assert page.text_input(key="seed").value == "7"
    bad = open_page("tails", source="x", law="y", alpha="7", values="17", seed="-1", k="z", up="q",
                    run="nobody", file="weights:no")  # fmt: skip
    assert not bad.exception
    assert bad.slider(key="alpha").value == 1.75
    assert "run" not in bad.query_params
    assert "file" not in bad.query_params


def test_another_k_is_read_out_and_another_scale_drawn(open_page):
    page = open_page("tails", values="2000")
    page.slider(key="k").set_value(20.0).run()
    page.segmented_control(key="across").set_value("threshold").run()
    page.segmented_control(key="up").set_value("ξ = 1/α").run()
    page.segmented_control(key="fit").set_value("Hill's power law").run()
    assert not page.exception


def test_without_runs_or_files_the_page_says_so(open_page, said):
    page = open_page("tails", source="Run")
    assert not page.exception
    assert "No run has recorded anything yet" in said(page)
    assert page.button(key="train_first")
    assert "Choose a run" in said(open_page("tails", source="File"))


def test_the_weights_of_a_run_are_estimated_by_units(open_page, said, run):
    page = open_page("tails", source="Run", run=run)
    assert not page.exception
    told = said(page)
    assert "the final weights" in told
    assert "Read: all 120 units" in told
    assert "Through training" in told
    assert page.query_params["run"] == run
    rows = table(page)
    assert "120 units" in rows.loc["Binned maximum likelihood", "Read"]
    assert rows.loc["Characteristic-function regression", "α"] == "–"


def test_a_recorded_step_is_shown_from_its_record(open_page, said, run):
    page = open_page("tails", source="Run", run=run, moment="200")
    assert not page.exception
    told = said(page)
    assert "as recorded at step 200" in told
    assert "raw weights are kept for the last step only" in told
    assert list(table(page)["α"]) == ["1.75"]
    page.select_slider(key="moment").set_value("weights").run()
    assert "all estimators" in said(page)


def test_a_run_that_is_not_there_is_told(open_page, run):
    page = open_page("tails", source="Run", run="0123456789-1")
    assert not page.exception
    assert "There is no run '0123456789-1'" in page.warning[0].value
    assert page.query_params["run"] == run


def test_a_run_of_a_sweep_is_opened_by_its_address(open_page, run, store):
    with store.db.writing() as connection:
        connection.execute("UPDATE runs SET sweep = 's1' WHERE id = ?", (run,))
    page = open_page("tails", source="Run", run=run)
    assert not page.exception
    assert page.selectbox(key="tails_run").value == run


def test_weights_that_say_nothing_are_explained(open_page, finished):
    page = open_page("tails", source="Run", run=finished())  # four units of ones
    assert not page.exception
    assert "No estimate" in page.error[0].value


@pytest.mark.process
def test_a_file_is_estimated_by_what_is_said_to_be_independent(open_page, said, store):
    arrays = {"bias": np.arange(100.0), "layer.weight": factories.stable_weights(1.5, 200, 30, 2)}
    path = store.home.root / "net.npz"
    np.savez(path, **arrays)
    file = Uploads(store.home).add(path)
    page = open_page("tails", source="File", file=file)
    assert not page.exception
    assert page.selectbox(key="array").value == "layer.weight"
    assert "Read: all 6000 weights" in said(page)
    assert "P(|w| > x)" in "".join(boards(page.main))
    page.selectbox(key="counted").set_value("units, by their norms").run()
    assert "Read: all 200 units" in said(page)
    page.selectbox(key="array").set_value("bias").run()
    assert "A vector" in said(page)
    assert not page.exception
    lost = open_page("tails", source="File", file="weights:0123456789ab")
    assert "not on this computer" in lost.warning[0].value


@pytest.mark.process
def test_of_a_file_the_weights_in_use_are_offered(open_page, said, store):
    weights = factories.stable_weights(1.5, 200, 30, 2)
    mask = np.arange(30) % 2 * np.ones((200, 1))
    arrays = {"net.weight_orig": weights, "net.weight_mask": mask}
    arrays |= {f"optimizer.state.{k}.exp_avg": weights + k for k in range(2)}
    arrays["codes"] = np.ones((5, 5), np.int8)
    path = store.home.root / "net.npz"
    np.savez(path, **arrays)
    page = open_page("tails", source="File", file=Uploads(store.home).add(path))
    assert page.selectbox(key="array").options == ["net.weight"]
    text = said(page)
    assert "200 × 30 float64; its mask applied" in text
    assert (
        "3 of 4 arrays are left out: optimizer state, no weights (2); int8: whole numbers" in text
    )
    assert not page.exception


@pytest.mark.process
def test_the_page_works_without_torch():
    code = "import sys\n"
    code += "import pages._parts.tails.controls, pages._parts.tails.table\n"
    code += "import pages._parts.tails.board as b; from pages._parts.tails.source import Sample\n"
    code += "from hts.noise.known_laws import draw_known\n"
    code += "s = Sample(key=1, said='', of='values', symbol='x', kind='II',\n"
    code += "           load=lambda: draw_known('stable', 500, 1))\n"
    code += "r = b.report_of(s); b.forest_board(s, r); b.sample_board(s, r)\n"
    code += "b.k_board(s, r, 0.1, 'k', 'α'); b.fit_board(r, 'mle'); print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


def test_of_a_run_of_several_one_network_is_looked_at(open_page, store, said):
    run_id = several_factories.put(store)
    for seed in (1, 2, 3):
        weights = factories.stable_weights(1.75, 60, 8, seed=seed).astype(np.float32)
        store.arrays.save_weights(f"{run_id}.main.{seed}", {"hidden_1": weights})
    page = open_page("tails", source="Run", run=run_id)
    assert not page.exception
    assert page.query_params["run"] == f"{run_id}.main.1"
    assert "the final weights" in said(page)
    assert "Read: all 60 units" in said(page)
    page.selectbox(key="tails_run_arm").set_value("gaussian").run()
    page.selectbox(key="tails_run_seed").set_value(3).run()
    assert not page.exception
    assert page.query_params["run"] == f"{run_id}.gaussian.3"
    assert f"({run_id}.gaussian.3), as recorded at step 300" in said(page)
    again = open_page("tails", source="Run", run=f"{run_id}.main.2")
    assert again.selectbox(key="tails_run_seed").value == 2
