"""Verdicts on made-up tables of known answer, the table, and the file they travel in."""

from __future__ import annotations

import dataclasses
import json

import msgspec
import pytest
from reproduce_factories import as_claimed, made_up, reproduction

from hts.studio.reproduce.claims import claims
from hts.studio.reproduce.datasets import datasets, protocol
from hts.studio.reproduce.pairs import accuracy, differences, ratio, slopes
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.records import Cell, Runs
from hts.studio.reproduce.result import load, save
from hts.studio.reproduce.table import csv_text, markdown, rows
from hts.studio.reproduce.words import in_full, missing_words
from hts.validate import BadInput

QUICK = protocol("ecg5000", "quick")


def verdicts(numbers, asked: Protocol = QUICK) -> dict[str, str]:
    return {claim.key: claim.ruling for claim in claims(asked, made_up(asked, numbers))}


def parts(key: str, numbers, asked: Protocol = QUICK) -> dict[str, str]:
    found = {claim.key: claim for claim in claims(asked, made_up(asked, numbers))}[key]
    return {part.name: part.ruling for part in found.parts}


def test_a_world_as_claimed_supports_every_claim():
    assert set(verdicts(as_claimed).values()) == {"supported"}


def test_a_world_without_effect_supports_none_about_ratios():
    def flat(cell: Cell):
        return {**as_claimed(cell), "pruning_ratio": 11.0}

    assert verdicts(flat) == {
        "alpha": "not supported",
        "width": "not supported",
        "cost": "supported",
        "after": "not supported",  # nothing more can be pruned
        "gaussian": "supported",
        "beyond": "not supported",
    }


def test_only_the_type_that_differs_is_refused():
    def first_gaussian(cell: Cell):
        found = as_claimed(cell)
        if cell.noise == "I" and cell.alpha == 2:
            found["pruning_ratio"] = 55.0
        return found

    assert parts("gaussian", first_gaussian) == {
        "Type I": "not supported", "Type II": "supported", "Type III": "supported",
    }  # fmt: skip
    assert verdicts(first_gaussian)["gaussian"] == "not supported"


def test_accuracy_after_pruning_needs_one_sigma_of_each_type():
    def small_sigmas_hold(cell: Cell):
        lost = 10.0 if (cell.sigma or 0) > 0.5 else 0.5
        return {**as_claimed(cell), "test_accuracy_pruned": 95.0 - lost}

    found = parts("after", small_sigmas_hold)
    assert found["Type III, sigma 0.1"] == "supported"
    assert found["Type III, sigma 1"] == "not supported"
    assert verdicts(small_sigmas_hold)["after"] == "supported"


def test_a_cost_of_two_points_is_not_slight():
    def costly(cell: Cell):
        return {**as_claimed(cell), "test_accuracy": 95.0 if cell.noise == "none" else 93.0}

    assert verdicts(costly)["cost"] == "not supported"


def test_divergence_leaves_accuracy_undecided_and_is_told():
    def blown_up(cell: Cell):
        if (cell.noise, cell.alpha, cell.sigma, cell.width) != ("II", 1.75, 1.0, 2000):
            return as_claimed(cell)
        names = ("train_accuracy", "test_accuracy", "pruning_ratio", "train_accuracy_pruned",
                 "test_accuracy_pruned")  # fmt: skip
        return {"stop_reason": "diverged", **dict.fromkeys(names)}

    found = made_up(QUICK, blown_up)
    by_key = {claim.key: claim for claim in claims(QUICK, found)}
    cost = next(part for part in by_key["cost"].parts if part.name == "Type II")
    assert cost.ruling == "undecided"
    assert "Left out: 5 seeds with a run that diverged" in cost.says
    row = next(r for r in rows(found) if r.diverged)
    assert row.measures["test_accuracy"].mean is None
    assert "diverged" in markdown(rows(found)).splitlines()[0]


def test_too_few_seeds_decide_nothing_and_missing_runs_are_named():
    asked = protocol("ecg5000", "quick", seeds=[1, 2])
    assert set(verdicts(as_claimed, asked).values()) == {"undecided"}
    result = reproduction()
    without = [run for run in result.runs if not (run.width == 10000 and run.seed > 3)]
    result = dataclasses.replace(result, runs=without)
    assert not result.complete
    assert "no noise, n = 10000: seeds 4, 5" in list(missing_words(result))
    assert "Not run:" in in_full(result)
    assert next(c for c in result.claims if c.key == "width").ruling == "supported"  # three seeds


def test_a_network_that_learned_nothing_gives_no_verdict():
    def dull(cell: Cell):
        accuracy = 10.0 if cell.model == "cnn" else 95.0
        return {**as_claimed(cell), "test_accuracy": accuracy, "test_accuracy_pruned": accuracy}

    found = {claim.key: claim for claim in claims(QUICK, made_up(QUICK, dull))}["beyond"]
    cnn = next(part for part in found.parts if part.name.startswith("CNN"))
    assert (cnn.ruling, found.ruling) == ("undecided", "undecided")
    assert "learned next to nothing" in cnn.says


def test_networks_on_other_data_say_on_which_or_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setenv("HTS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HTS_CACHE", str(tmp_path))
    asked = QUICK.where_data_are()
    assert asked.skipped == {"CNN": "needs cifar10, which is not on this computer"}
    assert not [config for config in asked.spec.configs() if config.model == "cnn"]
    found = {claim.key: claim for claim in claims(asked, made_up(asked))}["beyond"]
    assert found.ruling == "undecided"
    assert found.parts[-1].says == "Not run: needs cifar10, which is not on this computer."
    assert "CNN: needs cifar10" in "\n".join(missing_words(reproduction(asked)))


@pytest.mark.usefixtures("shared_data")
def test_a_subset_is_called_one():
    names = [part.name for part in QUICK.where_data_are().beyond]
    assert names == ["Depth 3", "CNN on CIFAR-10 (subset of 4000+1000)"]


def test_pairs_are_of_one_seed():
    runs = Runs(made_up(QUICK))
    cells = [Cell("ecg5000-binary", "fcn", 1, 2000, "III", a, 1.0) for a in (2.0, 1.9, 1.75)]
    found = differences(runs, [(cells[2], cells[0])], ratio, QUICK.seeds)
    assert found.values == pytest.approx([52.0] * 5)  # 200 * 0.25 + 2, whatever the seed
    assert differences(runs, [(cells[0], cells[0])], accuracy, (1, 99)).values == (0.0,)
    line = [dataclasses.replace(run, pruning_ratio=-30 * run.alpha) for run in made_up(QUICK)
            if run.cell in cells]  # fmt: skip
    assert slopes(Runs(line), cells, ratio, (1,)).values == pytest.approx([3.0])


def test_sentences_carry_the_numbers():
    claim = claims(QUICK, made_up(QUICK))[0]
    part = next(p for p in claim.parts if p.name == "Type III, n = 2000")
    assert "sigma 1: 11.0 % at alpha 2, 33.0 % at alpha 1.9, 63.0 % at alpha 1.75" in part.says
    assert "rising in 5 of 5 seeds" in part.says


def test_the_table_has_means_and_standard_deviations():
    found = rows(made_up(QUICK))
    first = found[0]
    assert (first.cell.noise, first.cell.width, first.runs) == ("none", 2000, 5)
    assert first.measures["pruning_ratio"].mean == pytest.approx(11.0)
    assert first.measures["pruning_ratio"].sd == pytest.approx(0.1 * 2.5**0.5)
    text = markdown(found)
    assert text.splitlines()[2].startswith("| none | - | - | 2000 | 5 | 20 | 97.0 ± 0.2 | 95.0")
    assert len(csv_text(made_up(QUICK)).splitlines()) == len(made_up(QUICK)) + 1


def test_a_file_says_the_same_after_a_journey(tmp_path):
    result = reproduction()
    save(result, tmp_path / "r.json")
    again = load(tmp_path / "r.json")
    assert again == result
    assert again.claims == result.claims
    text = json.loads((tmp_path / "r.json").read_text())
    assert [v["verdict"] for v in text["verdicts"]] == [c.ruling for c in result.claims]
    assert text["data"]["ecg5000-binary"]["sha256"] == "0" * 64
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(BadInput, match=r"bad.json is no result of `python -m hts reproduce`"):
        load(tmp_path / "bad.json")


@pytest.mark.parametrize("data", [name for name in datasets() if name != "digits"])
def test_full_protocols_have_what_was_published(data):
    asked = protocol(data, "full")
    assert asked.alphas == (2.0, 1.9, 1.8, 1.75)
    assert asked.seeds == (1, 2, 3, 4, 5)
    assert set(asked.sigmas) == {"I", "II", "III"}
    assert all(asked.headline[kind] in asked.sigmas[kind] for kind in asked.sigmas)
    assert msgspec.json.decode(msgspec.json.encode(asked), type=Protocol) == asked


@pytest.mark.usefixtures("shared_data")
def test_cifar10_can_be_asked_for_and_its_subset_is_called_one():
    asked = protocol("cifar10", "full").where_data_are()
    assert {config.data for config in asked.spec.configs()} == {"cifar10"}
    assert {config.model for config in asked.spec.configs()} == {"fcn", "cnn"}
    assert [part.name for part in asked.beyond] == ["Depth 2", "CNN"]
    assert len(protocol("cifar10", "full", headline=True).spec.configs()) == 5 * 2 * (1 + 3 * 4)
    with pytest.raises(BadInput, match="cifar10 has no quick protocol: give --full"):
        protocol("cifar10", "quick")


def test_the_released_codes_scale_leaves_out_what_it_has_no_noise_for():
    asked = protocol("ecg5000", "full", reference_scaling="gpu")
    noisy = [config for config in asked.spec.configs() if config.stability is not None]
    assert all(config.reference_scaling == "gpu" for config in noisy)
    assert not [c for c in noisy if c.noise == "III" and c.alpha == 2]
    found = claims(asked, made_up(asked))
    assert [part.name for part in found[4].parts] == ["Type I", "Type II"]


def test_a_part_of_a_protocol():
    asked = protocol(
        "mnist", "full", seeds=[1, 2, 3], widths=[2000], alphas=[1.75, 2], headline=True
    )
    assert asked.alphas == (2.0, 1.75)
    assert len(asked.spec.configs()) == 3 * (1 + 3 * 2)
    found = {claim.key: claim.ruling for claim in claims(asked, made_up(asked))}
    assert found["alpha"] == "supported"
    assert found["width"] == found["beyond"] == "undecided"  # it has nothing to say


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"data": "iris"}, "data must be one of ecg5000"),
        ({"data": "digits", "mode": "full"}, "digits has no full protocol: give --quick"),
        ({"widths": [7]}, "widths must be some of 2000, 10000, got 7"),
        ({"alphas": [1.0, 2.0]}, "alphas must be some of 2, 1.9, 1.75, got 1, 2"),
    ],
)
def test_what_no_protocol_has_is_refused(given, says):
    with pytest.raises(BadInput, match=says):
        protocol(**{"data": "ecg5000", "mode": "quick", **given})
