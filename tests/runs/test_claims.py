"""Claims: figures on made-up networks, bounds both ways, and sentences made from figures."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from hts.config.arms import MAIN
from hts.records import KeptCurve, MemberResult, RunResult
from hts.runs.claims import Claim, Compressible, Gain, Growth, Part, Steps, Trend, change
from hts.runs.measured import LEVELS, Measured, Networks, measured
from hts.validate import BadInput

SEEDS = range(1, 21)


def network(arm: str, seed: int, accuracy: float, **others) -> Measured:
    """One that keeps ``accuracy`` percent at every share."""
    values = {"width": 100, "steps": 20, "stop_reason": "budget", "norm_compressible": 10.0}
    kept = [accuracy] * len(LEVELS)
    return Measured(arm=arm, seed=seed, accuracy=kept, **(values | others))


def pairs(gains) -> Networks:
    """Noisy networks that keep so many points more than their control, which keeps 50 %."""
    noisy = [network(MAIN, seed, 50.0 + gain) for seed, gain in enumerate(gains, 1)]
    return Networks([*noisy, *(network("none", one.seed, 50.0) for one in noisy)])


def test_a_gain_is_the_median_of_paired_differences_with_its_interval():
    gains = np.arange(20.0)  # 0, 1, ..., 19
    figure = Gain(share=0.8, over="none").of(pairs(gains))
    assert (figure.value, figure.low, figure.high) == (9.5, 5.0, 14.0)  # ranks 6 and 15 of 20
    assert (figure.won, figure.seeds) == (19, 20)
    assert figure.fields["kept"] == "60"  # 59.5
    assert figure.fields["other"] == "50"


@pytest.mark.parametrize(
    ("bounds", "holds", "quickly"),
    [
        ({"at_least": 5.0}, True, True),
        ({"at_least": 5.1}, False, True),  # the interval reaches below it, the median does not
        ({"at_least": 9.6}, False, False),
        ({"at_most": 14.0}, True, True),
        ({"at_most": 13.9}, False, True),
        ({"at_most": 9.4}, False, False),
        ({"at_least": 5.0, "at_most": 13.0}, False, True),
    ],
)
def test_a_bound_holds_for_the_whole_interval_and_quickly_for_the_median(bounds, holds, quickly):
    part = Part(measure=Gain(share=0.8, over="none"), words="", **bounds)
    figure = part.measure.of(pairs(np.arange(20.0)))
    assert part.holds(figure) is holds
    assert part.holds(figure, quick=True) is quickly


def test_a_network_that_diverged_counts_as_zero():
    networks = pairs([10.0] * 20)
    first = dataclasses.replace(networks.all[0], accuracy=None, stop_reason="diverged")
    figure = Gain(share=0.8, over="none").of(Networks([first, *networks.all[1:]]))
    assert figure.won == 19


def test_steps_are_compared_seed_by_seed():
    noisy = [network(MAIN, seed, 50.0, steps=20 * seed) for seed in (1, 2, 3)]
    other = [network("none", seed, 50.0, steps=10 * seed) for seed in (1, 2, 3)]
    figure = Steps(over="none").of(Networks([*noisy, *other]))
    assert (figure.value, figure.low, figure.high, figure.won) == (2.0, 2.0, 2.0, 3)
    assert (figure.fields["noisy"], figure.fields["other"]) == ("40", "20")


def by_width(shares: dict[int, float], arm: str = MAIN) -> list[Measured]:
    return [
        network(arm, seed, 50.0, width=width, norm_compressible=share + 0.1 * seed)
        for width, share in shares.items()
        for seed in SEEDS
    ]


def test_growth_and_trend_tell_growing_shares_from_flat_ones():
    grows = by_width({60: 20.0, 500: 40.0, 2000: 60.0})
    flat = by_width({60: 13.0, 500: 13.0, 2000: 13.0}, "gaussian")
    networks = Networks([*grows, *flat])
    assert Growth().of(networks).value == pytest.approx(40.0)
    assert Growth(arm="gaussian").of(networks).value == 0.0
    assert Trend().of(networks).value < 1e-6
    falls = Networks(by_width({60: 60.0, 500: 40.0, 2000: 20.0}))
    assert Growth().of(falls).value == pytest.approx(-40.0)
    assert Trend().of(falls).value > 0.99


def test_norm_compressible_shares_are_compared_at_the_largest_width():
    noisy = by_width({60: 20.0, 2000: 60.0})
    other = by_width({60: 12.0, 2000: 13.0}, "none")
    figure = Compressible(over="none").of(Networks([*noisy, *other]))
    assert figure.value == pytest.approx(47.0)
    assert figure.fields["other"] == "14"  # 13 + the median of 0.1, ..., 2.0


def test_what_is_missing_is_said():
    with pytest.raises(BadInput, match="no networks of the arm 'gaussian' with 100 units"):
        Gain(share=0.8, over="gaussian").of(pairs([1.0]))
    with pytest.raises(BadInput, match="needs networks"):
        Networks([])


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((30.2, 24.6, 40.4), "30 points more (25 to 40)"),
        ((-6.0, -8.6, -2.6), "6 points less (3 to 9)"),
        ((5.2, -3.6, 10.0), "5 points more (−4 to +10, not clear)"),
        ((-1.0, -3.0, 0.0), "1 point less (−3 to 0, not clear)"),
        ((-0.3, -2.0, 4.0), "0 points more (−2 to +4, not clear)"),
    ],
)
def test_a_change_says_direction_and_interval(ends, said):
    assert change(*ends) == said


def test_a_sentence_is_made_from_the_figures():
    part = Part(measure=Gain(share=0.8, over="none"), words="It keeps {kept} %: {change}.")
    claim = Claim(parts=(part,))
    assert claim.sentence(pairs([10.0] * 20)) == (
        "It keeps 60 %: 10 points more (10 to 10). Medians over 20 seeds with 95 % intervals."
    )
    assert "20 points less" in claim.sentence(pairs([-20.0] * 20))
    assert "over 6 seeds" in claim.sentence(pairs([1.0] * 6))


def test_a_finished_network_is_kept_at_the_reported_shares():
    curve = KeptCurve(pruned=[0.0, 0.5, 1.0], test_accuracy=[90.0, 80.0, 10.0])
    result = RunResult(
        iterations=70,
        stop_reason="target reached",
        train_accuracy=95.0,
        test_accuracy=90.0,
        pruning_ratio=41.23456,
        train_accuracy_pruned=None,
        test_accuracy_pruned=None,
        tail_index=None,
        seconds=1.0,
        curve=curve,
    )
    found = measured(300, MemberResult(arm="none-steps", seed=4, result=result))
    assert found.accuracy == pytest.approx(np.interp(LEVELS, curve.pruned, curve.test_accuracy))
    assert (found.arm, found.seed, found.width, found.steps) == ("none-steps", 4, 300, 70)
    assert found.norm_compressible == 41.2346
    ended = dataclasses.replace(result, curve=None, stop_reason="diverged")
    diverged = measured(300, MemberResult(arm=MAIN, seed=4, result=ended))
    assert diverged.accuracy is None
    assert diverged.curve.at([0.8])[0] == 0.0
