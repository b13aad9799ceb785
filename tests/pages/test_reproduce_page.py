"""The Reproduce page without a browser: shipped results, none, one's own, and no torch."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from copied import to_copy
from reproduce_factories import MADE, flat, reproduction
from streamlit.testing.v1 import AppTest

from hts.paired.verdict import all_of
from hts.reproduce import result as reproduce_result
from hts.reproduce.accuracy_claims import EqualShare
from hts.reproduce.claim import View
from hts.reproduce.claims import CLAIMS
from hts.reproduce.join import joined
from hts.reproduce.quick import DIGITS, FIRST_LOOK
from hts.reproduce.regimes import REGIMES
from hts.reproduce.result import load, shipped, to_json
from hts.reproduce.setup import WEAK
from hts.reproduce.weight_claims import Alpha
from hts.studio.jobs import background as side
from hts.studio.store.store import Store
from pages._parts.reproduce.board import family_board, shorter
from pages._parts.reproduce.words import answer_words, outcome, p_value, setup_words

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the results that come with the program."""
    folder = tmp_path / "results"
    folder.mkdir()
    monkeypatch.setattr(reproduce_result, "SHIPPED", folder)
    return folder


@pytest.mark.parametrize("claim", [claim.key for claim in CLAIMS])
def test_every_claim_is_shown_with_the_verdicts_of_the_stored_results(open_page, said, claim):
    page = open_page("reproduce", claim=claim, answers="true")
    assert not page.exception
    families = [
        family
        for path in shipped()
        for one in CLAIMS
        if one.key == claim
        for family in one.judge(load(path)).families
    ]
    if not families:
        assert "python -m hts reproduce --full" in page.info[0].value
        return
    table = page.dataframe[0].value
    assert list(table["Verdict"]) == [family.ruling for family in families]
    assert list(table["Undecided"]) == [family.count("undecided") for family in families]
    assert answer_words(families, None) in said(page)
    effects = list(page.dataframe[1].value["Effect"])
    assert len(effects) == len(families[0].parts)
    assert not any("-" in effect for effect in effects)  # they have minus signs


@pytest.mark.parametrize(
    ("rulings", "came"),
    [
        ([["supported"], ["supported"]], "supported"),
        ([["supported", "undecided"], ["supported"]], "open"),
        ([["undecided"]], "undecided"),
        ([["supported"], ["undecided", "not supported"]], "mixed"),
        ([["undecided"], ["not supported"]], "not supported"),
    ],
)
def test_a_claim_depends_only_where_a_part_of_it_fails(rulings, came):
    families = [
        SimpleNamespace(ruling=all_of(one), parts=[SimpleNamespace(ruling=r) for r in one])
        for one in rulings
    ]
    assert outcome(families) == came
    said = answer_words(families, "mixed")
    assert said.startswith("**As you expected: it depends.**") == (came == "mixed")
    assert said.startswith("**Nothing speaks against it, but not all") == (came == "open")


def test_a_setup_says_how_its_networks_are_trained_and_how_strong_noise_is():
    assert setup_words(DIGITS.smaller(widths=(60, 500, 2000))) == (
        "60, 500 or 2000 units, learning rate 0.05, batches of 100, at most 150 steps, 20 seeds. "
        "After 50 steps the noise on a unit has a median norm of 0.1 (faint) or 8 (strong) times "
        "the unit's initial norm."
    )
    assert setup_words(FIRST_LOOK) == (
        "The preset First look, also stopped at the very step. 2000 units, learning rate 0.02, "
        "batches of 500, at most 200 steps, 20 seeds."
    )


def test_shipped_results_are_whole_and_name_their_command():
    first, *others = (path.stem for path in shipped())
    assert first == "quick"
    assert {"cifar10", "first-look-100", "mnist-published", "width-ecg5000"} <= set(others)
    for path in shipped():
        result = load(path)
        assert result.command.startswith("python -m hts reproduce --")
        assert result.created.endswith("UTC")
        assert result.complete


def test_the_answer_comes_after_the_guess_and_says_whether_it_was_right(open_page, said, results):
    (results / "made-up.json").write_text(to_json(reproduction()))
    page = open_page("reproduce")
    assert not page.exception
    assert "Choose, and the answer appears." in said(page)
    assert not page.dataframe
    page.segmented_control(key="expect_alpha").set_value("not supported").run()
    assert not page.exception
    assert "**It holds, unlike what you expected.** 2 of 2 regimes support" in said(page)
    page.segmented_control(key="expect_alpha").set_value("supported").run()
    assert "**As you expected: it holds.**" in said(page)
    page.selectbox(key="claim").set_value("cost").run()
    assert not page.exception
    assert "Choose, and the answer appears." in said(page)
    assert page.query_params["claim"] == "cost"


def test_a_table_without_rows_is_not_offered(open_page, results):
    tables = ("settings", "comparisons", "gains", "families", "verdicts")
    for seeds, offered in ((1, tables[:3]), (12, tables)):
        made = reproduction(MADE.smaller(seeds=seeds), flat)
        (results / "made-up.json").write_text(to_json(made))
        page = open_page("reproduce")
        assert not page.exception
        keys = [button.key for button in page.get("download_button")]
        found = [key for key in keys if key.endswith("_csv")]
        assert found == [f"get_{name}_csv" for name in offered]


def test_the_address_chooses_claim_and_regime_and_the_command_is_for_them(open_page, said, results):
    made = reproduction(MADE.smaller(seeds=12), flat)
    (results / "flat.json").write_text(to_json(made))
    page = open_page("reproduce", answers="true", claim="equal", regime="digits-tiny.full")
    assert not page.exception
    assert page.query_params["regime"] == "digits-tiny.full"
    assert list(page.dataframe[0].value["Regime"]) == [REGIMES[r].title for r in MADE.regimes]
    assert len(page.dataframe[1].value) == 8 * 12
    assert to_copy(page)[0] == "python -m hts reproduce --quick --setup digits-tiny"


def test_parts_are_filtered_until_a_figure_has_room_for_them():
    parts = [p for f in EqualShare().judge(reproduction()).families for p in f.parts]
    assert len({part.draft.where for part in parts}) == 8
    script = AppTest.from_function(_choose)
    script.session_state.parts = parts
    script.run()
    assert not script.exception
    assert {part.draft.where[-1] for part in script.session_state.shown} == {"equal target"}
    script.segmented_control(key="compared_at").set_value("equal steps").run()
    assert {part.draft.where[-1] for part in script.session_state.shown} == {"equal steps"}
    assert script.query_params["compared_at"] == "equal steps"


def _choose():
    import streamlit as st

    from pages._parts.reproduce.parts import choose_parts

    st.session_state.shown = choose_parts(st.session_state.parts)


def test_the_address_chooses_parts_and_curves_and_an_unknown_claim_is_said(
    open_page, said, results
):
    (results / "made-up.json").write_text(to_json(reproduction()))
    shown = {"compared_at": "equal steps", "curves_of": "type I, alpha 1.75, strong, n = 20"}
    page = open_page("reproduce", answers="true", claim="equal", **shown)
    assert not page.exception
    assert page.segmented_control(key="compared_at").value == "equal steps"
    assert page.selectbox(key="curves_of").value == shown["curves_of"]
    assert not page.warning

    page = open_page("reproduce", answers="true", claim="nothing", compared_at="never")
    assert not page.exception
    assert page.selectbox(key="claim").value == "alpha"
    assert (
        "the claim nothing, which does not exist. It must be one of alpha, width"
        in page.warning[0].value
    )
    assert page.query_params["claim"] == "alpha"


def test_networks_of_one_seed_are_shown_without_a_verdict(open_page, said, results):
    (results / "a-once.json").write_text(to_json(reproduction(MADE.smaller(seeds=1, name="once"))))
    page = open_page("reproduce", answers="true")
    assert "No network of this result can say anything about it" in page.info[0].value
    early, full = (frame.value for frame in page.dataframe[:2])
    assert len(early) == len(full) == 9 * 2  # cells of a width, widths
    assert set(early["End"]) == {"reached 80 %"}
    assert set(full["End"]) == {"did not reach 99 %"}
    assert "**Digits, tiny, early, to 80 %**" in said(page)
    (results / "made-up.json").write_text(to_json(reproduction()))
    page = open_page("reproduce", answers="true")
    assert "2 of 2 regimes support the whole claim" in said(page)  # those of one seed not counted


def test_names_in_a_panel_leave_out_what_all_share():
    names = ["type III, alpha 1.5, strong, n = 40", "type II, alpha 1.5, strong, n = 40"]
    assert shorter(names) == (["type III", "type II"], "alpha 1.5, strong, n = 40")
    assert shorter(names[:1]) == (names[:1], "")


def test_trends_over_other_alphas_have_a_figure_of_their_own():
    other = reproduction(MADE.smaller(alphas=(1.9,), levels={"III": (WEAK,)}))
    made = joined(reproduction(), [("b.json", other)])
    family = Alpha().judge(made).families[-1]
    board = family_board(family, family.parts, View(made, family.setup, family.regime), None)
    trends = [c for c in json.loads(board)["cards"] if "trend" in c["id"]]
    ticks = [card["figure"]["layout"]["xaxis"]["tickvals"] for card in trends]
    assert ticks == [[2.0, 1.75, 1.5], [2.0, 1.9]] * 2


def test_somebody_elses_runs_are_marked_and_what_differs_is_said(open_page, said, results):
    (results / "made-up.json").write_text(to_json(reproduction()))
    theirs = dataclasses.replace(reproduction(MADE.smaller(seeds=6), flat), noise="another")
    page = open_page("reproduce", answers="true")
    given = to_json(theirs).encode()
    page.file_uploader(key="theirs_file").set_value(("mine.json", given, "text/json")).run()
    assert not page.exception
    assert "mine.json cannot be compared with the stored results: its noise" in said(page)
    table = page.dataframe[0].value
    assert list(table["From"]) == ["here", "theirs: mine.json"] * 2
    assert set(table["Verdict"][::2]) == {"supported"}
    assert "supported" not in set(table["Verdict"][1::2])
    assert "2 of 2 regimes support the whole claim" in said(page)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda text: "{", "is no result of"),
        (lambda text: '{"a": 1}', "is no result of"),
        (lambda text: '{"schema": 1}', "cannot be compared with today's"),
        (lambda text: text.replace('"full"', '"never"'), "a regime of a.json must be one of"),
        (lambda text: text.replace('"lr": 0.1', '"lr": -1'), "lr must be"),
        (lambda text: text.replace("90.0", "190.0"), "no percentages"),
        (lambda text: text.replace('"data": "digits"', '"data": "mine"'), "data must be one of"),
        (lambda text: text.replace('"seeds": 2', '"seeds": 999'), "the seeds of a.json must be"),
        (lambda text: text.replace('"strength": 8.0', '"strength": 0'), "a strength or a sigma"),
    ],
)
def test_a_bad_file_is_refused_in_words(open_page, results, content, says):
    given = content(to_json(reproduction(MADE.smaller(seeds=2)))).encode()
    page = open_page("reproduce")
    page.file_uploader(key="theirs_file").set_value(("a.json", given, "application/json")).run()
    assert not page.exception
    assert says in page.error[0].value
    assert "`" not in page.error[0].value  # it would be shown as it is
    assert page.session_state.theirs is None


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
    code += "import pages._parts.reproduce.page\n"
    code += "from hts.reproduce.claims import judged\n"
    code += "sys.path.insert(0, 'tests/support'); from reproduce_factories import reproduction\n"
    code += "import pages._parts.price.page\n"
    code += "from pages._parts.reproduce.board import family_board\n"
    code += "from hts.reproduce.claim import View\n"
    code += "made = reproduction()\n"
    code += "[family_board(f, f.parts, View(made, f.setup, f.regime), f.parts[0].draft.cell)"
    code += " for o in judged(made) for f in o.families]\n"
    code += "print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("claim", [claim.key for claim in CLAIMS])
def test_every_figure_says_what_its_effects_measure(claim, open_page):
    (judge,) = (one for one in CLAIMS if one.key == claim)
    for path in shipped():
        result = load(path)
        for family in judge.judge(result).families[:2]:
            view = View(result, family.setup, family.regime)
            cards = json.loads(family_board(family, family.parts[:4], view, None))["cards"]
            forests = [card for card in cards if card["id"].startswith("effects")]
            assert forests
            for card in forests:
                words = card["figure"]["layout"]["xaxis"]["title"]["text"].split()
                assert len(words) > 3, words
                assert "corrected for all parts" in card["caption"]


def test_columns_that_a_claim_leaves_empty_are_not_shown(open_page):
    page = open_page("reproduce", claim="gaussian", answers="true")
    parts = page.dataframe[1].value
    assert {"Verdict", "Part", "Effect"} <= set(parts)
    assert not {"Figures", "What would settle it"} & set(parts)
    assert not any("e-" in p for p in parts["p (one-sided, Holm)"])


def test_small_p_values_are_written_as_words():
    assert [p_value(p) for p in (1e-4, 0.018, 1.0, 9e-5)] == ["0.0001", "0.018", "1", "< 0.0001"]
