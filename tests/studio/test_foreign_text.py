"""Foreign text comes out as it was written, without anything that a page would read in it."""

from __future__ import annotations

import re

import pytest

from hts.studio.foreign_text import JOINER, in_figure, in_markdown, lines_in_markdown


def read(said: str) -> str:
    """What is left once a page has read it: backslashes and joiners go."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said).replace(JOINER, "")


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/a.png)",
        "[Sign in again](https://evil.example)",
        "<img src=x onerror=alert(1)>",
        ":red[alarm] :material/home: :smile: :streamlit:",
        "$E = mc^2$ and `code` and **bold** and ~~gone~~",
        "# heading",
        "1. one",
        "- item",
        "www.evil.example and mail@evil.example",
        "a -> b <- c -- d",
        "&lt;b&gt;",
        "mean_field, a_b_, _c_",
        r"C:\temp\new",
        "میشود می\u200cشود",
        "12\u202f000 runs",
    ],
)
def test_it_is_read_as_it_was_written(text):
    assert read(in_markdown(text)) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("http://evil.example", r"https?://"),
        ("www.evil.example", r"www\."),
        ("me@evil.example", r"@evil"),
        (":smile:", r":[\w+-]+:"),
        (":material/home:", r":material/"),
        ("a -> b", r"->"),
    ],
)
def test_what_is_found_after_backslashes_are_gone_is_taken_apart(text, left):
    assert re.search(left, text)
    assert not re.search(left, in_markdown(text).replace("\\", ""))


def test_several_lines_cannot_begin_a_block():
    assert in_markdown("a\n\n# b\n- c") == r"a \# b - c"
    assert lines_in_markdown("one\n# two\n    three") == "one  \n\\# two  \nthree"


def test_words_with_underscores_stay_readable():
    assert in_markdown("mean_field") == "mean_field"
    assert in_markdown("_x_") == r"\_x\_"


def test_what_cannot_be_seen_is_spelt_out():
    assert in_markdown("a\x00b\u202ec\ud800") == r"a\\x00b\\u202ec\\ud800"


def test_a_figure_reads_no_tags_and_no_places_in_it():
    assert in_figure("<a href='https://evil.example'>x</a>") == (
        "&lt;a href='https://evil.example'&gt;x&lt;/a&gt;"
    )
    assert "%{x}" not in in_figure("%{x}")
