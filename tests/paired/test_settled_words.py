"""What undecided verdicts would need, in words that hold for every one of them."""

import pytest

from hts.paired.verdict import Verdict
from hts.paired.words import settled_words


@pytest.mark.parametrize(
    ("needed", "says"),
    [
        ([30], "30 seeds would settle it"),
        ([30, 30], "30 seeds would settle them"),
        ([120, 30], "30 to 120 seeds would settle them"),
        ([None], "2000 seeds would not settle it"),
        ([None, None], "2000 seeds would not settle them"),
        ([None, 120, 30], "30 to 120 seeds would settle 2 of them, 2000 seeds none of the others"),
    ],
)
def test_no_number_of_seeds_is_said_to_settle_what_none_does(needed, says):
    undecided = [
        Verdict(ruling="undecided", p=1.0, smallest_effect=1.0, seeds_needed=seeds)
        for seeds in needed
    ]
    assert settled_words(undecided) == says
