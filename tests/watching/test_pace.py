"""When a watch looks: what it may cost, and what it does with time that is left."""

from __future__ import annotations

import pytest

from hts.validate import BadInput
from hts.watching.pace import FEWEST, MOST, Pace, every_of


@pytest.mark.parametrize(
    ("given", "steps", "share"),
    [("1 %", None, 0.01), ("0.5%", None, 0.005), (100, 100, 0.01), (1, 1, 0.01)],
)
def test_a_number_counts_steps_and_a_percentage_is_a_share_of_the_time(given, steps, share):
    every = every_of(given)
    assert (every.steps, every.share) == (steps, share)


@pytest.mark.parametrize("given", ["1", "often", "0 %", "60 %", 0, -5, 2.5, True, None, "1 % x"])
def test_anything_else_is_refused_with_what_is_accepted(given):
    with pytest.raises(BadInput, match="every must be"):
        every_of(given)


def simulated(
    every: object, *, steps: int, step: float, fixed: float, each: float
) -> tuple[Pace, list[int]]:
    """A training whose steps and looks take such times; and at which steps it was looked at."""
    pace, now, looks = Pace(every_of(every)), 0.0, []
    for at in range(1, steps + 1):
        now += step
        if pace.due(at, now):
            took = fixed * (8 if pace.verdicts else 1) + each * pace.entries
            now += took
            pace.looked(at, took, now)
            looks.append(at)
    return pace, looks


@pytest.mark.parametrize("fixed", [0.01, 0.3])
def test_looks_cost_at_most_their_share_and_the_first_comes_at_once(fixed):
    pace, looks = simulated("1 %", steps=100_000, step=0.02, fixed=fixed, each=1e-7)
    assert looks[0] == 1
    assert len(looks) >= 8
    assert pace.spent <= 0.01 * 100_000 * 0.02 * 1.01


def test_a_first_look_beyond_the_share_is_paid_back_before_the_second():
    _, looks = simulated("1 %", steps=60_000, step=0.01, fixed=1.0, each=0.0)
    assert looks[0] == 1
    assert looks[1] * 0.01 >= 200  # seconds, of which both looks together take two


def test_looks_without_verdicts_come_at_twice_the_time_each_until_one_with_them_is_paid_for():
    pace = Pace(every_of("1 %"))
    assert pace.due(1, 0.1)
    assert not pace.verdicts
    pace.looked(1, 0.1, 0.2)
    assert not pace.due(2, 20)
    assert pace.due(3, 30)
    assert not pace.verdicts
    pace.looked(3, 0.1, 30)
    assert not pace.due(4, 59)
    assert pace.due(5, 60)
    pace.looked(5, 0.1, 60)
    assert pace.due(6, 160)  # 1.6 s, of which 0.3 are spent, pay for one of at most 1.2 s
    assert pace.verdicts
    pace.looked(6, 0.8, 161)
    assert not pace.due(7, 200)
    assert pace.due(8, 240)
    assert pace.verdicts


def test_where_looks_are_cheap_they_read_more_and_their_number_stays_bounded():
    pace, looks = simulated("1 %", steps=200_000, step=0.01, fixed=1e-4, each=1e-9)
    assert pace.entries == MOST
    assert 100 < len(looks) < 800  # a hundredth of the time further each


def test_with_steps_it_looks_at_every_so_many_with_verdicts_from_the_first():
    pace = Pace(every_of(50))
    assert pace.verdicts
    pace, looks = simulated(50, steps=201, step=0.01, fixed=0.1, each=0.0)
    assert looks == [1, 51, 101, 151, 201]
    assert pace.entries == FEWEST  # they cost more than a hundredth
