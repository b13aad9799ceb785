"""Who trains in a run: arms and members."""

import pytest

from hts.config import RunConfig
from hts.config.arms import arms, in_words, member_named, members, trains_several
from hts.validate import BadInput


def test_members_are_arms_times_seeds_with_shared_settings():
    config = RunConfig(replicates=3, controls="none,gaussian", seed=5, width=40)
    assert [m.key for m in members(config)] == [
        *(f"{arm}.{seed}" for arm in ("main", "none", "gaussian") for seed in (5, 6, 7))
    ]
    one = members(config)[4].config
    assert one == RunConfig(noise="none", seed=6, width=40)


def test_alpha_and_type_move_the_first_arm_only():
    config = RunConfig(
        alpha="1.9@0/1.5@50", noise="III@0/I@9", lr="0.1@0/0.2@7", sigma="1@0/2@3",
        controls="none,II",
    )  # fmt: skip
    main, none, other = (arm.config for arm in arms(config))
    assert main.at(60).alpha == 1.5
    assert main.at(60).noise == "I"
    assert (other.at(60).alpha, other.at(60).noise) == (1.9, "II")
    for arm in (main, none, other):
        assert arm.at(8).lr == 0.2
    assert other.at(4).sigma == 2


def test_control_that_would_be_the_same_run_is_left_out():
    assert [arm.key for arm in arms(RunConfig(noise="gaussian", controls="gaussian,none"))] == [
        "main", "none",
    ]  # fmt: skip
    assert not trains_several(RunConfig(noise="none", controls="none"))


def test_equal_steps_adds_controls_without_a_target():
    config = RunConfig(controls="none", equal_steps=True, target_accuracy=90)
    plain, to_steps = arms(config)[1:]
    assert plain.config.target_accuracy == 90
    assert not plain.equal_steps
    assert to_steps.key == "none-steps"
    assert to_steps.config.target_accuracy is None
    full_budget = config.replace(target_accuracy=None)
    assert len(arms(full_budget)) == 2
    assert full_budget.hash == full_budget.replace(equal_steps=False).hash


def test_hash_is_as_before_for_one_network_and_differs_for_several():
    assert RunConfig().hash == "c459015ad6"  # as in every store there is
    assert len({RunConfig(**more).hash for more in (
        {}, {"replicates": 2}, {"controls": "none"}, {"controls": "none,gaussian"},
    )}) == 4  # fmt: skip


def test_seeds_beyond_the_largest_and_unknown_controls_are_refused():
    with pytest.raises(BadInput, match="largest seed"):
        RunConfig(seed=2**63 - 1, replicates=2)
    with pytest.raises(BadInput, match="controls must be one of none, gaussian"):
        RunConfig(controls="none,cauchy")
    with pytest.raises(BadInput, match=r"there is no network 'none\.9'"):
        member_named(RunConfig(controls="none"), "none.9")


def test_steering_neither_adds_nor_removes_networks():
    config = RunConfig(noise="gaussian", controls="none,gaussian", replicates=2)
    steered = config.steered(50, noise="III", alpha=1.5)
    assert [m.key for m in members(steered)] == [m.key for m in members(config)]
    assert [arm.key for arm in arms(steered)] == ["main", "none"]
    assert arms(steered)[0].config.schedules.keys() == {"alpha", "noise"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"seed": 4}, "seed 4"),
        ({"replicates": 8}, "8 seeds"),
        ({"controls": "none"}, "seed 1, 1 control"),
        ({"replicates": 8, "controls": "none,gaussian"}, "8 seeds, 2 controls"),
    ],
)
def test_how_many_networks_there_are_is_said(settings, said):
    assert in_words(RunConfig(**{"seed": 1, **settings})) == said
