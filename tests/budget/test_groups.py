"""Which runs are computed together, and in which order."""

from __future__ import annotations

from hts.budget.groups import group_size, plan_groups
from hts.config import VARYING, RunConfig
from hts.studio.sweeps.spec import SweepSpec

BASE = RunConfig(width=50)


def configs(**grid) -> list[RunConfig]:
    return SweepSpec(name="test", base=BASE, grid=grid).configs()


def plan(asked: list[RunConfig], size: int) -> list[list[int]]:
    return plan_groups(asked, lambda _: size)


def test_every_run_is_in_exactly_one_group_of_equal_shapes() -> None:
    asked = configs(
        width=(20, 50), activation=("relu", "tanh"), noise=("none", "I", "III"), seed=(1, 2, 3),
        alpha=(1.5, 2.0), data=("digits", "moons"), batch_size=(10, 20),
    )  # fmt: skip
    groups = plan(asked, 7)
    assert sorted(place for group in groups for place in group) == list(range(len(asked)))
    for group in groups:
        assert 1 <= len(group) <= 7
        assert len({asked[place].shape for place in group}) == 1
    assert len(groups) == 16 * 3  # 15 runs of each shape


def test_what_may_differ_within_a_group() -> None:
    changes = {
        "seed": 9, "alpha": 1.2, "sigma": 0.5, "noise": "I", "lr": 0.3, "iterations": 7,
        "target_accuracy": 90.0, "eval_every": 3,
    }  # fmt: skip
    assert set(changes) == set(VARYING)
    assert BASE.replace(**changes).shape == BASE.shape
    for name, value in {"width": 51, "depth": 2, "gradient": False, "batch_size": 9}.items():
        assert BASE.replace(**{name: value}).shape != BASE.shape


def test_the_first_group_of_a_shape_has_the_first_replicate_of_everything() -> None:
    asked = configs(alpha=(1.5, 1.75, 2.0), noise=("I", "III"), seed=(1, 2, 3))
    first, *others = plan(asked, 6)
    assert {(asked[p].alpha, asked[p].noise) for p in first} == {
        (alpha, noise) for alpha in (1.5, 1.75, 2.0) for noise in ("I", "III")
    }
    assert {asked[p].seed for p in first} == {1}
    assert [{asked[p].seed for p in group} for group in others] == [{2}, {3}]


def test_every_shape_has_its_turn_and_the_largest_do_not_come_last() -> None:
    asked = configs(width=(500, 10, 100), seed=tuple(range(6)))
    sizes = {500: 2, 100: 3, 10: 6}
    groups = plan_groups(asked, lambda config: sizes[config.width])
    assert [asked[group[0]].width for group in groups] == [10, 100, 500, 500, 100, 500]
    assert [len(group) for group in groups] == [6, 3, 2, 2, 3, 2]


def test_sizes_are_bounded_and_fall_with_the_width() -> None:
    widths = (1, 100, 1000, 10_000, 10**6)
    sizes = [group_size(RunConfig(width=width)) for width in widths]
    assert sizes == sorted(sizes, reverse=True)
    assert 1 <= min(sizes) <= max(sizes) <= 256
    assert sizes[-1] == 1
    assert group_size(RunConfig(data="table:0123456789ab")) == 1
    assert group_size(RunConfig(device="cuda")) > group_size(RunConfig(device="cpu"))


def test_nothing_is_no_group() -> None:
    assert plan([], 3) == []
