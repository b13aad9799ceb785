"""Which parts of a regime are shown: as many as a figure has room for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.reproduce.claim import Part
from hts.reproduce.records import Cell
from hts.studio.figures.words import greek
from hts.studio.foreign_text import in_markdown
from pages._parts.shell.own_address import begin_as_asked, keep_as_asked

MOST_PANELS, MOST_ROWS = 4, 24


def choose_parts(parts: Sequence[Part]) -> list[Part]:
    """A control for each way to tell them apart, while they are too many for one look."""
    shown = list(parts)
    with st.container(horizontal=True, gap="medium"):
        if len({part.draft.where for part in shown}) > MOST_PANELS:
            sides = [part.draft.where[-1] for part in shown]
            side = _one_of("Compared at", sides, "compared_at")
            shown = [part for part in shown if part.draft.where[-1] == side]
        for place, label, key in ((-1, "Width", "at_width"), (-2, "Noise level", "at_level")):
            words = [part.draft.of.split(", ") for part in shown]
            if _rows(shown) <= MOST_ROWS or min(map(len, words)) < -place:
                continue
            word = _one_of(label, [of[place] for of in words], key)
            shown = [p for p, of in zip(shown, words, strict=True) if of[place] == word]
    return shown


def choose_cell(parts: Sequence[Part]) -> Cell | None:
    """Whose pruning curves are shown: the heaviest tails to begin with; None where none are."""
    named = {part.draft.of: part.draft.cell for part in parts if part.draft.cell is not None}
    if not named:
        return None
    first = list(named)[-1]
    begin_as_asked("curves_of", named, first=first)
    chosen = st.selectbox("Pruning curves of", list(named), key="curves_of", format_func=greek)
    keep_as_asked("curves_of", named, first=first)
    return named[chosen]


def _rows(parts: Sequence[Part]) -> int:
    """The most rows of a panel."""
    where = [part.draft.where for part in parts]
    return max(map(where.count, set(where)))


def _one_of(label: str, given: Sequence[str], key: str) -> str:
    options = list(dict.fromkeys(given))
    if len(options) < 2:
        return options[0]
    begin_as_asked(key, options)
    found: str = st.segmented_control(label, options, required=True, key=key,
                                      format_func=in_markdown)  # fmt: skip
    keep_as_asked(key, options)
    return found
