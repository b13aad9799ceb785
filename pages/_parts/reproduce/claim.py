"""One claim as a card: the question, what the viewer expects, then verdicts, figure and numbers."""

from __future__ import annotations

import re

import streamlit as st

from hts.paired.verdict import RULINGS
from hts.reproduce.claim import Family, Judged
from hts.reproduce.result import Reproduction
from hts.reproduce.words import effect_words, family_words, power_words
from hts.shared_cache import SharedCache
from pages._parts.board.live_board import live_board
from pages._parts.reproduce import words
from pages._parts.reproduce.board import family_board
from pages._parts.shell import widgets

_boards: SharedCache[bytes] = SharedCache(64)


def claim_card(result: Reproduction, one: Judged, *, reveal: bool) -> None:
    """The card; ``reveal``: the answer is shown to those who have not said what they expect."""
    claim = one.claim
    with st.container(border=True, key=f"claim_{claim.key}"):
        st.subheader(_greek(claim.title), anchor=claim.key)
        st.markdown(_greek(claim.question))
        expected = st.segmented_control(
            "What do you expect?", list(words.EXPECT), format_func=words.EXPECT.get,
            key=f"expect_{claim.key}",
        )  # fmt: skip
        if expected is None and not reveal:
            st.caption("Choose, and the answer appears.")
            return
        _answer(result, one)


def _answer(result: Reproduction, one: Judged) -> None:
    lines = [
        f"- {' '.join(_badges(family))} {_greek(family_words(family))}" for family in one.families
    ]
    st.markdown("\n".join(lines))
    places = range(len(one.families))
    place = st.selectbox("Regime", places, key=f"regime_{one.claim.key}",
                         format_func=lambda i: family_words(one.families[i]))  # fmt: skip
    family = one.families[place]
    key = (result.command, result.created, len(result.networks), one.claim.key, place)
    live_board(_boards.get(key, lambda: family_board(one, family)), key=f"board_{one.claim.key}")
    widgets.table(
        [
            {
                "Part": part.name,
                "Verdict": part.ruling,
                "Effect": effect_words(part.test.effect, part.draft.unit),
                "Seeds": f"{part.test.agree} of {part.test.seeds}",
                "p": f"{part.verdict.p:.2g}",
                "Figures": part.draft.told,
                "What would settle it": power_words(part) if part.ruling == "undecided" else "",
            }
            for part in family.parts
        ],
        {"Part": st.column_config.TextColumn(width=260, pinned=True)},
        key=f"parts_{one.claim.key}",
        alt=f"{len(family.parts)} parts of the claim",
    )
    st.caption(f"Rule: {_greek(one.claim.rule)}")


def _badges(family: Family) -> list[str]:
    return [
        f":{words.COLOURS[ruling]}-badge[{family.count(ruling)} {ruling}]"
        for ruling in RULINGS
        if family.count(ruling)
    ]


def _greek(says: str) -> str:
    return re.sub(r"\bsigma\b", "σ", re.sub(r"\balpha\b", "α", says))
