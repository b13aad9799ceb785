"""What stands beside a run, in a line."""

import pytest

from hts.config import RunConfig
from hts.studio.store.run_row import Run
from pages._parts.board.views import beside_words

BOTH = ["noise-free control", "Gaussian control"]


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ([], "3 seeds"),
        (BOTH[1:], "3 seeds, with Gaussian control"),
        (BOTH, "3 seeds, with noise-free and Gaussian controls"),
        (
            [*BOTH, *(f"{name}, equal steps" for name in BOTH)],
            "3 seeds, with noise-free and Gaussian controls, at equal target and at equal steps",
        ),
        (["type II, α 1.5, 0123456789-1"], "3 seeds, with type II, α 1.5, 0123456789-1"),
    ],
)
def test_controls_are_listed_in_words(others, says):
    run = Run.__new__(Run)
    object.__setattr__(run, "config", RunConfig(replicates=3))
    assert beside_words(run, others) == says
