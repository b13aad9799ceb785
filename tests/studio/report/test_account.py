"""The account of a run: its numbers are those of the run, and everything done to it is in it."""

from __future__ import annotations

import html
import re

import pytest
import several_factories

from hts.config import RunConfig
from hts.noise.types import NOISE_TYPES
from hts.paired.results import effects
from hts.studio.report.account import account, beside_controls
from hts.studio.report.file import account_file, figures
from hts.studio.report.formula import characteristic, markdown
from hts.studio.report.methods import methods
from hts.studio.report.prediction import Prediction, prediction_of
from hts.studio.report.references import CMS, KANTER, NOLAN, WAN, references
from hts.studio.store.run_row import Change
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.board.views import ensemble_view, look_up


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def told(store):
    """``told(run_id)`` is the account of a stored run and what it shows."""

    def of(run_id, prediction=None):
        shown = look_up(store, run_id)
        view = ensemble_view(shown, [None] * len(shown.networks))
        return account(store, shown.main.run, view, prediction), view

    return of


def table(found, title):
    (one,) = [t for t in found.tables if t.title.startswith(title)]
    return one


def test_the_equal_share_table_has_the_numbers_of_the_result(store, told):
    run_id = several_factories.put(store, replicates=7)
    found, _ = told(run_id)
    result = store.runs.get(run_id).result
    rows = table(found, "Accuracy at equal pruned share, beside the noise-free").rows
    expected = effects(result.members, main="main")["none"]
    assert [row[0] for row in rows] == ["50 %", "70 %", "80 %", "90 %", "95 %", "98 %"]
    for row, effect in zip(rows, expected, strict=True):
        kept, low, high = re.findall(r"\d+\.\d", row[1])
        assert float(kept) == pytest.approx(effect.accuracy.median, abs=0.051)
        assert float(low) == pytest.approx(effect.accuracy.low, abs=0.051)
        assert float(high) == pytest.approx(effect.accuracy.high, abs=0.051)
        gap = float(row[3].split()[0].replace("−", "-"))
        assert gap == pytest.approx(effect.difference.median, abs=0.051)
        assert row[4] == f"{effect.seeds_won} of 7"


def test_the_prediction_stands_beside_the_outcome(store, told):
    found, view = told(several_factories.put(store), Prediction(noisy=60, noise_free=85))
    rows = table(found, "Own prediction").rows
    assert [row[1] for row in rows] == ["60 %", "85 %"]
    kept = sorted(float(c.at([0.8])[0]) for c in view.arms[0].curves.values())[1]
    assert rows[0][2].startswith(f"{kept:.1f} %")
    alone, _ = told(
        several_factories.put(store, controls="gaussian"), Prediction(noisy=1, noise_free=2)
    )
    assert table(alone, "Own prediction").rows[1][2] == "not trained"


def test_what_was_planned_and_what_was_steered_are_rows_by_step(store, told):
    run_id = several_factories.put(store, lr="0.1@0/0.05@200")
    change = Change(setting="alpha", value=1.5, who=None, at=0.0, step=120)
    run = store.runs.get(run_id)
    object.__setattr__(run, "steered", (change,))
    shown = look_up(store, run_id)
    view = ensemble_view(shown, [None] * len(shown.networks))
    rows = table(account(store, run, view), "Changes").rows
    assert rows == [
        ("120", "alpha 1.5", "by hand"),
        ("200", "learning rate 0.05", "planned"),
    ]
    plain, _ = told(several_factories.put(store))
    assert not [t for t in plain.tables if t.title.startswith("Changes")]


def test_settings_without_effect_are_left_out_and_small_numbers_stay_numbers(store, told):
    found, _ = told(several_factories.put(store, noise="gaussian", controls="none"))
    settings = dict(table(found, "Settings").rows)
    assert settings["Depth"] == "1"
    assert settings["Train last layer"] == "yes"
    assert "Alpha" not in settings


def test_the_price_is_told_beside_each_control(store, told):
    run_id = several_factories.put(store, replicates=7)
    _, view = told(run_id)
    found = effects(store.runs.get(run_id).result.members, main="main", shares=(0.0, 0.8))
    noisy, *rows = beside_controls(view.arms).rows
    assert noisy[1] == "300"
    for row, key in zip(rows, ("none", "gaussian"), strict=True):
        for text, effect in zip(row[2:4], found[key], strict=True):
            gap = effect.difference.median
            assert float(text.split()[0].replace("−", "-")) == pytest.approx(gap, abs=0.051)
        assert row[4] == f"{found[key][1].seeds_won} of 7"


@pytest.mark.parametrize("controls", ["none", "gaussian", "none,gaussian", "none,gaussian,II"])
def test_the_summary_has_a_sentence_for_every_control(store, told, controls):
    found, view = told(several_factories.put(store, controls=controls))
    first, *others = found.found
    said = re.findall(r"the noisy network keeps \d+.%, the ([^;]*?) \d+.% \(medians\)", first)
    said += [name for one in others for name in re.findall(r"^The (.*?),? keeps \d+.%: ", one)]
    assert said == [arm.label for arm in view.arms[1:]]
    assert "keeps" not in found.summary
    listed = re.findall(r"<li>(.*?)</li>", account_file(found, []))
    assert listed[: len(found.found)] == [html.escape(one) for one in found.found]


def test_the_file_has_everything_and_asks_for_nothing(store, told):
    found, view = told(several_factories.put(store), Prediction(noisy=60, noise_free=85))
    text = account_file(found, figures(view))
    own = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    assert not re.search(r"(src|href)=|https?://", own.replace("http-equiv", ""))
    for words in ("Own prediction", "Accuracy at equal pruned share", "@inproceedings{wan2024",
                  "exp(−‖<i>u</i>‖<sup><i>α</i></sup>)", "Difference to the controls"):  # fmt: skip
        assert words in own
    assert "$" not in re.sub(r"<script type.*?</script>", "", own, flags=re.S)


def test_every_noise_type_says_its_law_in_both_ways():
    said = {name: characteristic(kind.characteristic) for name, kind in NOISE_TYPES.items()}
    assert said["III"].tex.endswith(r"= \exp(-\lVert u \rVert^{\alpha})")
    assert said["I"].tex.endswith(r"= \exp(-\lvert \sum_j u_j \rvert^{\alpha})")
    assert said["II"].html.endswith("exp(−∑<sub>j</sub> |<i>u</i><sub>j</sub>|<sup><i>α</i></sup>)")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "type III noise, alpha 1.75"),
        ({"noise": "none"}, "No noise was added."),
        ({"gradient": False}, "steps of noise alone"),
        ({"target_accuracy": 80.0, "controls": "none", "equal_steps": True}, "called equal steps"),
        ({"target_accuracy": 80.0, "go_on": True}, "went on for as many steps again"),
        ({"replicates": 8, "controls": "none"}, "here 99.2 %"),
        ({"optimizer": "adamw", "weight_decay": 0.1}, "AdamW, weight decay 0.1"),
    ],
)
def test_methods_say_what_was_done(store, settings, words):
    run = store.runs.get(store.runs.create(RunConfig(**settings)))
    text = " ".join(map(markdown, methods(run)))
    assert words in text
    assert "hts 0." in text


def test_sources_are_those_of_what_was_used():
    assert {WAN, CMS, KANTER, NOLAN} <= set(references(RunConfig()))
    assert KANTER not in references(RunConfig(noise="II"))
    assert not {CMS, NOLAN} & set(references(RunConfig(noise="none")))


def test_a_prediction_comes_back_from_its_address_and_nonsense_is_refused():
    said = Prediction(noisy=60, noise_free=85.5)
    assert prediction_of(said.to_address()) == said
    assert prediction_of({"noisy": "3"}) is None
    for bad in ("x", "101", "nan"):
        with pytest.raises(BadInput, match="noisy must be a number in"):
            prediction_of({"noisy": bad, "noise_free": "1"})
