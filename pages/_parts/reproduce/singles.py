"""Networks of setups with one seed: what became of each, without a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.glossary import term
from hts.reproduce.singles import Single, singles
from hts.studio.figures.words import duration, greek
from hts.studio.foreign_text import in_markdown
from pages._parts.reproduce.source import Source
from pages._parts.shell import widgets

SAYS = (
    "One seed shows how such a run ends and how long it takes. It is too few for a verdict on any "
    "claim, so none is given. All percentages are accuracies, except the norm-compressible share."
)


def show_singles(sources: Sequence[Source]) -> None:
    """A table for each setup and regime; nothing where every setup has several seeds."""
    tables: dict[str, list[dict[str, object]]] = {}
    for source in sources:
        theirs = f" (theirs: {source.theirs})" * bool(source.theirs)
        for one in singles(source.result):
            title = f"{one.setup.title}, {one.regime.title}{theirs}"
            tables.setdefault(title, []).append(_row(one))
    if not tables:
        return
    with st.expander("Trained once, without a verdict", key="singles"):
        st.markdown(SAYS)
        for place, (title, rows) in enumerate(tables.items()):
            st.markdown(f"**{in_markdown(title)}**")
            widgets.table(
                rows,
                {"Noise": st.column_config.TextColumn(width=210)},
                key=f"singles_{place}",
                alt=f"{title}: {len(rows)} networks",
            )


def _row(one: Single) -> dict[str, object]:
    look = one.look
    seen = {} if look.diverged else {
        "Training": look.train_accuracy,
        "Test": look.curve.at([0.0])[0],
        "80 % removed": look.curve.at([0.8])[0],
        "90 % removed": look.curve.at([0.9])[0],
        term("norm-compressible-share").label: look.compressible,
        "Without that share": look.pruned,
    }  # fmt: skip
    return {
        "Noise": greek(one.of),
        "End": one.end,
        "Steps": look.step,
        **{name: f"{value:.1f} %" for name, value in seen.items()},
        "One core": duration(one.network.seconds),
    }
