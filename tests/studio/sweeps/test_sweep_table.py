"""Means and intervals of a sweep against tables made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sweep_factories import BLOWN_UP, member, result

from hts.records import TailIndex
from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.measures import MEASURES
from hts.studio.sweeps.table import Summary, members_of, summarise, values_of


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
    """t of 0.975 with 2 degrees of freedom is 4.302653, with 1 it is 12.706205."""
    members = [
        *seeds(10, 20, 30, alpha=1.5, width=100),
        *seeds(40, 42, alpha=2.0, width=100, first=3),
        *seeds(7, alpha=1.5, width=200, first=5),
    ]
    got = table(members, "alpha", "width", "pruning_ratio")
    assert each("middle", got) == [[20.0, 41.0], [7.0, None]]
    assert each("count", got) == [[3, 2], [1, 0]]
    error, low, high = each("error", got), each("low", got), each("high", got)
    assert error[0] == pytest.approx([10 / 3**0.5, 1.0])
    half = 4.302652729911275 * 10 / 3**0.5
    assert low[0] == pytest.approx([20 - half, 41 - 12.706204736432095])
    assert high[0] == pytest.approx([20 + half, 41 + 12.706204736432095])
    assert [grid[1] for grid in (low, high, error)] == [[None, None]] * 3
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
