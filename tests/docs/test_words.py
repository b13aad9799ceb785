"""Words shown to people: labels come from the glossary, and names given up are not used again."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

from hts.glossary import TERMS
from hts.studio.figures.words import minus

ROOT = Path(__file__).resolve().parents[2]
OLD = {
    r"\btwins?\b": "control",
    r"\bpruning ratios?\b": "norm-compressible share",
    r"\b(come|comes|came|coming) in (by|as|with|first)\b": "sign in, join",
    r"^(Across|Up)$": "x axis, y axis",
    r"\baccuracy after pruning ratio\b": "prunable within 1 point",
    r"\btail index (of|for) the noise\b": "alpha",
    r"\blr\^\(1/alpha\)": "a formula",
    r"\bbegin nothing new\b": "stop accepting runs",
    r"\bnobody waits\b": "the queue is empty",
    r"\bhas little to tell\b": "can hardly tell",
    r"\bbe the worker service\b": "run the worker service",
    r"\bthe theorems, watched\b": "theory experiments",
    r"\bthe paper's claims, tried\b": "reproducing the paper",
    r"\btails one can trust\b": "tail-index estimation",
    r"\bno other one is known\b": "nothing: the choices were said",
    r"\bthere is none among these\b": "you have none yet",
    r"\bsay who you are\b": "sign in",
}
LABELS = {term.label for term in TERMS.values() if " " in term.label or "-" in term.label}
# A parameter of addresses keeps its name, and stored runs what they said.
KEPT = {"twin must be", "one step's noise has scale"}


@functools.cache
def strings(path: Path) -> list[str]:
    """The texts of a program: what is no docstring, but a command's docstring is its help."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = path.parent.name == "cli"
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
        and not (told and isinstance(node, ast.Module))
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


@functools.cache
def texts(path: Path) -> list[str]:
    if path.suffix == ".py":
        named = re.compile(r"^(?!INSERT|UPDATE|SELECT|CREATE|ALTER)(?=.* |[A-Z])", re.S)
        return [text for text in strings(path) if named.match(text.strip())]
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        content = re.sub(r"```.*?```|`[^`]*`", "", content, flags=re.S)
    return [" ".join(paragraph.split()) for paragraph in content.split("\n\n")]


PROGRAMS = sorted(p for place in ("hts", "pages") for p in (ROOT / place).rglob("*.py"))
SHOWN = [
    *(p for p in PROGRAMS if ROOT / "hts/studio/store" not in p.parents),
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    ROOT / "hts/glossary.toml",
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("docs/notebooks/*.ipynb")),
]


@pytest.mark.parametrize("old", OLD)
def test_a_name_given_up_is_shown_nowhere(old):
    found = [
        f"{path.relative_to(ROOT)}: {text[max(0, hit.start() - 40) : hit.end() + 40]!r}"
        for path in SHOWN
        for text in texts(path)
        if (hit := re.search(old, text, re.I)) and not any(kept in text for kept in KEPT)
    ]
    assert found == [], f"say {OLD[old]!r}"


def test_negative_numbers_among_words_have_a_minus_sign():
    """Tables stay as a command writes them, formulas as KaTeX reads them."""
    found = []
    for path in (path for path in (*SHOWN, ROOT / "CHANGELOG.md") if path.suffix == ".md"):
        text = re.sub(
            r"```.*?```|`[^`]*`|\$[^$]*\$", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        lines = (line for line in text.splitlines() if not line.startswith("|"))
        found += [f"{path.name}: {line}" for line in lines if minus(line) != line]
    assert found == []


def test_labels_of_the_glossary_are_written_nowhere_else():
    found = [
        f"{path.relative_to(ROOT)}: {text!r}"
        for path in PROGRAMS
        for text in strings(path)
        if text in LABELS
    ]
    assert found == []


def test_every_word_says_what_it_is_and_leads_on():
    for name, term in TERMS.items():
        assert re.fullmatch(r"[a-z0-9-]+", name)
        assert not term.says.endswith(".")
        assert term.label[0].isupper() or term.label[0].isdigit()
        assert set(term.see) <= set(TERMS) - {name}
        assert term.formula.count("$") % 2 == 0
