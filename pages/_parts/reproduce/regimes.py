"""The regimes of a claim with their verdicts, one of which is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from hts.paired.verdict import RULINGS
from hts.reproduce.claim import Family
from hts.reproduce.regimes import REGIMES
from hts.studio.figures.words import greek
from pages._parts.reproduce.source import Source
from pages._parts.shell import widgets
from pages._parts.shell.own_address import made_anew


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A claim's family of parts in one regime, and the result it is of."""

    source: Source
    family: Family

    @property
    def name(self) -> str:
        """In the address."""
        mark = "theirs-" if self.source.theirs else ""
        return f"{mark}{self.family.setup.name}.{self.family.regime}"


def choose_regime(tried: list[Tried], claim: str) -> Tried:
    """The table of verdicts; the row that is picked, which stands in the address."""
    names = [one.name for one in tried]
    table = made_anew(f"regimes_{claim}_{hash(tuple(names))}")
    first = f"{table}_first"  # what the table begins with must not change while it is there
    if first not in st.session_state:
        asked = st.query_params.get("regime")
        st.session_state[first] = names.index(asked) if asked in names else 0
    theirs = any(one.source.theirs for one in tried)
    rows = [_row(one, theirs=theirs) for one in tried]
    picked = widgets.table(
        rows,
        {
            "From": st.column_config.TextColumn(width=130),
            "Verdict": st.column_config.TextColumn(width=105),
            "Trained": st.column_config.TextColumn(width=210),
            "Regime": st.column_config.TextColumn(width=275),
        },
        height=600,
        key=table,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [st.session_state[first]]}},
        alt="Verdicts by regime: " + "; ".join(
            f"{row['Trained']}, {row['Regime']}: {row['Verdict']}" for row in rows
        ),
    )  # fmt: skip
    places = picked.selection.rows or [st.session_state[first]]
    found = tried[min(places[0], len(tried) - 1)]
    st.query_params["regime"] = found.name
    return found


def _row(one: Tried, *, theirs: bool) -> dict[str, object]:
    family = one.family
    return {
        **({"From": f"theirs: {one.source.theirs}" if one.source.theirs else "here"}
           if theirs else {}),
        "Verdict": family.ruling,
        "Trained": greek(family.setup.title),
        "Regime": REGIMES[family.regime].title,
        **{ruling.capitalize(): family.count(ruling) for ruling in RULINGS},
        "Parts": len(family.parts),
    }  # fmt: skip
