"""One claim as a card: the question, what the viewer expects, then verdict, figure and numbers."""

from __future__ import annotations

import re

import streamlit as st

from hts.shared_cache import SharedCache
from hts.studio.reproduce.claims import Claim
from hts.studio.reproduce.result import Reproduction
from pages._parts.board.live_board import live_board
from pages._parts.reproduce import words
from pages._parts.reproduce.board import claim_board

_boards: SharedCache[bytes] = SharedCache(64)


def claim_card(result: Reproduction, claim: Claim, *, reveal: bool) -> None:
    """The card; ``reveal``: the answer is shown to those who have not said what they expect."""
    asked = words.CLAIMS[claim.key]
    with st.container(border=True, key=f"claim_{claim.key}"):
        st.subheader(_greek(claim.title), anchor=claim.key)
        st.markdown(asked.question)
        expected = st.segmented_control(
            "What do you expect?", list(words.EXPECT), format_func=words.EXPECT.get,
            key=f"expect_{claim.key}",
        )  # fmt: skip
        if expected is None and not reveal:
            st.caption("Choose, and the answer appears.")
            return
        _answer(result, claim, expected)


def _answer(result: Reproduction, claim: Claim, expected: str | None) -> None:
    asked = words.CLAIMS[claim.key]
    badge = words.BADGES[claim.ruling]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(claim.ruling.capitalize(), icon=badge.icon, color=badge.colour)
        st.markdown(f"{words.counted(claim)} {words.expected_words(expected, claim.ruling)}")
    key = (result.command, result.created, len(result.runs), claim.key)
    live_board(_boards.get(key, lambda: claim_board(result, claim)), key=f"board_{claim.key}")
    lines = [
        f"- :{words.BADGES[part.ruling].colour}-badge[{part.ruling}] **{_greek(part.name)}**: "
        f"{_greek(part.says)}"
        for part in claim.parts
    ]
    st.markdown("\n".join(lines) or "Nothing has been run for it.")
    if asked.meaning:
        st.markdown(asked.meaning)
    if asked.equation is not None:
        st.latex(asked.equation)
    st.caption(f"Rule: {_greek(claim.rule)}")


def _greek(says: str) -> str:
    return re.sub(r"\bsigma\b", "σ", re.sub(r"\balpha\b", "α", says))
