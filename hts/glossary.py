"""The words of this project: labels and meanings that pages, terminals and the manual share.

They stand in ``glossary.toml``.  `term` raises `KeyError` for a word that is not there.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Term:
    """A word.  ``says`` is plain text without a full stop; ``formula`` is Markdown with KaTeX."""

    label: str
    says: str
    formula: str = ""
    short: str = ""
    see: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """The label where there is little room."""
        return self.short or self.label

    @property
    def help(self) -> str:
        """The whole definition, for the pointer to rest on."""
        return f"{self.says[0].upper()}{self.says[1:]}. {self.formula}".rstrip()


_TEXT = resources.files("hts").joinpath("glossary.toml").read_text(encoding="utf-8")
TERMS = {
    name: Term(**{**entry, "see": tuple(entry.get("see", ()))})
    for name, entry in tomllib.loads(_TEXT).items()
}


def term(name: str) -> Term:
    """The word called ``name`` in the file."""
    return TERMS[name]
