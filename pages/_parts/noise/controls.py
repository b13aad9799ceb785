"""The controls of the Noise page; every one of them is in the address."""

from __future__ import annotations

import streamlit as st

from hts.glossary import term
from pages._parts.noise.board import Look
from pages._parts.shell.number_field import kept_number

COUNTS = [1000, 2000, 5000, 10_000, 50_000]
AXES = ["Linear", "Logarithmic"]


def noise_controls() -> Look:
    """The sidebar's controls and what they are set to."""
    alpha = _alpha(term("alpha").label, 1.75, "alpha", "From 0.5 (wildest) to 2 (Gaussian).")
    left, right = st.columns(2)
    with left:
        first = _alpha("Beside it", 1.2, "beside")
    with right:
        second = _alpha("and", 2.0, "and")
    count = st.select_slider("Values drawn", COUNTS, value=5000, key="values", bind="query-params")
    seed = kept_number(
        "Seed", "seed", 8, whole=True, low=0, high=2**31 - 1, bind="query-params",
        help="The same seed gives the same random numbers for every α.",
    )  # fmt: skip
    density = _axes("Density", "Linear", "density")
    tail = _axes("Tail", "Logarithmic", "tail")
    return Look((alpha, first, second), count, seed, density == AXES[1], tail == AXES[1])


def _alpha(label: str, value: float, key: str, told: str | None = None) -> float:
    chosen = st.slider(
        label, 0.5, 2.0, value, 0.05, key=key, bind="query-params", format="%.2f", help=told
    )
    return round(chosen, 2)


def _axes(label: str, value: str, key: str) -> str:
    return st.segmented_control(
        f"{label} axes", AXES, default=value, required=True, key=key, bind="query-params"
    )
