"""Claims of other papers, tried on the networks of a price list."""

from __future__ import annotations

import streamlit as st

from hts.estimates import rounded
from hts.paired.verdict import RULINGS
from hts.price.choose import Choice
from hts.price.claim import Claim, Part
from hts.price.claims import CLAIMS
from hts.price.words import needed_words, seen_words
from hts.shared_cache import SharedCache
from hts.studio.figures.words import greek
from pages._parts.price.words import JUDGED, median_words
from pages._parts.reproduce.words import P_VALUE, p_value
from pages._parts.shell import widgets
from pages._parts.shell.own_address import made_anew, went_back

_parts: SharedCache[list[Part]] = SharedCache(32)


def show_claims_of_others(choice: Choice) -> None:
    """The claims with their verdicts, one of which is looked at."""
    st.header("Claims of other papers", anchor="claims")
    st.caption(JUDGED)
    parts = {claim.key: _parts_of(claim, choice) for claim in CLAIMS}
    rows = [_row(claim, parts[claim.key]) for claim in CLAIMS]
    names = [claim.key for claim in CLAIMS]
    if went_back() or "first_paper" not in st.session_state:
        asked = st.query_params.get("paper")
        st.session_state.first_paper = names.index(asked) if asked in names else 0
    picked = widgets.table(
        rows,
        {
            "Verdict": st.column_config.TextColumn(width=105),
            "Claim": st.column_config.TextColumn(width=430),
        },
        key=made_anew("papers"),
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [st.session_state.first_paper]}},
        alt="Claims: " + "; ".join(f"{row['Claim']}: {row['Verdict']}" for row in rows),
    )
    place = (picked.selection.rows or [st.session_state.first_paper])[0]
    claim = CLAIMS[place]
    if "paper" in st.query_params or place:
        st.query_params["paper"] = claim.key
    _show(claim, parts[claim.key], choice)


def _show(claim: Claim, parts: list[Part], choice: Choice) -> None:
    papers = ", ".join(f"[arXiv {n}](https://arxiv.org/abs/{n})" for n in claim.cites)
    st.markdown(f"**{greek(claim.title)}** ({papers}). {greek(claim.says)}")
    if not parts:
        st.caption("The networks it needs are not in this result.")
        return
    widgets.table(
        [_part(part) for part in parts],
        {"Verdict": st.column_config.TextColumn(width=105)},
        key=f"paper_{claim.key}",
        alt=f"{len(parts)} parts of the claim",
    )  # fmt: skip
    beside = [
        f"{name}: {rounded(test.effect.median, 3)} {unit}, p {p_value(test.p_for)}"
        for name, test, unit in claim.beside(choice)
    ]
    if beside:
        st.markdown(f"Beside it, without a verdict: {greek('; '.join(beside))}.")
    whole = "All parts must hold." if claim.settled_by == "all" else ""  # else the rule says so
    st.caption(f"Rule: {greek(claim.rule)} {whole}\n\nLimits: {greek(claim.limits)}")


def _part(part: Part) -> dict[str, object]:
    effect, verdict = part.test.effect, part.verdict
    return {
        "Verdict": verdict.ruling,
        "Part": greek(part.name),
        "Effect": f"{median_words(effect, signed=True)} {part.unit}",
        "Seeds that agree": f"{part.test.agree} of {part.test.seeds}",
        P_VALUE: p_value(verdict.p),
        "Seen with 80 % power": seen_words(verdict),
        "Seeds that would settle it": needed_words(verdict),
    }


def _row(claim: Claim, parts: list[Part]) -> dict[str, object]:
    rulings = [part.verdict.ruling for part in parts]
    return {
        "Verdict": claim.ruling(parts) if parts else "not tried",
        "Claim": greek(claim.title),
        **{ruling.capitalize(): rulings.count(ruling) for ruling in RULINGS},
        "arXiv": ", ".join(claim.cites),
    }


def _parts_of(claim: Claim, choice: Choice) -> list[Part]:
    return _parts.get((choice.key, claim.key), lambda: claim.parts(choice))
