"""What the app says of an error that nobody expected."""

import sqlite3

import streamlit as st

from hts.validate import BadInput
from pages._parts.shell.trouble import say_trouble


def test_the_disk_and_foreign_files_are_told_in_words_and_our_faults_are_shown(monkeypatch):
    said = []
    monkeypatch.setattr(st, "error", lambda text, icon: said.append(text))
    assert say_trouble(BadInput("the file is empty."))
    assert say_trouble(OSError(28, "No space left on device"))
    assert not say_trouble(ZeroDivisionError("a fault of ours"))
    assert not say_trouble(sqlite3.ProgrammingError("a fault of ours"))
    assert [text.partition(".")[0] for text in said] == [
        "The file is empty",
        "A file cannot be read or written: No space left on device",
    ]
