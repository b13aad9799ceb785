"""One claim: the question, what the viewer expects, then verdicts, figures and numbers."""

from __future__ import annotations

import functools

import streamlit as st

from hts.reproduce.claim import Claim, Judged, Part, View
from hts.reproduce.claims import CLAIMS
from hts.reproduce.words import effect_words, power_words, undecided_words
from hts.shared_cache import SharedCache
from hts.studio.figures.words import greek, minus
from hts.studio.foreign_text import in_markdown
from pages._parts.board.live_board import live_board
from pages._parts.reproduce import words
from pages._parts.reproduce.board import family_board
from pages._parts.reproduce.parts import choose_cell, choose_parts
from pages._parts.reproduce.regimes import Tried, choose_regime
from pages._parts.reproduce.source import Source
from pages._parts.shell import widgets
from pages._parts.shell.own_address import begin_as_asked, keep_as_asked

FIGURES, SETTLES = "Figures", "What would settle it"  # columns that some claims leave empty
_judged: SharedCache[Judged] = SharedCache(64)
_boards: SharedCache[bytes] = SharedCache(64)
_CLAIMS = {claim.key: claim for claim in CLAIMS}


def show_claim(sources: list[Source], *, reveal: bool) -> None:
    """The claim that is chosen; ``reveal``: the answer also to those who have not said theirs."""
    asked = st.query_params.get("claim", "")
    begin_as_asked("claim", _CLAIMS)
    chosen = st.selectbox("Claim", list(_CLAIMS), key="claim", format_func=_title)
    if asked and asked not in _CLAIMS:
        st.warning(
            f"The address asks for the claim {in_markdown(asked)}, which does not exist. It must "
            f"be one of {', '.join(_CLAIMS)}.",
            icon=":material/link_off:",
        )
    keep_as_asked("claim", _CLAIMS)
    claim = _CLAIMS[chosen]
    st.markdown(greek(claim.question))
    expected = st.segmented_control(
        "What do you expect?", list(words.EXPECT), format_func=words.EXPECT.get,
        key=f"expect_{claim.key}",
    )  # fmt: skip
    if expected is None and not reveal:
        st.caption("Choose, and the answer appears.")
        return
    beside: dict[tuple[str, str], list[Tried]] = {}  # theirs under ours
    for source in sources:
        for family in _judge(claim, source).families:
            same = beside.setdefault((family.setup.name, family.regime), [])
            same.append(Tried(source=source, family=family))
    tried = [one for same in beside.values() for one in same]
    if not tried:
        st.info("No network of this result can say anything about it. The full protocol can: "
                "`python -m hts reproduce --full`.", icon=":material/info:")  # fmt: skip
        return
    ours = [one.family for one in tried if not one.source.theirs]
    st.markdown(words.answer_words(ours or [one.family for one in tried], expected))
    _regime(claim, choose_regime(tried, claim.key))


def _regime(claim: Claim, one: Tried) -> None:
    family, source = one.family, one.source
    view = View(source.result, family.setup, family.regime)
    key = f"{claim.key}_{one.name}"
    st.caption(greek(words.setup_words(family.setup)))
    parts = choose_parts(family.parts)
    cell = choose_cell(parts)
    told = (source.key, claim.key, one.name, tuple(part.name for part in parts), cell)
    make = functools.partial(family_board, family, parts, view, cell)
    live_board(_boards.get(told, make), key="claim_board")
    if said := undecided_words(family):
        st.markdown(greek(said))
    widgets.table(
        widgets.filled([_row(part) for part in family.parts], FIGURES, SETTLES),
        {"Verdict": st.column_config.TextColumn(width=105)},
        key=f"parts_{key}",
        alt=f"{len(family.parts)} parts of the claim in this regime",
    )  # fmt: skip
    st.caption(f"Rule: {greek(claim.rule)}")
    st.markdown("Run these networks again:")
    again = words.again_words(source.result, family)
    widgets.to_copy(again)


def _row(part: Part) -> dict[str, object]:
    return {
        "Verdict": part.ruling,
        "Part": greek(part.name),
        "Effect": minus(effect_words(part.test.effect, part.draft.unit)),
        "Seeds that agree": f"{part.test.agree} of {part.test.seeds}",
        words.P_VALUE: words.p_value(part.verdict.p),
        FIGURES: minus(greek(part.draft.told)),
        SETTLES: power_words(part) if part.ruling == "undecided" else "",
    }


def _judge(claim: Claim, source: Source) -> Judged:
    return _judged.get((source.key, claim.key), lambda: claim.judge(source.result))


def _title(key: str) -> str:
    return greek(_CLAIMS[key].title)
