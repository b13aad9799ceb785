"""The address to pass on, and who will see what it names."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from hts.studio.lab.people import Person
from hts.studio.lab.reader import Reader
from pages._parts.shell.share import ALONE, NOTHING_OWNED, WHO, address, who_sees


def test_the_address_holds_the_settings_and_not_how_it_was_embedded():
    settings = {"run": "5a3f789022-1", "data": "two moons", "embed": "true", "embed_options": "x"}
    found = address("http://lab:8501/train?old=1", settings)
    assert found == "http://lab:8501/train?run=5a3f789022-1&data=two+moons"
    assert address("http://lab:8501/noise", {}) == "http://lab:8501/noise"


def _foot() -> None:
    from pages._parts.shell.server import shared_store
    from pages._parts.shell.share import share

    share(shared_store())


def test_pressed_it_shows_the_address_of_that_moment(store):
    page = AppTest.from_function(_foot)
    page.query_params["alpha"] = "1.3"
    page.run()
    assert not page.code
    page.button(key="share_view").click().run()
    assert not page.exception
    assert "alpha=1.3" in page.code[0].value
    assert any(ALONE in caption.value for caption in page.caption)


def test_it_stands_at_the_foot_of_a_page(open_in_app):
    assert open_in_app("noise").button(key="share_view").label == "Share this view"


@pytest.fixture
def hosted(tmp_path, monkeypatch):
    settings = tmp_path / "lab.toml"
    settings.write_text('mode = "codes"\n')
    monkeypatch.setenv("HTS_LAB", str(settings))


def test_in_a_lab_it_says_who_sees_a_run(store, finished, hosted):
    run_id = finished()
    for visibility, words in WHO.items():
        with store.db.writing() as connection:
            connection.execute("UPDATE runs SET visibility = ?", (visibility,))
        assert who_sees(store, {"run": run_id}) == words
    assert who_sees(store, {}) == NOTHING_OWNED
    somebody = Person(id="code:1:x", name="x", role="member", how="code")
    with store.db.writing() as connection:
        connection.execute("UPDATE runs SET visibility = 'private'")
    assert who_sees(Reader(store, somebody), {"run": run_id}) == NOTHING_OWNED
