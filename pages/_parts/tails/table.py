"""The table of all estimators on one sample."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from hts.glossary import term
from hts.records import MethodEstimate, TailIndex
from hts.studio.figures import words
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.skewed_fit import SKEWED
from pages._parts.tails.words import alpha, with_alpha


def estimates_table(estimates: Sequence[MethodEstimate], of: str) -> None:
    """One row an estimator: α, interval, what it read, whether it fits, time, assumptions."""
    rows = [_row(estimate, of) for estimate in estimates]
    interval = term("interval").label
    told = [f"{row['Estimator']} {row['α']} ({row[interval]})" for row in rows]
    long = st.column_config.TextColumn(width="large")
    st.dataframe(
        pd.DataFrame(rows),
        key="tails_table",
        hide_index=True,
        row_height=36,
        height="content",
        alt="Estimates of the tail index: " + "; ".join(told),
        column_config={
            "Estimator": st.column_config.TextColumn(pinned=True, width=225),
            "α": st.column_config.TextColumn(width=64, alignment="right"),
            interval: st.column_config.TextColumn(width=120, alignment="right"),
            "Read": st.column_config.TextColumn(width=210),
            "Law fits": st.column_config.TextColumn(
                width=80,
                help="Whether the law with this α describes the sample; for the tail "
                "estimators, whether the largest values follow a power law.",
            ),
            "Time": st.column_config.TextColumn(
                width=84, alignment="right", help="Measured here, once."
            ),
            **dict.fromkeys(("It assumes", "Known errors", "Remark", "Source"), long),
        },
    )


def _row(estimate: MethodEstimate, of: str) -> dict[str, str]:
    how, tail = ESTIMATORS.get(estimate.method, SKEWED), estimate.tail
    return {
        "Estimator": estimate.title,
        "α": alpha(tail.alpha) if tail is not None and tail.fits else "–",
        term("interval").label: _interval(tail),
        "Read": "–" if tail is None else _read(tail, of),
        "Law fits": "–" if tail is None else "yes" if tail.fits else "no",
        "Time": "–" if tail is None else _milliseconds(estimate.seconds),
        "It assumes": how.assumes,
        "Known errors": with_alpha(how.bias),
        "Remark": with_alpha(estimate.why if tail is None else tail.note),
        "Source": how.citation,
    }


def _interval(tail: TailIndex | None) -> str:
    if tail is None:
        return "–"
    return f"{alpha(tail.low)} to {alpha(tail.high)}" if tail.fits else "fit rejected"


def _milliseconds(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.2g} ms"


def _read(tail: TailIndex, of: str) -> str:
    unit = of if tail.sample == "entries" else tail.sample
    if tail.upper is not None:
        return f"{words.count(tail.upper)} largest of {words.count(tail.size)} {unit}"
    return f"{words.count(tail.size)} {unit}"
