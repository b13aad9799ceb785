"""What is registered from outside can be chosen on the Train page."""

from __future__ import annotations

from now import now


def test_the_form_offers_them_and_sets_what_the_family_has(own_family, open_page, store):
    page = open_page("train", depth="3")
    assert "Random features" in page.selectbox(key="set_model").options
    assert "a hidden layer on fixed random features" in page.selectbox(key="set_model").help
    assert "Softsign" in page.selectbox(key="set_activation").options
    page.selectbox(key="set_model").select("features").run()
    page.selectbox(key="set_activation").select("softsign").run()
    assert not page.exception
    assert not page.error
    assert page.text_input(key=now(page, "set_depth")).value == "1"
    assert page.text_input(key=now(page, "set_depth")).disabled
    page.button(key="train").click().run()
    assert not page.exception
    config = store.runs.list()[0].config
    assert (config.model, config.activation, config.depth) == ("features", "softsign", 1)
