"""The Reproduce page without a browser: shipped results, none, one's own, and no torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from reproduce_factories import MADE, flat, reproduction

from hts.reproduce import result as reproduce_result
from hts.reproduce.claims import judged
from hts.reproduce.result import load, shipped, to_json
from hts.reproduce.words import family_words
from hts.studio.jobs import background as side
from hts.studio.store.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
MADE_CLAIMS = [one.claim.key for one in judged(reproduction())]


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the results that come with the program."""
    folder = tmp_path / "results"
    folder.mkdir()
    monkeypatch.setattr(reproduce_result, "SHIPPED", folder)
    return folder


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_every_shipped_result_is_shown_with_all_its_claims(open_page, said, path):
    result = load(path)
    page = open_page("reproduce", result=path.stem, answers="true")
    assert not page.exception
    told = said(page)
    assert result.command in told
    for one in judged(result):
        for family in one.families:
            assert family_words(family).replace("alpha", "α").replace("sigma", "σ") in told
    for source in result.data.values():
        assert source.sha256 in told


def test_shipped_results_are_whole_and_name_their_command():
    assert [path.stem for path in shipped()]
    for path in shipped():
        result = load(path)
        assert result.command.startswith("python -m hts reproduce --")
        assert result.created.endswith("UTC")
        assert result.complete


def test_the_answer_comes_after_the_guess(open_page, said, results):
    (results / "made-up.json").write_text(to_json(reproduction()))
    page = open_page("reproduce")
    assert not page.exception
    assert said(page).count("Choose, and the answer appears.") == len(MADE_CLAIMS)
    assert ":green-badge" not in said(page)
    page.segmented_control(key="expect_alpha").set_value("supported").run()
    assert not page.exception
    assert ":green-badge[6 supported]" in said(page)
    assert said(page).count("Choose, and the answer appears.") == len(MADE_CLAIMS) - 1
    page.toggle(key="answers").set_value(True).run()
    assert not page.exception
    assert "Choose, and the answer appears." not in said(page)


def test_a_refused_claim_says_so_and_its_numbers_stand_in_a_table(open_page, said, results):
    small = reproduction(MADE.smaller(seeds=12), flat)
    (results / "flat.json").write_text(to_json(small))
    page = open_page("reproduce", answers="true")
    assert not page.exception
    assert ":orange-badge[" in said(page)
    tables = [frame.value for frame in page.dataframe]
    assert any("Verdict" in table and "not supported" in set(table["Verdict"]) for table in tables)


def test_without_any_result_the_page_says_what_to_do(open_page, said, results):
    page = open_page("reproduce", result="nothing")
    assert not page.exception
    assert "There is no result yet" in said(page)
    assert page.button(key="reproduce_run")


def test_a_file_of_an_earlier_form_is_named_as_not_comparable(open_page, results):
    (results / "old.json").write_text('{"schema": 1}')
    page = open_page("reproduce")
    assert not page.exception
    assert "cannot be compared with today's" in page.error[0].value


def test_running_again_is_a_small_job_whose_result_can_be_looked_at(
    open_page, said, store: Store, results, monkeypatch
):
    begun = []
    monkeypatch.setattr(side, "_begin", lambda _, asked, by: begun.append(asked))
    page = open_page("reproduce")
    page.button(key="reproduce_run").click().run()
    assert not page.exception
    (asked,) = begun
    assert asked.job == "reproduce"
    asked.result.parent.mkdir(parents=True, exist_ok=True)
    asked.result.write_text(to_json(reproduction(MADE.smaller(seeds=6))))
    page = open_page("reproduce")
    assert not page.exception
    assert page.selectbox(key="result").value == "here-digits"


@pytest.mark.process
def test_the_page_works_without_torch():
    code = "import sys\n"
    code += "import pages._parts.reproduce.claim, pages._parts.reproduce.source\n"
    code += "import pages._parts.reproduce.answers\n"
    code += "from pages._parts.reproduce.board import family_board\n"
    code += "from hts.reproduce.claims import judged\n"
    code += "sys.path.insert(0, 'tests/support'); from reproduce_factories import reproduction\n"
    code += "[family_board(o, f) for o in judged(reproduction()) for f in o.families]\n"
    code += "print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
