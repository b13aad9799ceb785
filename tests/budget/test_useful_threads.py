"""A run takes one thread where its steps are small, one a network where there are many."""

import pytest

from hts.budget.work import useful_threads
from hts.config import RunConfig
from hts.data import info

SIZES = info("digits").sizes


@pytest.mark.parametrize(
    ("settings", "most", "threads"),
    [
        ({"width": 200}, 4, 1),
        ({"width": 1000}, 4, 1),
        ({"width": 10_000, "batch_size": 500}, 4, 4),
        ({"width": 200, "replicates": 3}, 2, 2),
        ({"width": 200, "controls": "none"}, 8, 2),
        ({"model": "cnn", "width": 512, "replicates": 3}, 4, 4),
    ],
)
def test_threads_follow_the_work(settings, most, threads):
    assert useful_threads(RunConfig(**settings), most, **SIZES) == threads
