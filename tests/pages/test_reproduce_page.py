"""The Reproduce page without a browser: shipped results, none, one's own, and no torch."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from reproduce_factories import as_claimed, made_up, reproduction
from sweep_factories import result as run_result

from hts.studio.reproduce import datasets as reproduce_datasets
from hts.studio.reproduce import result as reproduce_result
from hts.studio.reproduce.datasets import protocol
from hts.studio.reproduce.equal_share import NO_CURVES
from hts.studio.reproduce.records import cell_of
from hts.studio.reproduce.result import load, save, shipped
from hts.studio.store.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
CLAIMS = ("alpha", "width", "cost", "after", "gaussian", "beyond")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the results that come with the program."""
    folder = tmp_path / "results"
    folder.mkdir()
    monkeypatch.setattr(reproduce_result, "SHIPPED", folder)
    return folder


@pytest.fixture
def digits_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one protocol whose data are always there."""
    known = [p for p in reproduce_datasets.PROTOCOLS if p.data == "digits"]
    monkeypatch.setattr(reproduce_datasets, "PROTOCOLS", tuple(known))
    monkeypatch.setattr("pages._parts.reproduce.source.PROTOCOLS", tuple(known))


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_every_shipped_result_is_shown_with_all_its_claims(open_page, said, path):
    result = load(path)
    page = open_page("reproduce", result=path.stem, answers="true")
    assert not page.exception
    told = said(page)
    assert result.command in told
    for claim in result.claims:
        for part in claim.parts:
            assert part.says.replace("alpha", "α").replace("sigma", "σ") in told
    for source in result.data.values():
        assert source.sha256 in told
    assert len(page.dataframe[0].value) == len(result.rows)


def test_shipped_results_are_of_real_runs_and_name_their_command():
    assert [path.stem for path in shipped()]
    for path in shipped():
        result = load(path)
        assert result.command.startswith("python -m hts reproduce --")
        assert result.created.endswith("UTC")
        assert result.runs
        planned = {(cell_of(c), c.seed) for c in result.protocol.spec.configs()}
        assert {(run.cell, run.seed) for run in result.runs} <= planned
        assert len(planned) == result.planned
        told = json.loads(path.read_text())["verdicts"]
        assert [claim["verdict"] for claim in told] == [claim.ruling for claim in result.claims]
        for claim, found in zip(told, result.claims, strict=True):
            assert claim["parts"] == {part.name: part.says for part in found.parts}


def test_the_comparison_at_equal_pruned_share_is_shown_where_runs_have_it(open_page, said, results):
    made = reproduction()
    save(made, results / "a-before.json")
    runs = [dataclasses.replace(run, at_shares=[50.0 + run.seed] * 6) for run in made.runs]
    save(dataclasses.replace(made, runs=runs), results / "b-now.json")
    page = open_page("reproduce", result="b-now")
    assert not page.exception
    table = page.dataframe[1].value
    assert set(table["Against"]) == {"no noise", "Gaussian noise"}
    assert set(table["80 % removed"]) == {"0 (0 to 0), 0 of 5"}
    before = open_page("reproduce", result="a-before")
    assert len(before.dataframe) == 1
    assert NO_CURVES in said(before)


def test_the_answer_comes_after_the_guess(open_page, said, results):
    save(reproduction(), results / "made-up.json")
    page = open_page("reproduce")
    assert not page.exception
    assert said(page).count("Choose, and the answer appears.") == len(CLAIMS)
    assert ":green-badge" not in said(page)
    page.segmented_control(key="expect_alpha").set_value("supported").run()
    assert "As you expected." in said(page)
    assert said(page).count("Choose, and the answer appears.") == len(CLAIMS) - 1
    page.segmented_control(key="expect_gaussian").set_value("not supported").run()
    assert "You expected: it does not." in said(page)
    page.toggle(key="answers").set_value(True).run()
    assert not page.exception
    assert "Choose, and the answer appears." not in said(page)


def test_a_refused_claim_says_so(open_page, said, results):
    def flat(cell):
        return {**as_claimed(cell), "pruning_ratio": 11.0}

    save(reproduction(numbers=flat), results / "flat.json")
    page = open_page("reproduce", answers="true")
    assert not page.exception
    assert ":orange-badge[:material/cancel: Not supported]" in said(page)


def test_without_any_result_the_page_says_what_to_do(open_page, said, results):
    page = open_page("reproduce", result="nothing")
    assert not page.exception
    assert "There is no result yet" in said(page)
    assert page.button(key="reproduce_run")


def test_data_that_are_not_here_are_said_to_be_fetched(
    open_page, said, results, tmp_path, monkeypatch
):
    monkeypatch.setenv("HTS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HTS_CACHE", str(tmp_path))
    page = open_page("reproduce")
    page.selectbox(key="protocol").set_value("cifar10 full").run()
    assert not page.exception
    assert "CIFAR-10 is fetched first." in said(page)
    page.selectbox(key="protocol").set_value("digits quick").run()
    assert "is fetched first" not in said(page)


def test_a_damaged_file_is_told(open_page, results):
    (results / "bad.json").write_text("{}")
    page = open_page("reproduce")
    assert not page.exception
    assert "bad.json is no result of" in page.error[0].value


def test_running_again_is_a_sweep_whose_result_can_be_looked_at(
    open_page, said, store: Store, results, digits_only
):
    page = open_page("reproduce")
    page.button(key="reproduce_run").click().run()
    assert not page.exception
    sweep = store.sweeps.list()[0]
    assert (sweep.state, sweep.total) == ("queued", len(protocol("digits", "quick").spec.configs()))
    assert "Run here: Digits 8 x 8, quick (s1)" in said(page)
    assert page.button(key="reproduce_stop_s1")
    page.button(key="reproduce_run").click().run()
    assert len(store.sweeps.list()) == 1  # it goes on already

    asked = protocol("digits", "quick")
    runs = {(run.cell, run.seed): run for run in made_up(asked)}
    group = store.groups.take(pid=1, pid_started=1.0)
    for place in group.positions[:5]:
        config = store.sweeps.members("s1")[place].config
        ratio = runs[cell_of(config), config.seed].pruning_ratio
        store.members.finish("s1", place, run_result(ratio))
    page = open_page("reproduce", result="s1", answers="true")
    assert not page.exception
    assert f"5 of {sweep.total} runs" in said(page)
    assert not open_page("sweep", sweep="s1").exception
    page.button(key="reproduce_stop_s1").click().run()
    assert store.sweeps.get("s1").state == "stopped"
    page.button(key="reproduce_run").click().run()
    assert store.sweeps.get("s1").active


@pytest.mark.process
def test_the_page_works_without_torch():
    code = "import sys\n"
    code += "import pages._parts.reproduce.claim, pages._parts.reproduce.run\n"
    code += "import pages._parts.reproduce.answers\n"
    code += "from pages._parts.reproduce.board import claim_board\n"
    code += "sys.path.insert(0, 'tests/support'); from reproduce_factories import reproduction\n"
    code += "r = reproduction(); [claim_board(r, c) for c in r.claims]\n"
    code += "print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
