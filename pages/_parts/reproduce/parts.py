"""Which parts of a regime are shown: as many as a figure has room for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.reproduce.claim import Part
from hts.reproduce.records import Cell
from hts.studio.foreign_text import in_markdown
from pages._parts.reproduce.words import greek

MOST_PANELS, MOST_ROWS = 4, 24


def choose_parts(parts: Sequence[Part], key: str) -> list[Part]:
    """A control for each way to tell them apart, while they are too many for one look."""
    shown = list(parts)
    with st.container(horizontal=True, gap="medium"):
        if len({part.draft.where for part in shown}) > MOST_PANELS:
            sides = [part.draft.where[-1] for part in shown]
            side = _one_of("Compared at", sides, f"side_{key}")
            shown = [part for part in shown if part.draft.where[-1] == side]
        for place, label in ((-1, "Width"), (-2, "Noise level")):
            words = [part.draft.of.split(", ") for part in shown]
            if _rows(shown) <= MOST_ROWS or min(map(len, words)) < -place:
                continue
            word = _one_of(label, [of[place] for of in words], f"{label}_{key}")
            shown = [p for p, of in zip(shown, words, strict=True) if of[place] == word]
    return shown


def choose_cell(parts: Sequence[Part], key: str) -> Cell | None:
    """Whose pruning curves are shown: the heaviest tails to begin with; None where none are."""
    named = {part.draft.of: part.draft.cell for part in parts if part.draft.cell is not None}
    if not named:
        return None
    return named[
        st.selectbox("Pruning curves of", list(named), index=len(named) - 1, key=f"cell_{key}",
                     format_func=greek)
    ]  # fmt: skip


def _rows(parts: Sequence[Part]) -> int:
    """The most rows of a panel."""
    where = [part.draft.where for part in parts]
    return max(map(where.count, set(where)))


def _one_of(label: str, given: Sequence[str], key: str) -> str:
    options = list(dict.fromkeys(given))
    if len(options) < 2:
        return options[0]
    found: str = st.segmented_control(label, options, default=options[0], required=True, key=key,
                                      format_func=in_markdown)  # fmt: skip
    return found
