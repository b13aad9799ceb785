"""The memory estimate: refuses with the number, and proposes a width that fits."""

from __future__ import annotations

import itertools
import re

import pytest

from hts import RunConfig
from hts.budget.memory import check_memory, estimate_memory, in_words
from hts.validate import BadInput

SIZES = {"inputs": 64, "classes": 10, "train": 1438, "test": 359}


def test_a_width_that_cannot_fit_is_refused_with_the_numbers():
    with pytest.raises(BadInput) as caught:
        check_memory(RunConfig(width=10**9), **SIZES)
    words = str(caught.value)
    assert re.search(r"width 1000000000 on digits needs about [\d.]+ (TB|GB)", words)
    proposed = int(re.search(r"width up to about (\d+) fits", words)[1])
    check_memory(RunConfig(width=proposed), **SIZES)


def test_the_default_fits():
    check_memory(RunConfig(), **SIZES)


@pytest.mark.parametrize("change", [{"width": 5000}, {"depth": 2}])
def test_more_of_anything_needs_more(change):
    small = estimate_memory(RunConfig(), **SIZES).total
    assert estimate_memory(RunConfig(**change), **SIZES).total > small


@pytest.mark.parametrize("model", [{}, {"depth": 2}, {"model": "cnn", "width": 64}])
def test_gradients_and_what_the_optimizer_keeps_need_memory(model):
    plain = RunConfig(**model)
    weights = 4 * plain.family.parameters(plain, inputs=64, classes=10)
    changes = [{"weight_decay": 0.1}, {"momentum": 0.9}, {"optimizer": "adam"}]
    totals = [estimate_memory(plain.replace(**change), **SIZES).total for change in ({}, *changes)]
    assert all(more - less >= weights for less, more in itertools.pairwise(totals))


def test_bytes_in_words():
    assert [in_words(v) for v in (12, 3.4e9, 4e12, 1e18)] == [
        "12 bytes",
        "3.4 GB",
        "4 TB",
        "1e+03 PB",
    ]
