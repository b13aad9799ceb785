"""Numbers of any kind in an address: no page ends."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("page", ["noise", "tails"])
@pytest.mark.parametrize(
    "seed", ["9" * 20, "9" * 400, "1e999", "-inf", "nan", "a\x00", "-1", "2.5"]
)
def test_a_page_opens_at_any_seed(open_in_app, page, seed):
    opened = open_in_app(page, seed=seed)
    assert not opened.exception
    assert 0 <= opened.number_input(key="seed").value <= 2**31 - 1


def test_a_seed_in_the_address_is_taken(open_in_app):
    assert open_in_app("noise", seed="17").number_input(key="seed").value == 17
