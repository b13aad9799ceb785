"""The Theory page without a browser: shipped results, questions before answers, no torch."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from theory_factories import chaos_result

from hts.records import encode
from hts.studio.figures.words import duration, greek, minus
from hts.studio.jobs import background as side
from hts.studio.jobs.processes.lock import FileLock
from hts.theory import files
from hts.theory.claims import CLAIMS
from hts.theory.records import RESULTS
from hts.validate import capitalised

ROOT = Path(__file__).resolve().parent.parent.parent
THERE = [name for name in RESULTS if files.shipped(name)]
STORED = [(name, path) for name in RESULTS for path in files.all_shipped(name).values()]


def test_the_answer_comes_after_the_guess(open_page, said):
    page = open_page("theory")
    assert not page.exception
    assert said(page).count("Choose, and the answer appears.") == len(RESULTS)
    page.segmented_control(key="expect_chaos").set_value("10 times").run()
    assert "As you expected." in said(page)
    page.segmented_control(key="expect_euler").set_value("Divides it by √2").run()
    assert "Seen instead: Halves it." in said(page)
    assert not page.exception


def test_every_shipped_result_is_shown_with_its_command_and_numbers(open_page, said):
    page = open_page("theory", answers="true")
    assert not page.exception
    told = said(page)
    assert THERE
    for name in THERE:
        found = files.read(name, files.shipped(name))
        assert found.made.command in told
        assert found.made.command.startswith(f"python -m hts theory {name}")
        for claim in found.claims:
            assert minus(greek(claim.says)) in told
            assert f"**{capitalised(greek(claim.name))}**" in told
    assert not re.search(r"\b(alpha|sigma|eta) to\b", told)
    assert " -0" not in told
    assert "(-0" not in told
    assert "^(" not in told
    if "limit" in THERE:
        page.select_slider(key="time").set_value("0").run()
        assert not page.exception


def test_without_results_the_command_is_named(open_page, said, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "SHIPPED", tmp_path)
    page = open_page("theory", answers="true")
    assert not page.exception
    assert "run `python -m hts theory chaos`" in said(page)


def test_run_again_is_followed_and_then_shown(open_page, said, store, monkeypatch):
    begun = []
    monkeypatch.setattr(side, "_begin", lambda store, asked, by: begun.append(asked))
    page = open_page("theory", answers="true")
    page.text_input(key="seed_euler").set_value("5").run()
    full = page.segmented_control(key="size_euler").options[1]
    seconds = files.read("euler", files.shipped("euler")).made.seconds
    assert full == f"Full, about {duration(seconds)}"
    page.button(key="again_euler").click().run()
    assert not page.exception
    assert page.query_params["euler"] == "quick-5"
    (asked,) = begun
    assert json.loads(asked.settings)["seed"] == 5
    assert "has not been computed here" in said(page)  # its worker has not begun
    lock = FileLock(asked.lock)
    asked.result.parent.mkdir(parents=True, exist_ok=True)
    assert lock.acquire()
    side.tell(asked, says="III, alpha 1.75", share=0.5)
    page.run()
    assert not page.exception
    assert "III, alpha 1.75: 50 %" in page.get("progress")[0].proto.text
    lock.release()
    again = files.read("euler", files.shipped("euler"))
    made = dataclasses.replace(again.made, command="python -m hts theory euler --seed 5")
    asked.result.write_bytes(encode(dataclasses.replace(again, made=made)))
    page.run()
    assert "python -m hts theory euler --seed 5" in said(page)
    page.button(key="stored_euler").click().run()
    assert "--seed 5" not in said(page)


def test_other_addresses_show_what_is_stored(open_page, said):
    for wrong in ("quick", "huge-3", "quick-x", "quick-99999999999999999999999"):
        page = open_page("theory", answers="true", chaos=wrong)
        assert not page.exception
        assert files.read("chaos", files.shipped("chaos")).made.command in said(page)


def test_what_is_seen_comes_from_the_result(open_page, said, tmp_path, monkeypatch):
    """A result in which nothing falls is said to show that."""
    made = files.read("chaos", files.shipped("chaos"))
    path = tmp_path / "chaos.json"
    path.write_bytes(encode(dataclasses.replace(made, result=chaos_result(slope=-0.02))))
    monkeypatch.setattr(files, "SHIPPED", tmp_path)
    page = open_page("theory")
    page.segmented_control(key="expect_chaos").set_value("10 times").run()
    assert not page.exception
    assert "Seen instead: It does not fall." in said(page)


def test_other_stored_results_can_be_chosen(open_page, said):
    page = open_page("theory", answers="true")
    for name in ("chaos", "emergent"):
        for label, path in files.all_shipped(name).items():
            page.segmented_control(key=f"stored_of_{name}").set_value(label).run()
            assert not page.exception
            assert files.read(name, path).made.command in said(page)
    assert next(iter(files.all_shipped("chaos"))) == "standard"


@pytest.mark.parametrize(("name", "path"), STORED, ids=lambda value: getattr(value, "stem", value))
def test_shipped_results_hold_what_they_claim(name, path):
    found = files.read(name, path)
    assert all(claim.passed is not False for claim in found.claims)
    again = list(CLAIMS[name](found.result))
    assert [(c.name, c.says, c.passed) for c in again] == [
        (c.name, c.says, c.passed) for c in found.claims
    ]


@pytest.mark.process
def test_the_page_works_without_torch():
    code = "import sys, pages._parts.theory.board; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip().endswith("False")
