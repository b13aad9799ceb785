"""Medians and intervals of a sweep against tables made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sweep_factories import BLOWN_UP, member, result

from hts.records import TailIndex
from hts.studio.cli.table import BASE, line
from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.measures import MEASURES
from hts.studio.sweeps.table import Summary, members_of, summarise, values_of
from hts.studio.sweeps.text import median_words


def seeds(*ratios: float, first: int = 0, **settings: Any) -> list[Member]:
    return [
        member(first + i, result(ratio), seed=i + 1, **settings) for i, ratio in enumerate(ratios)
    ]


def table(
    members: list[Member],
    x: str,
    y: str | None = None,
    measure: str = "pruning_ratio",
    fixed: Mapping[str, Any] | None = None,
) -> list[list[Summary]]:
    grid = members_of(members, x, y, fixed)
    return [[summarise(cell, MEASURES[measure]) for cell in row] for row in grid]


def each(name: str, grid: list[list[Summary]]) -> list[list[Any]]:
    return [[getattr(cell, name) for cell in row] for row in grid]


def means(*args: Any, **more: Any) -> list[list[Any]]:
    return each("middle", table(*args, **more))


def test_a_table_made_by_hand() -> None:
    """Of fewer than six values the interval is the range, and holds 1 - 2^(1 - n)."""
    members = [
        *seeds(10, 24, 30, alpha=1.5, width=100),
        *seeds(40, 42, alpha=2.0, width=100, first=3),
        *seeds(7, alpha=1.5, width=200, first=5),
    ]
    got = table(members, "alpha", "width", "pruning_ratio")
    assert each("middle", got) == [[24.0, 41.0], [7.0, None]]
    assert each("count", got) == [[3, 2], [1, 0]]
    assert each("low", got) == [[10.0, 40.0], [None, None]]
    assert each("high", got) == [[30.0, 42.0], [None, None]]
    assert each("level", got)[0] == [0.75, 0.5]
    runs = [
        [[m.run for m in cell] for cell in row] for row in members_of(members, "alpha", "width")
    ]
    assert runs == [[["run-0", "run-1", "run-2"], ["run-3", "run-4"]], [["run-5"], []]]


def test_one_axis_is_one_row() -> None:
    got = table([*seeds(1, 2, width=10), *seeds(5, width=20, first=2)], "width")
    assert (each("middle", got), each("count", got)) == ([[1.5, 5.0]], [[2, 1]])


def test_what_ended_without_the_measure_is_not_counted() -> None:
    members = [
        member(0, result(50.0), seed=1),
        member(1, BLOWN_UP, seed=2),
        member(2, None, state="failed", seed=3),
        member(3, None, state="waiting", seed=4),
        member(4, None, state="running", seed=5),
    ]
    got = table(members, "alpha", None, "pruning_ratio")
    assert (each("middle", got), each("count", got)) == ([[50.0]], [[1]])
    diverged = table(members, "alpha", None, "diverged")
    assert (each("middle", diverged), each("count", diverged)) == ([[50.0]], [[2]])


def test_shares_have_wilsons_interval() -> None:
    """1 of 10: (0.0178762, 0.4041500), as computed by hand from the formula."""
    members = [member(i, BLOWN_UP if i == 0 else result(), seed=i) for i in range(10)]
    got = table(members, "alpha", None, "diverged")[0][0]
    assert got.middle == 10.0
    assert [got.low, got.high] == pytest.approx([1.78762, 40.41500], abs=1e-4)
    none = table(members[1:], "alpha", None, "diverged")[0][0]
    assert (none.middle, none.low) == (0.0, pytest.approx(0.0, abs=1e-9))
    assert none.high > 20


def test_fixed_settings_choose_members() -> None:
    members = [*seeds(1, 3, noise="I"), *seeds(10, 30, noise="III", first=2)]
    assert means(members, "alpha", fixed={"noise": "III"}) == [[20.0]]
    assert means(members, "alpha", fixed={"noise": "III", "seed": 2}) == [[30.0]]
    assert means(members, "alpha", fixed={"noise": "II"}) == [[None]]


def test_a_run_without_noise_belongs_to_every_alpha() -> None:
    members = [
        *seeds(5, 7, noise="none", alpha=1.5),
        *seeds(50, noise="III", alpha=1.5, first=2),
        *seeds(60, noise="III", alpha=2.0, first=3),
    ]
    assert [values_of(members, name) for name in ("alpha", "noise")] == [
        [1.5, 2.0],
        ["none", "III"],
    ]
    assert means(members, "alpha", "noise") == [[6.0, 6.0], [50.0, 60.0]]
    assert means(members, "alpha", fixed={"noise": "none"}) == [[6.0, 6.0]]
    assert means(members, "alpha", fixed={"noise": "III"}) == [[50.0, 60.0]]


def test_a_run_with_sigma_0_belongs_to_every_type_and_to_sigma_0_only() -> None:
    members = [*seeds(5, sigma=0.0, noise="I"), *seeds(9, sigma=1.0, noise="II", first=1)]
    assert [values_of(members, name) for name in ("sigma", "noise")] == [[0.0, 1.0], ["I", "II"]]
    assert means(members, "sigma", "noise") == [[5.0, None], [5.0, 9.0]]


def test_values_ascend_and_words_stay_in_order() -> None:
    members = [
        member(0, None, width=20, noise="III", target_accuracy=95.0),
        member(1, None, width=10, noise="I", target_accuracy=None),
    ]
    assert values_of(members, "width") == [10, 20]
    assert values_of(members, "noise") == ["III", "I"]
    assert values_of(members, "target_accuracy") == [None, 95.0]


def test_every_measure_of_a_result() -> None:
    tail = TailIndex(
        alpha=1.7, low=1.6, high=1.8, level=0.95, method="m", sample="units", size=9, scale=1.0,
        location=0.0, distance=0.01, fits=True,
    )  # fmt: skip
    got = {name: measure.value(result(tail_index=tail)) for name, measure in MEASURES.items()}
    assert got == {
        "pruning_ratio": 50.0, "test_accuracy": 95.0, "test_accuracy_pruned": 92.5,
        "accuracy_cost": 2.5, "tail_index": 1.7, "train_accuracy": 97.0, "iterations": 100.0,
        "seconds": 1.5, "diverged": 0.0, "prunable": None,
    }  # fmt: skip
    assert {name for name, measure in MEASURES.items() if measure.value(BLOWN_UP) is not None} == {
        "diverged"
    }
    assert MEASURES["tail_index"].value(result()) is None
    assert all(name == measure.name for name, measure in MEASURES.items())


def test_no_members_make_one_empty_row() -> None:
    assert members_of([], "alpha") == [[]]


def test_schedules_are_values_of_an_axis_after_the_numbers() -> None:
    members = [
        *seeds(10, 30, alpha="2@0/1.5@500"),
        *seeds(1, 2, 3, alpha=2.0, first=2),
        *seeds(5, alpha=1.5, first=5),
    ]
    assert values_of(members, "alpha") == [1.5, 2.0, "2@0/1.5@500"]
    assert means(members, "alpha") == [[5, 2, 20]]
    fixed = {"alpha": "2@0/1.5@500"}
    assert means(members, "seed", fixed=fixed) == [[10, 30, None]]


def test_run_without_noise_stands_beside_every_schedule() -> None:
    members = [*seeds(10, alpha="2@0/1.5@500"), *seeds(4, noise="none", first=1)]
    assert values_of(members, "alpha") == [1.75, "2@0/1.5@500"]
    assert means(members, "alpha", "noise") == [[None, 10], [4, 4]]


def test_no_interval_leaves_what_can_be() -> None:
    """Of 3 and 99 % a t interval would reach from -559 to 661 %."""
    for ratios in ((3, 99), (0, 0, 100), (100, 100, 98, 2, 1, 0)):
        (got,) = table(seeds(*ratios), "alpha")[0]
        assert min(ratios) <= got.low <= got.middle <= got.high <= max(ratios)


def tail(alpha: float, fits: bool) -> TailIndex:
    return TailIndex(alpha=alpha, low=alpha, high=alpha, level=0.95, method="test", sample="units",
                     size=20, scale=1.0, location=0.0, distance=0.2, fits=fits)  # fmt: skip


def test_a_tail_index_whose_fit_was_rejected_is_no_value() -> None:
    def median_of(*tails: TailIndex) -> Summary:
        several = [member(i, result(50.0, tail_index=t), seed=i) for i, t in enumerate(tails)]
        return table(several, "alpha", None, "tail_index")[0][0]

    none = median_of(tail(2.0, False), tail(2.0, False))
    assert (none.middle, none.rejected) == (None, 2)
    assert median_words(none, 2) == "– (fit rejected)"
    some = median_of(tail(1.7, True), tail(2.0, False))
    assert median_words(some, 2) == "1.70 (1 rejected)"
    assert median_words(median_of(tail(1.7, True), tail(1.8, True)), 2) == "1.75 (1.70 to 1.80)"


def test_the_readmes_table_shows_no_rejected_tail_index_and_no_plus_minus() -> None:
    runs = [result(10.0 + k, tail_index=tail(2.0, False)) for k in range(5)]
    row = line(BASE.replace(noise="none"), runs)
    assert row.startswith("| none | - | 2000 | 12.0 (10.0 to 14.0) |")
    assert row.endswith("| – (fit rejected) |")
    assert "±" not in row


def test_a_network_that_only_guesses_is_no_merit_but_counts_where_accuracy_is_asked() -> None:
    """It could be pruned to nothing for free, which is not what the best cell is to be."""
    useless = member(2, result(99.0, test_accuracy=10.5, test_accuracy_pruned=10.5), alpha=1.5)
    good = [member(0, result(30.0), alpha=1.5), member(1, result(40.0), alpha=2.0)]
    assert means([*good, useless], "alpha") == [[30.0, 40.0]]
    assert means([useless], "alpha", measure="accuracy_cost") == [[None]]
    assert means([*good, useless], "alpha", measure="test_accuracy") == [[52.75, 95.0]]
    noise = [member(2, result(99.0, test_accuracy=10.5), gradient=False)]
    assert means(noise, "alpha") == [[99.0]]
