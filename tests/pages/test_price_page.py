"""The price list on the page Reproduce: figure, costs, claims of other papers, running it again."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from copied import to_copy
from price_factories import price_list

from hts.noise.mark import noise_mark
from hts.paired.median import Median
from hts.price import files
from hts.price.choose import MATCHED, METHODS, Choice, title
from hts.price.claims import CLAIMS
from hts.price.front import front
from hts.price.price_row import medians
from hts.price.records import AFTERWARDS, PRICED, VERSION
from hts.price.settings import DATA, command, settings_for
from hts.price.words import best_words
from hts.studio.figures.words import greek, minus
from hts.studio.jobs import background as side
from pages._parts.price.words import median_words

HERE = {"part": "Price list"}
LIST = price_list()


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the results that come with the program, with one for digits."""
    monkeypatch.setattr(files, "SHIPPED", tmp_path)
    (tmp_path / "digits.json").write_text(files.text(LIST))
    return tmp_path


def test_the_list_is_shown_with_its_claims_and_what_is_best(open_page, said, results):
    page = open_page("reproduce", **HERE)
    assert not page.exception
    told = said(page)
    for sentence in best_words(front(Choice(LIST)), "nothing"):
        assert minus(greek(sentence)) in told
    costs, claims, parts = (frame.value for frame in page.dataframe)
    assert len(costs) == len(Choice(LIST).methods)
    assert [greek(claim.title) for claim in CLAIMS] == list(claims["Claim"])
    rulings = [claim.ruling(claim.parts(Choice(LIST))) for claim in CLAIMS]
    assert list(claims["Verdict"]) == rulings
    assert len(parts) == len(CLAIMS[0].parts(Choice(LIST)))
    assert "arxiv.org/abs/2507.17725" in told
    assert "p (one-sided, Holm)" in parts
    first, choice = CLAIMS[0].parts(Choice(LIST))[0], Choice(LIST)
    effect = median_words(first.test.effect, signed=True)
    assert parts["Effect"][0] == f"{effect} {first.unit}"
    price = medians(choice.block(choice.methods[0], "nothing", PRICED))
    accuracy = price["with 90 % removed"]
    assert accuracy is not None
    assert costs["with 90 % removed"][0] == median_words(accuracy, signed=False)
    assert "undecided** otherwise. Its interval is that of the part alone, uncorrected." in told


@pytest.mark.parametrize(
    ("values", "signed", "says"),
    [
        ((91.0, 88.6, 92.8), False, "91.0 (88.6 to 92.8)"),
        ((0.0857, -0.0718, 0.4057), True, "+0.086 (−0.072 to +0.406)"),
        ((-0.0004, -0.1, 0.2), True, "0.0 (−0.1 to +0.2)"),
        ((2.5, 2.0, 3.0), False, "2.5 (2.0 to 3.0)"),
        ((100.0, 100.0, 100.0), False, "100 (100 to 100)"),
        ((0.03826, 0.03763, 0.0395), False, "0.0383 (0.0376 to 0.0395)"),
        ((float("nan"), 2.0, float("inf")), False, "– (2 to never)"),
        ((float("inf"), 0.0, float("inf")), True, "+∞ (0 to +∞)"),
    ],
)
def test_a_median_and_its_ends_have_as_many_decimals(values, signed, says):
    median, low, high = values
    found = Median(median=median, low=low, high=high, level=0.95, n=20)
    assert median_words(found, signed=signed) == says


@pytest.mark.parametrize("data", [name for name in DATA if files.shipped(name)])
def test_every_stored_list_is_whole_of_this_noise_and_shown(open_page, data):
    path = files.shipped(data)
    assert path is not None
    found = files.read(path)
    assert found.made.command == command(data)
    assert found.made.noise == noise_mark()
    assert found.settings == settings_for(data)
    page = open_page("reproduce", **HERE, data=data)
    assert not page.exception
    assert to_copy(page)[0] == found.made.command
    assert len(page.dataframe[0].value) == len(Choice(found).methods)


def test_the_address_says_what_is_looked_at(open_page, said, results):
    page = open_page("reproduce", **HERE, pruned="Fine-tuned", paper="student",
                     costs="Against no noise", methods="Dropout")  # fmt: skip
    assert not page.exception
    assert page.pills(key="methods").value == ["dropout"]
    assert f"{AFTERWARDS['tuned']}: " in said(page)
    assert "arxiv.org/abs/2402.01382" in said(page)
    costs = page.dataframe[0].value
    assert len(costs) == len(Choice(LIST).methods) - 1
    assert "No noise" not in list(costs["Method"])
    assert page.query_params["paper"] == "student"


def test_a_dataset_without_a_list_says_so_and_can_be_run(open_page, said, results, monkeypatch):
    begun = []
    monkeypatch.setattr(side, "_begin", lambda _, asked, by: begun.append(asked))
    page = open_page("reproduce", **HERE, data="mnist")
    assert "There is no price list of MNIST yet." in said(page)
    page.button(key="price_quick").click().run()
    assert not page.exception
    (asked,) = begun
    assert asked.job == "price"
    asked.result.parent.mkdir(parents=True, exist_ok=True)
    asked.result.write_text(files.text(LIST))
    page = open_page("reproduce", **HERE, data="mnist")
    assert not page.exception
    assert len(page.dataframe) == 3


def test_a_list_made_here_with_another_noise_is_named_as_not_comparable(open_page, store, results):
    asked = side.side_job(
        store, None, "price", {"data": "digits", "quick": True, "record": VERSION}
    )
    made = dataclasses.replace(LIST.made, noise="another")
    asked.result.parent.mkdir(parents=True, exist_ok=True)
    asked.result.write_text(files.text(dataclasses.replace(LIST, made=made)))
    page = open_page("reproduce", **HERE)
    assert not page.warning
    page.segmented_control(key="prices").set_value("quick").run()
    assert not page.exception
    assert "it was made with other noise." in page.warning[0].value
    again = open_page("reproduce", **HERE, prices=page.query_params["prices"])
    assert "it was made with other noise." in again.warning[0].value


def test_how_long_a_run_takes_stands_on_its_button(open_page, results):
    page = open_page("reproduce", **HERE)
    assert page.button(key="price_full").label == "Run all of it, about 1 s"
    assert page.button(key="price_quick").label == "Run a quick look, about 2 minutes"


def test_the_names_of_methods_stay_in_view_on_a_phone(open_page, results):
    """Streamlit pins no columns that take more than 60 % of a table, 390 pixels on a phone."""
    table = open_page("reproduce", **HERE).dataframe[0]
    column = json.loads(table.proto.columns)["Method"]
    assert column["pinned"]
    assert column["width"] <= 0.6 * 390
    names = [greek(title(method)).replace(" noise,", ",") for method in (*METHODS, *MATCHED)]
    assert set(table.value["Method"]) <= set(names)
    assert max(map(len, names)) * 5.6 + 16 <= column["width"]  # pixels of a letter
