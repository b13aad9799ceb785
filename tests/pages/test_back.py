"""Back and Forward: a page follows an address that it had just replaced itself."""

from __future__ import annotations

import pytest
from now import now

from pages._parts.shell import own_address


@pytest.fixture
def goes_back(monkeypatch):
    """``goes_back(page, ...)``: the browser shows the page at this address again."""

    def go(page, **params):
        page.query_params.clear()
        for name, value in params.items():
            page.query_params[name] = value
        with monkeypatch.context() as pressed:
            pressed.setattr(own_address, "went_back", lambda: True)
            page.run()

    return go


def test_an_edit_of_a_moment_ago_is_taken_back(open_page, goes_back):
    page = open_page("train", width="20", sigma="0.1")
    page.text_input(key=now(page, "set_sigma")).set_value("0.2").run()
    assert "".join(page.query_params["sigma"]) == "0.2"
    goes_back(page, width="20", sigma="0.1")
    assert page.text_input(key=now(page, "set_sigma")).value == "0.1"
    assert "".join(page.query_params["sigma"]) == "0.1"
    page.run()  # and it stays
    assert page.text_input(key=now(page, "set_sigma")).value == "0.1"


def test_forward_is_followed_though_the_run_before_was_cut_short(open_page, goes_back, monkeypatch):
    page = open_page("train", width="20", sigma="0.1")
    page.text_input(key=now(page, "set_sigma")).set_value("0.2").run()
    with monkeypatch.context() as cut:  # it took the address, and was ended before it wrote it
        cut.setattr(own_address, "write", lambda page, params: None)
        goes_back(page, width="20", sigma="0.1")
    assert page.text_input(key=now(page, "set_sigma")).value == "0.1"
    goes_back(page, width="20", sigma="0.2")
    assert page.text_input(key=now(page, "set_sigma")).value == "0.2"


def test_an_echo_of_a_moment_ago_is_not(open_page):
    page = open_page("train", width="20", sigma="0.1")
    page.text_input(key="set_sigma").set_value("0.2").run()
    page.query_params["sigma"] = "0.1"
    page.run()
    assert page.text_input(key="set_sigma").value == "0.2"
    assert "".join(page.query_params["sigma"]) == "0.2"


def test_the_tour_is_followed_back_to_its_first_step(open_page, goes_back):
    page = open_page("guide", step="2")
    goes_back(page)
    assert "step" not in page.query_params
