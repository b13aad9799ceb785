"""What is chosen, shown and ruled, on price lists made up so that the right answer is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from price_factories import price_list

from hts.price.choose import Choice
from hts.price.claims import CLAIMS
from hts.price.claims_on_cost import ALPHAS
from hts.price.files import read, text
from hts.price.front import front
from hts.price.methods import METHODS
from hts.price.price_row import over
from hts.price.records import (
    AFTERWARDS,
    SHARES,
    PriceList,
    Trained,
)
from hts.price.tables import TABLES
from hts.price.words import in_full, seeds_words, sentence
from hts.table_file import FORMATS, table_bytes
from hts.validate import BadInput


def test_values_are_chosen_on_validation_whatever_the_test_set_says():
    def change(method, value, seed):
        best = METHODS[method].grid[-2] if len(METHODS[method].grid) > 1 else value
        return {
            "validation": 81.0 if value == best else 70.0,
            "test": 50.0 if value == best else 99,
        }

    choice = Choice(price_list(change))
    for name in METHODS:
        if METHODS[name].on_front:
            assert choice.value(name, "nothing", 0.9) == METHODS[name].grid[-2]
            assert set(choice.accuracies(name, "nothing", 0.9)) == {41.0}


def test_of_values_that_are_equally_good_the_smallest_is_taken():
    assert Choice(price_list()).value("dropout", "tuned", 0.8) == METHODS["dropout"].grid[0]


def test_matched_gaussian_noise_has_the_strength_that_type_three_chose():
    def change(method, value, seed):
        wanted = {"III-1.5": 4.0, "gaussian": 0.5}.get(method)
        return {"validation": 90.0 if value == wanted else 70.0, "test": 60 + value}

    choice = Choice(price_list(change))
    assert choice.value("gaussian", "nothing", 0.5) == 0.5
    assert choice.value("gaussian-matched", "nothing", 0.5) == 4.0
    assert set(choice.accuracies("gaussian-matched", "nothing", 0.0)) == {64.0}


def test_the_front_counts_seed_by_seed_against_both_controls():
    def change(method, value, seed):
        return {"test": {"dropout": 85.0 + seed, "gaussian": 80.0}.get(method, 82.0 + seed)}

    points = front(Choice(price_list(change)))
    assert len(points) == len(AFTERWARDS) * len(SHARES) * 13
    found = next(p for p in points if (p.method, p.way, p.share) == ("dropout", "nothing", 0.8))
    assert found.over["none"].median == pytest.approx(3.0)
    assert (found.over["none"].low, found.over["none"].high) == pytest.approx((3.0, 3.0))
    assert found.won == {"none": 20, "gaussian": 20}
    assert found.lost == {"none": 0, "gaussian": 0}
    assert "+3.0 (+3.0 to +3.0) points over no noise (ahead in 20 of 20 seeds)" in sentence(found)
    plain = next(p for p in points if (p.method, p.way, p.share) == ("none", "nothing", 0.8))
    assert plain.over["gaussian"].median > 0
    assert (plain.won["gaussian"], plain.lost["gaussian"]) == (20, 0)
    assert (plain.won["none"], plain.lost["none"]) == (0, 0)  # ties are neither
    assert found.accuracy.median == pytest.approx(85 + 10.5 - 8)


def rulings(found: PriceList, *without: str) -> dict[str, str]:
    choice = Choice(found)
    return {c.key: c.ruling(c.parts(choice)) for c in CLAIMS if c.key not in without}


def test_what_was_put_in_is_supported():
    heavy = {name: i for i, name in enumerate(ALPHAS.values())}

    def change(method, value, seed):
        place = METHODS[method].grid.index(value)
        found = {"compressible": 20.0 + 5 * place, "student_gain": 0.01}
        less = 5.0 * place + (20 if method == "III-1.5" else 0)
        found |= {"kept_l2": 70.0 - less, "kept_linf": 40.0 - less}
        if method == "large-rate":
            found["test"] = 80.0
        dip = {0: 0.0, 1: 0.0, 2: -0.1, 3: 0.0, 4: 0.1}
        loss = 0.4 + dip[heavy.get(method, 0)] + (0.5 if method == "momentum-III-1.5" else 0)
        accuracy = 90.0 + 10 * dip[heavy.get(method, 0)]
        accuracy += 5.0 if method == "momentum-III-1.5" else 0
        return {**found, "test_loss": loss + 0.001 * seed, "train_accuracy": accuracy}

    found = rulings(price_list(change))
    # Accuracies with units removed do not grow with the rate here, so that claim lacks two parts.
    assert found.pop("large-rates") == "undecided"
    assert set(found.values()) == {"supported"}


def test_the_opposite_of_what_is_claimed_is_not_supported():
    def change(method, value, seed):
        place = METHODS[method].grid.index(value)
        found = {"compressible": 50.0 - 5 * place, "kept_l2": 30.0 - place, "student_gain": -0.01}
        less = -1.0 if method == "momentum-III-1.5" else 0.0
        return {**found, "kept_linf": 30.0 - place, "test_loss": 0.4 + less}

    found = rulings(price_list(change))
    for key in ("robustness", "large-rates", "momentum", "student"):
        assert found[key] == "not supported", key


def test_rates_from_the_first_that_breaks_on_are_left_out():
    def change(method, value, seed):
        return {"train_accuracy": 40.0} if method == "large-rate" and value >= 8 else {}

    claim = next(c for c in CLAIMS if c.key == "large-rates")
    names = [name for name, *_ in claim.tests(Choice(price_list(change)))]
    assert names[0].endswith("rates x 1 to x 4")


def test_false_verdicts_on_chance_stay_below_one_in_twenty():
    wrong = 0
    for shift in range(8):

        def change(method, value, seed, shift=shift):
            own = [shift, METHODS[method].place, METHODS[method].grid.index(value), seed]
            rng = np.random.default_rng(own)
            heavy = rng.standard_t(1.5, 4)
            return {
                "kept_l2": heavy[0], "kept_linf": heavy[1], "test_loss": 0.4 + heavy[2],
                "train_accuracy": 90 + heavy[3], "student_gain": rng.standard_t(1.5),
                "compressible": rng.uniform(10, 90),
            }  # fmt: skip

        # Without a dip the smaller of two gaps lies below the one between: its null is another.
        found = rulings(price_list(change), "threshold", "large-rates")
        wrong += sum(ruling != "undecided" for ruling in found.values())
    assert (
        wrong <= 4
    )  # of 24 families, each wrong with at most 5 %: 5 have a probability below 0.01


def diverged(*names: str) -> PriceList:
    found = price_list()
    nothing = {way: [0.0] * len(SHARES) for way in AFTERWARDS}
    for block in (*found.choosing, *found.reported):
        if block.method in names:
            block.networks[:] = [
                Trained(seed=n.seed, diverged=True, test=nothing, validation=nothing)
                for n in block.networks
            ]
    return found


@pytest.mark.parametrize("name", ["none", "gaussian", "III-1.25", "width-none"])
def test_a_method_that_diverges_in_every_seed_leaves_every_table_whole(name):
    found = diverged(name)
    for table, rows in TABLES.items():
        made = list(rows(Choice(found)))
        assert len({tuple(row) for row in made}) == 1, table
        assert len(table_bytes(made, ".csv")) > 100
    assert in_full(found)


def test_what_diverged_has_no_gap():
    (row, *_) = TABLES["gaps"](Choice(diverged("gaussian")))
    assert row["seeds"] == 0
    assert row["gap of accuracy, points"] is row["gap of loss over none high"] is None
    prices = {row["method"]: row for row in TABLES["prices"](Choice(diverged("dropout")))}
    assert prices["Dropout"]["gap of accuracy, points"] is None
    assert prices["Dropout"]["test accuracy %"] == 0


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_written_in_every_format(name, ending):
    rows = list(TABLES[name](Choice(price_list())))
    assert len(rows) > 1
    assert len({tuple(row) for row in rows}) == 1
    assert len(table_bytes(rows, ending)) > 100


def test_a_file_holds_the_list_as_it_was(tmp_path):
    found = price_list()
    path = tmp_path / "list.json"
    path.write_text(text(found))
    assert read(path) == found
    assert "Gaussian noise" in in_full(found)


def test_large_effects_are_told_without_a_power_of_ten():
    def change(method, value, seed):
        return {
            "test_loss": 12345.0 + METHODS[method].place ** 2 * value * seed,
            "calibration": 1e5,
        }

    said = in_full(price_list(change))
    assert "calibration error, points 100000;" in said
    assert "e+0" not in said


@pytest.mark.parametrize(
    ("seeds", "said"),
    [((7, 2), "seeds 2 and 7"), ((3, 1, 2), "seeds 1 to 3"), ((9, 1, 4), "seeds 1, 4 and 9"),
     ((101,), "seed 101")],
)  # fmt: skip
def test_seeds_are_told_as_they_are(seeds, said):
    assert seeds_words(seeds) == said
    found = price_list()
    settings = dataclasses.replace(found.settings, choosing=(301,))
    told = in_full(dataclasses.replace(found, settings=settings)).splitlines()
    assert told[0].endswith("learning rate 0.1, seeds 1 to 20.")
    assert "validation with seed 301, as many tries" in told[1]


def test_a_file_of_another_version_is_named_as_not_comparable(tmp_path):
    path = tmp_path / "list.json"
    path.write_text(text(dataclasses.replace(price_list(), record=99)))
    with pytest.raises(BadInput, match="record version 99"):
        read(path)
    path.write_text("{}")
    with pytest.raises(BadInput, match="no result of"):
        read(path)


def test_costs_over_a_control_are_taken_seed_by_seed_and_leave_out_who_never_comes_to_the_target():
    def change(method, value, seed):
        if method == "dropout":
            return {"calibration": 3.0 + seed, "steps": None if seed > 1 else 10}
        return {"calibration": 1.0 + seed, "steps": None if seed > 5 else 30}

    found = over(Choice(price_list(change)), "dropout", "none")
    calibration, steps = found["calibration error, points"], found["steps to target"]
    assert (calibration.low, calibration.median, calibration.high) == (2.0, 2.0, 2.0)
    assert steps.n == 5
    assert steps.median == np.inf


def changed(**fields):
    """Spoils a network of type III noise."""

    def spoil(found):
        block = next(block for block in found.reported if block.method == "III-1.5")
        block.networks[2] = dataclasses.replace(block.networks[2], **fields)

    return spoil


def changed_block(**fields):
    def spoil(found):
        found.choosing[1] = dataclasses.replace(found.choosing[1], **fields)

    return spoil


def without_a_way(found):
    found.reported[0].networks[0].test.pop("tuned")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda found: found.reported.pop(0), "of a control, or of a value"),
        (lambda found: found.reported.clear(), "of a control, or of a value"),
        (lambda found: found.choosing.clear(), "of a control, or of a value"),
        (lambda found: found.reported.append(found.reported[0]), "twice"),
        (lambda found: found.reported[3].networks.pop(), "other seeds"),
        (lambda found: found.reported[3].networks.reverse(), "other seeds"),
        (without_a_way, "no percentages"),
        (lambda found: found.reported[0].networks[0].test["tuned"].pop(), "no percentages"),
        (lambda found: found.step_times.clear(), "time of a step"),
        (lambda found: found.step_times.update(dropout=-1.0), "time of a step .* not above 0"),
        (lambda found: found.step_times.update(none=0.0), "time of a step .* not above 0"),
        (lambda found: object.__setattr__(found.distances, "l2", -1.0), "distances between"),
        (lambda found: object.__setattr__(found.made, "seconds", -1.0), "its seconds or"),
        (changed(train_accuracy=-5.0), "III-1.5 at 0.25, seed 3, has a train_accuracy of -5"),
        (changed(compressible=1e9), "a compressible of 1e.09, which is no percentage"),
        (changed(kept_linf=101.0), "kept_linf"),
        (changed(adversarial_l2_pruned=-1.0), "adversarial_l2_pruned"),
        (changed(calibration=-3.0), "calibration"),
        (changed(test_loss=-0.1), "a loss below 0"),
        (changed(test_loss=None), "no test_loss, though it did not diverge"),
        (changed(compressible=None), "no compressible, though it did not diverge"),
        (changed(steps=0), "its target at step 0, of 1000"),
        (changed(steps=1001), "its target at step 1001, of 1000"),
        (changed(left_out=[0, 301]), "examples left out"),
        (changed(left_out=[-1, 0]), "examples left out"),
        (changed(diverged=True), "figures though it diverged"),
        (changed_block(sigma=-1.0), "none at 0.5 has a learning rate, sigma or seconds below 0"),
        (changed_block(rate=-1.0), "sigma or seconds below 0"),
        (changed_block(seconds=-1.0), "sigma or seconds below 0"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_in_words(tmp_path, spoil, says):
    file = tmp_path / "p.json"
    file.write_text(text(price_list()))
    found = read(file)
    spoil(found)
    file.write_text(text(found))
    with pytest.raises(BadInput, match=f"no whole price list.*{says}"):
        read(file)
