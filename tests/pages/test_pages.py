"""The pages there are, their order, and a page from a folder of somebody's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from hts.validate import BadInput
from pages._parts.shell import pages as module

ROOT = Path(__file__).resolve().parents[2]
HEADER = 'PAGE = {"title": "Mine", "icon": "star", "place": 15}\n'


@pytest.fixture(autouse=True)
def _read_anew():
    module.pages.cache_clear()
    yield
    module.pages.cache_clear()


def test_every_file_in_the_folder_is_a_page_in_the_order_of_its_place():
    found = module.pages()
    assert {page.path for page in found} == set((ROOT / "pages").glob("*.py"))
    assert found[0].title == "Train"
    assert [page.title for page in found if page.admin] == ["Admin"]


def test_a_page_is_a_short_story():
    for page in module.pages():
        assert len(page.path.read_text(encoding="utf-8").splitlines()) <= 60, page.path


def test_a_page_of_ones_own_stands_at_its_place_and_opens(tmp_path, monkeypatch, open_in_app):
    (tmp_path / "mine.py").write_text(
        f"import streamlit as st\n{HEADER}st.title('A page of my own')\n", encoding="utf-8"
    )
    monkeypatch.setenv(module.VARIABLE, str(tmp_path))
    assert [page.title for page in module.pages()][:3] == ["Train", "Mine", "Runs"]
    page = open_in_app("mine")
    assert not page.exception
    assert page.title[0].value == "A page of my own"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import streamlit\n", "is no page: it needs PAGE"),
        ('PAGE = {"title": "Mine"}\n', "cannot be used: .*icon"),
        ("PAGE = {'title': f()}\n", "cannot be used"),
    ],
)
def test_an_unfinished_page_is_refused_in_words(tmp_path, monkeypatch, text, says):
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv(module.VARIABLE, str(tmp_path))
    with pytest.raises(BadInput, match=rf"mine\.py {says}|PAGE of .*mine\.py {says}"):
        module.pages()
