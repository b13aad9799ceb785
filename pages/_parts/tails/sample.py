"""A sample or a record on the page Tails: verdict, estimators, figures."""

from __future__ import annotations

import streamlit as st

from pages._parts.board.live_board import live_board
from pages._parts.tails import board as boards
from pages._parts.tails import words
from pages._parts.tails.source import Recorded, Sample
from pages._parts.tails.table import estimates_table


def how_many(sample: Sample) -> None:
    """The tail estimates against k, with the read-out at the chosen k."""
    report = boards.report_of(sample)
    left, middle, right = st.columns([5, 3, 2], vertical_alignment="bottom", gap="medium")
    share = left.slider(
        "k, as a share of the sample", 0.1, 30.0, 5.0, 0.1, format="%.1f %%", key="k",
        bind="query-params", help="How many of the largest values count as tail.",
    )  # fmt: skip
    scale = middle.segmented_control(
        "x axis", list(boards.SCALES), default="log k", required=True, key="across",
        bind="query-params",
    )  # fmt: skip
    height = right.segmented_control(
        "y axis", list(boards.HEIGHTS), default="α", required=True, key="up", bind="query-params"
    )
    board, rules = boards.k_board(sample, report, share / 100, scale, height)
    live_board(board, key="tails_k")
    st.caption(rules)


def against_fit(sample: Sample) -> None:
    """QQ and PP plots against one of two fits."""
    report = boards.report_of(sample)
    names = boards.laws(report)
    fit = st.segmented_control(
        "Fit", list(names), default=next(iter(names)), required=True, key="fit", bind="query-params"
    )
    live_board(boards.fit_board(report, names[fit]), key="tails_fit")


def show_sample(sample: Sample) -> None:
    """Verdict, estimators, sample, k and fit of a sample."""
    with st.spinner("Estimating", show_time=True):
        report = boards.report_of(sample)
    verdict = report.verdict
    badge = words.NO_VERDICT if verdict is None else words.BADGES[verdict.kind]
    with st.container(border=True, key="verdict"):
        st.badge(badge.text, icon=badge.icon, color=badge.colour)
        st.markdown(f"#### {words.sentence(report)}")
        st.caption(words.counted(sample, report))
        if verdict is not None:
            with st.expander("What this rests on"):
                st.markdown("\n".join(f"- {words.with_alpha(e.says)}" for e in verdict.evidence))

    st.header("All estimators side by side", anchor=False)
    st.markdown(words.side_by_side())
    live_board(boards.forest_board(sample, report), key="tails_forest")
    st.caption(words.TABLE)
    estimates_table(report.estimates, sample.of)

    st.header("The sample and its fit", anchor=False)
    live_board(boards.sample_board(sample, report), key="tails_sample")
    st.header("How many of the largest values?", anchor=False)
    st.markdown(words.how_many())
    st.fragment(key="tails_how_many")(how_many)(sample)
    st.header("Against the fit", anchor=False)
    st.markdown(words.FIT)
    st.fragment(key="tails_against_fit")(against_fit)(sample)


def show_record(recorded: Recorded) -> None:
    """What was kept of a step whose weights are gone."""
    with st.container(border=True, key="verdict"):
        st.badge(f"Record of step {recorded.step}", icon=":material/history:", color="gray")
        st.markdown(f"#### {words.recorded(recorded.layer)}")
        tail = recorded.layer.tail
        st.caption(words.with_alpha((tail.counted or tail.note) if tail else recorded.note))
    st.markdown(words.RECORD_ONLY)
    live_board(boards.recorded_board(recorded), key="tails_recorded")
    estimates_table(boards.recorded_estimates(recorded.layer), "weights")
