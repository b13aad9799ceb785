"""Sentences of texts, and which of them say what noise does to a network."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_NOISE = re.compile(r"\b(nois\w*|heav\w*|tails?|tailed|alpha|gaussian|types? I{1,3})\b", re.I)
_OUTCOME = re.compile(
    r"\b(accura\w*|prun\w*|compress\w*|robust\w*|norm|columns?|units?|works?|keeps?|kept|remov\w*|"
    r"steps|comparisons?|learn\w*)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(more|most|less|few\w*|better|worse|than|wins?|won|los[eist]\w*|gains?|costs?|price|hurts?|"
    r"helps?|protects?|heavier|higher|lower|larger|smaller|grows?|falls?|improv\w*|become\w*|"
    r"survives?|ahead|beats?|makes?|instead)\b",
    re.I,
)
_ALONE = re.compile(r"\b(wins?|won|hurts?|helps?|protects?|beats?|survives?|robust\w*)\b", re.I)


def plain(text: str) -> str:
    """Without line ends and marks of emphasis."""
    return " ".join(text.replace("*", "").replace("\N{NO-BREAK SPACE}", " ").split())


def effect_sentences(path: Path) -> Iterator[str]:
    """Sentences that compare outcomes, or name a winner, in a paragraph that speaks of noise."""
    for text in _texts(path):
        for paragraph in re.split(r"\n\s*\n|\n(?=- |\||#)", text):
            said = plain(paragraph).removeprefix("- ")
            if not _NOISE.search(said):
                continue
            for sentence in [said] if said.startswith("|") else _sentences(said):
                compared = _OUTCOME.search(sentence) and _CHANGE.search(sentence)
                if compared or _ALONE.search(sentence):
                    yield sentence


def _sentences(said: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", said)


def _texts(path: Path) -> Iterator[str]:
    """A text without its code; of a program the strings that are no docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield re.sub(r"```.*?```", "\n", text, flags=re.S)
        return
    tree = ast.parse(text)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
