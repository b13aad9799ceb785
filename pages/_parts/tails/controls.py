"""Where the sample comes from: a known law, a run, or a file; all controls are in the address."""

from __future__ import annotations

import functools

import streamlit as st

from hts.noise.known_laws import KNOWN_LAWS, Parameter, draw_known
from hts.studio.figures import words
from hts.studio.lab.reader import Reader
from pages._parts.shell.number_field import kept_number
from pages._parts.tails.run import run_controls
from pages._parts.tails.source import Chosen, Sample
from pages._parts.tails.upload import upload_controls

SOURCES = ("Known law", "Run", "File")
SIZES = [500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]
_BY_TITLE = {law.title: law for law in KNOWN_LAWS.values()}


def tails_controls(store: Reader) -> Chosen:
    """The sidebar's controls and what they choose."""
    source = st.segmented_control(
        "Estimate on", SOURCES, default=SOURCES[0], required=True, key="source",
        bind="query-params", width="stretch",
    )  # fmt: skip
    for other, name in (("Run", "run"), ("File", "file")):
        if source != other:
            st.query_params.pop(name, None)
    if source == "Run":
        return run_controls(store)
    return upload_controls(store) if source == "File" else _law_controls()


def _law_controls() -> Chosen:
    """A seeded sample of the chosen law."""
    title = st.selectbox("Law", list(_BY_TITLE), key="law", bind="query-params")
    law = _BY_TITLE[title]
    st.caption(f"{law.says[0].upper()}{law.says[1:]}.")
    given = {parameter.name: _slider(parameter) for parameter in law.parameters}
    count = st.select_slider("Values", SIZES, value=10_000, key="values", bind="query-params")
    seed = kept_number(
        "Seed", "seed", 1, whole=True, low=0, high=2**31 - 1, bind="query-params",
        help="Another seed draws another sample of the same law; the intervals say how far "
        "estimates vary.",
    )  # fmt: skip
    told = ", ".join(f"{_symbol(p)} = {given[p.name]:g}" for p in law.parameters)
    truth = law.truth(given)
    return Chosen(
        looked_at=Sample(
            key=("law", law.name, tuple(given.items()), count, seed),
            said=f"{words.count(count)} values of the law **{law.title}**"
            f"{f' with {told}' if told else ''}, seed {seed}. {truth.says}",
            of="values",
            symbol="X",
            kind="II",
            load=functools.partial(draw_known, law.name, count, seed, given),
            truth=truth,
            counted="The draws are independent, so every value counts.",
        )
    )


def _slider(parameter: Parameter) -> float:
    chosen = st.slider(
        parameter.title, parameter.low, parameter.high, parameter.default, parameter.step,
        key=parameter.name, bind="query-params", format="%.2f",
    )  # fmt: skip
    return round(chosen, 2)


def _symbol(parameter: Parameter) -> str:
    last = parameter.title.split()[-1]
    return last if len(last) == 1 else "scale"
