"""Estimates in words: the end of a search is told apart from what was found."""

from __future__ import annotations

import math

import factories
import pytest
from catalogue_factories import tail

from hts.estimates import LOWEST_ALPHA, alpha_words, rounded, with_interval
from hts.studio.cli.printed.outcome import describe
from hts.studio.figures import words
from hts.tails.estimation import fit_stable
from hts.tails.samples.norm_law import LOWEST


@pytest.mark.parametrize(
    ("alpha", "said"), [(0.25, "≤ 0.25"), (0.2504, "≤ 0.25"), (0.26, "0.26"), (2.0, "2.00")]
)
def test_an_end_of_the_search_is_marked(alpha, said):
    assert alpha_words(alpha) == said


def test_no_interval_stands_beside_an_end_of_the_search():
    assert with_interval(0.25, 0.25, 0.25) == "≤ 0.25 (the lower end of the search)"
    assert with_interval(0.31, 0.25, 0.4) == "0.31 (≤ 0.25 to 0.40)"
    assert with_interval(1.5, 1.4, 1.6, 3, "[{}, {}]") == "1.500 [1.400, 1.600]"


def test_every_search_ends_there_and_figures_and_commands_say_so():
    assert LOWEST == LOWEST_ALPHA
    values = 10.0 ** (factories.generator(1, "factory").normal(size=400) * 9)
    found = fit_stable(values)
    assert alpha_words(found.alpha) == "≤ 0.25"
    bound = tail(0.25, low=0.25, high=0.25)
    assert words.tail_index(bound) == "tail index ≤ 0.25 (the lower end of the search, by units)"
    result = factories.recorded_result(tail_index=bound, prunable=1.0)
    assert "≤ 0.250 (the lower end of the search)" in describe("x", result)


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (171.3, 2, "170"), (0.01234, 3, "0.0123"), (-12345.6, 3, "-12300"), (5.0, 2, "5"),
        (0.0, 2, "0"), (1e9, 2, "1000000000"), (math.inf, 2, "inf"),
    ],
)  # fmt: skip
def test_as_many_digits_as_asked_and_no_power_of_ten(value, digits, said):
    assert rounded(value, digits) == said


def test_a_signed_one_says_plus():
    assert rounded(1234.0, 2, signed=True) == "+1200"
    assert rounded(-0.5, 2, signed=True) == "-0.5"
