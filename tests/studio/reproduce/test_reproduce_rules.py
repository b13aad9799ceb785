"""The rule of the verdicts on numbers whose answer is known."""

from __future__ import annotations

import pytest

from hts.studio.reproduce.rules import all_of, any_of, at_most, doubted, more_than


@pytest.mark.parametrize(
    ("differences", "margin", "ruling"),
    [
        ([9, 10, 11, 10, 10], 0, "supported"),
        ([-9, -10, -11, -10, -10], 0, "not supported"),
        ([9, -10, 11, -10, 10], 0, "undecided"),
        ([9, 10, 11, 10, 10], 10, "undecided"),
        ([9, 10, 11, 10, 10], 12, "not supported"),
        ([9, 10, 11, 10, 10], 8, "supported"),
        ([0, 0, 0, 0, 0], 0, "not supported"),  # there is no difference at all
        ([9, 10], 0, "undecided"),  # too few seeds
        ([], 0, "undecided"),
    ],
)
def test_more_than(differences, margin, ruling):
    assert more_than(differences, margin).ruling == ruling


def test_the_interval_is_students():
    found = more_than([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.mean == 3
    half = 2.7764451 * 2.5**0.5 / 5**0.5  # t of 4 degrees of freedom at 0.975
    assert found.low == pytest.approx(3 - half)
    assert found.high == pytest.approx(3 + half)
    assert (found.seeds, found.agree, found.level) == (5, 5, 0.95)
    wider = more_than([1.0, 2.0, 3.0, 4.0, 5.0], level=0.99)
    assert wider.low < found.low


def test_at_most_is_the_mirror_image():
    small, large = [0.1, 0.3, 0.2, 0.0], [3.0, 4.0, 3.5, 3.2]
    assert at_most(small, 1.0).ruling == "supported"
    assert at_most(large, 1.0).ruling == "not supported"
    assert at_most([-1, 3, 0, 2], 1.0).ruling == "undecided"
    found, mirrored = at_most(large, 1.0), more_than(large, 1.0)
    assert (found.mean, found.low, found.high) == pytest.approx(
        (mirrored.mean, mirrored.low, mirrored.high)
    )
    assert (found.agree, found.margin, found.seeds) == (0, 1.0, 4)
    assert at_most([], 1.0).mean is None


def test_a_lost_run_leaves_no_support_but_may_leave_a_refusal():
    assert doubted(at_most([0.1, 0.2, 0.1], 1.0)).ruling == "undecided"
    assert doubted(at_most([5.0, 5.1, 5.2], 1.0)).ruling == "not supported"


def test_parts():
    yes, no, open_ = "supported", "not supported", "undecided"
    assert [all_of(p) for p in ([yes, yes], [yes, open_], [yes, no], [open_, no], [])] == [
        yes, open_, no, no, open_,
    ]  # fmt: skip
    assert [any_of(p) for p in ([no, yes], [no, open_], [no, no], [open_, yes], [])] == [
        yes, open_, no, yes, open_,
    ]  # fmt: skip
