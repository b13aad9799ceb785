"""Damaged files of every format: read, or refused in one sentence; a fault of a reader is found."""

from __future__ import annotations

import json

import pytest

from bench import flips
from bench.__main__ import main
from bench.foreign_files import FOREIGN, Foreign


@pytest.mark.process
def test_damaged_files_of_every_format_are_read_or_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("HTS_HOME", str(tmp_path))
    found = flips.measure(500, seed=2)
    assert found["failures"] == []
    assert set(found["tried"]) == set(FOREIGN)
    assert sum(found["tried"].values()) == pytest.approx(500, abs=len(FOREIGN))
    assert sum(found["refused"].values()) > 200  # the damage is no pretence


def wrong(path) -> None:
    content = path.read_bytes()
    content.decode("ascii")  # no guard
    assert b"(" not in content


def test_a_reader_that_raises_something_else_is_found_and_the_try_can_be_repeated(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(FOREIGN, "wrong", Foreign(lambda: b"plain " * 50, wrong, "a.txt"))
    found = flips.measure(100, seed=1, only=["wrong"], keep=tmp_path)
    whys = " ".join(failure["why"] for failure in found["failures"])
    assert "UnicodeDecodeError" in whys
    assert "AssertionError" in whys
    assert len([*tmp_path.iterdir()]) == len(found["failures"])
    one = found["failures"][0]
    again = flips.measure(1, seed=1, only=["wrong"], number=one["try"])
    assert [failure["why"] for failure in again["failures"]] == [one["why"]]


def test_the_command_prints_what_became_of_the_files(monkeypatch, capsys):
    monkeypatch.setattr(flips, "limit_memory", lambda: None)  # of the tests' own process
    words = ["flips", "--count", "20", "--only", "npy", "--only", "run json"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["tried"]) == {"npy", "run json"}
    assert main(words) == 0
    assert "20 files in" in capsys.readouterr().out
    assert main(["flips", "--only", "nothing"]) == 2
