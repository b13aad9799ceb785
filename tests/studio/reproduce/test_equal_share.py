"""Heavy-tailed noise against its controls at equal pruned share, where runs kept their curves."""

from __future__ import annotations

import dataclasses

import pytest
from reproduce_factories import reproduction
from sweep_factories import BLOWN_UP, result

from hts.config import RunConfig
from hts.paired.effect import SHARES
from hts.records import KeptCurve
from hts.studio.reproduce.equal_share import NO_CURVES, gap_words
from hts.studio.reproduce.records import Cell, reproduced
from hts.studio.reproduce.result import Reproduction, load, save
from hts.studio.reproduce.table import csv_text
from hts.studio.reproduce.words import in_full


def accuracy(cell: Cell) -> float:
    """At every share: 60 with no noise, 40 with Gaussian, 70 with heavy tails."""
    return 60.0 if cell.alpha is None else 40.0 if cell.alpha == 2 else 70.0


def with_curves(made: Reproduction) -> Reproduction:
    """Seeds differ by a tenth of a point, the same in every cell."""
    runs = [
        dataclasses.replace(run, at_shares=[accuracy(run.cell) + run.seed / 10] * len(SHARES))
        for run in made.runs
    ]
    return dataclasses.replace(made, runs=runs)


def test_every_heavy_cell_is_compared_with_no_noise_and_with_gaussian_noise():
    made = with_curves(reproduction())
    asked = made.protocol
    told = made.compared
    assert len(told) == len(asked.widths) * len(asked.sigmas) * len(asked.heavy) * 2
    for one in told:
        assert one.cell.alpha in asked.heavy
        gap = {"no noise": 10.0, "Gaussian noise": 30.0}[one.control]
        assert [at.difference.median for at in one.shares] == pytest.approx([gap] * len(SHARES))
        assert {at.seeds_won for at in one.shares} == {5}
    assert gap_words(told[0].shares[0]) == "+10 (+10 to +10), 5 of 5"
    assert "against Gaussian noise: 50 % +30 (+30 to +30), 5 of 5; 70 %" in in_full(made)


def test_a_result_without_curves_says_so():
    made = reproduction()
    assert made.compared == []
    assert NO_CURVES in in_full(made)


def test_accuracies_at_shares_are_kept_in_files_and_files_of_before_are_read(tmp_path):
    made, old = with_curves(reproduction()), reproduction()
    for one in (made, old):
        save(one, tmp_path / "a.json")
        assert load(tmp_path / "a.json").runs == one.runs
    text = (tmp_path / "a.json").read_text()
    (tmp_path / "a.json").write_text(text.replace(',"at_shares":null', ""))
    assert '"at_shares"' not in (tmp_path / "a.json").read_text()
    assert load(tmp_path / "a.json").runs == old.runs
    head, first, *_ = csv_text(made.runs).splitlines()
    assert head.endswith("seconds,accuracy_at_50,accuracy_at_70,accuracy_at_80,accuracy_at_90,"
                         "accuracy_at_95,accuracy_at_98")  # fmt: skip
    assert first.split(",")[-1] == str(made.runs[0].at_shares[-1])
    assert csv_text(old.runs).splitlines()[1].endswith(",,,,,,")


def test_a_run_keeps_its_accuracy_at_the_shares():
    kept = KeptCurve(pruned=[0.0, 0.5, 1.0], test_accuracy=[90.0, 80.0, 10.0])
    got = reproduced(RunConfig(), result(curve=kept)).at_shares
    assert got == pytest.approx([80, 52, 38, 24, 17, 12.8])
    assert reproduced(RunConfig(), BLOWN_UP).at_shares == [0.0] * len(SHARES)
    assert reproduced(RunConfig(), result()).at_shares is None
