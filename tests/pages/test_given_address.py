"""Numbers of any kind in an address: no page ends."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("page", ["noise", "tails"])
@pytest.mark.parametrize(
    "seed", ["9" * 20, "9" * 400, "1e999", "-inf", "nan", "a\x00", "-1", "2.5"]
)
def test_a_page_opens_at_any_seed_and_refuses_it_in_words(open_in_app, page, seed):
    opened = open_in_app(page, seed=seed)
    assert not opened.exception
    assert any(text.value.startswith(":small[:red[") for text in opened.markdown)


def test_a_seed_in_the_address_is_taken(open_in_app):
    assert open_in_app("noise", seed="17").text_input(key="seed").value == "17"
