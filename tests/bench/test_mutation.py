"""Mutants: what is changed, what is left alone, which are chosen."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench import mutants as bench_mutants
from bench.mutation import choose, mutants


def changes(source: str) -> set[tuple[str, str]]:
    return {(mutant.was, mutant.becomes) for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "becomes"),
    [
        ("a < b", {"(a <= b)", "(a > b)"}),
        ("a == b", {"(a != b)"}),
        ("a in b", {"(a not in b)"}),
        ("a + b", {"(a - b)"}),
        ("a * b", {"(a / b)"}),
        ("a and b", {"(a or b)"}),
        ("-a", {"(a)"}),
        ("a if b else c", {"(a if not b else c)"}),
        ("3", {"(4)"}),
        ("0.0", {"(1.0)"}),
        ("True", {"(False)"}),
        ("f(a)", {"pass"}),
        ("a += b", {"pass", "a -= b"}),
        ("a.b = c", {"pass"}),
        ("def f(a, *, b=2):\n    return a", {"(3)", "return None"}),
    ],
)
def test_every_rule_makes_its_mutants(source, becomes):
    assert {after for _, after in changes(source)} == becomes


@pytest.mark.parametrize(
    "source",
    [
        "'a text'",
        "f'{a + 1}'",
        "a: tuple[1, 2]",
        "@f(1)\ndef g(): ...",
        "raise ValueError(1 + 2)",
        "zip(a, b, strict=True)[i]",
        "return_none = lambda: None",
    ],
)
def test_what_no_test_should_spell_is_left_alone(source):
    assert changes(source) == set()


def test_a_mutant_is_the_file_with_one_place_changed():
    source = "# é\nx = [a <\n     b, c]\ny = 1\n"
    (mutant, *_) = mutants(source)
    assert mutant.source == "# é\nx = [(a <= b), c]\ny = 1\n"
    assert (mutant.line, mutant.text) == (2, "x = [a <")


def test_the_choice_has_a_seed_and_survives_changes_elsewhere():
    source = "\n".join(f"x{i} = a{i} + b{i}" for i in range(50))
    chosen = choose(source, "f.py", seed=1, at_most=10)
    assert len({mutant.place for mutant in chosen}) == 10
    later = choose("import math\n\n" + source, "f.py", seed=1, at_most=10)
    assert [m.text for m in later] == [m.text for m in chosen]
    other = choose(source, "f.py", seed=2, at_most=10)
    assert [m.text for m in other] != [m.text for m in chosen]


@pytest.mark.slow
@pytest.mark.process
def test_tests_kill_what_they_notice_and_nothing_is_left_changed():
    path = bench_mutants.ROOT / "hts" / "training" / "one_layer.py"
    before = path.read_bytes()
    words = ["--files", "hts/training/one_layer.py", "--each", "2", "--json"]
    # A process of its own: it forks, which one that has computed on several threads may not.
    done = subprocess.run(
        [sys.executable, "-m", "bench", "mutants", *words],
        capture_output=True, text=True, check=True, cwd=bench_mutants.ROOT,
    )  # fmt: skip
    found = json.loads(done.stdout)
    (row,) = found["files"]
    assert row["mutants"] + row["same"] == 2
    assert row["killed"] == row["mutants"] - len(row["survivors"])
    assert path.read_bytes() == before


def test_every_core_file_has_tests():
    settings = bench_mutants.settings()
    named = dict(bench_mutants.core_files(settings["core"], ["*"]))
    assert len(named) >= 10
    for tests in named.values():
        assert all((bench_mutants.ROOT / place).exists() for place in tests)
    assert {entry["file"] for entry in settings["same"]} <= set(named)
