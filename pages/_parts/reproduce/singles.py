"""Networks of setups with one seed: what became of each, without a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.glossary import term
from hts.reproduce.singles import Single, singles
from hts.studio.figures.words import duration
from pages._parts.reproduce.source import Source
from pages._parts.reproduce.words import greek
from pages._parts.shell import widgets

SAYS = (
    "One seed shows what such a training comes to and how long it takes. It is too few for a "
    "verdict on any claim, so none is given. Percentages are accuracies but for the norm-"
    "compressible share."
)


def show_singles(sources: Sequence[Source]) -> None:
    """A row for each; nothing where every setup has several seeds."""
    rows = [_row(one, source) for source in sources for one in singles(source.result)]
    if not rows:
        return
    with st.expander("Trained once, without a verdict", key="singles"):
        st.markdown(SAYS)
        widgets.table(
            rows,
            {"Trained": st.column_config.TextColumn(width=290, pinned=True),
             "Noise": st.column_config.TextColumn(width=210)},
            key="singles_table",
            alt=f"{len(rows)} networks, each of one seed",
        )  # fmt: skip


def _row(one: Single, source: Source) -> dict[str, object]:
    look, theirs = one.look, f" (theirs: {source.theirs})" * bool(source.theirs)
    seen = {} if look.diverged else {
        "Training": look.train_accuracy,
        "Test": look.curve.at([0.0])[0],
        "80 % removed": look.curve.at([0.8])[0],
        "90 % removed": look.curve.at([0.9])[0],
        term("norm-compressible-share").label: look.compressible,
        "Without that share": look.pruned,
    }  # fmt: skip
    return {
        "Trained": greek(one.setup.title) + theirs,
        "Noise": greek(one.of),
        "End": one.end,
        "Steps": look.step,
        **{name: f"{value:.1f} %" for name, value in seen.items()},
        "One core": duration(one.network.seconds),
    }
