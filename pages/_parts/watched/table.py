"""The trainings that are watched, as a table of links to their pages."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from hts.glossary import term
from hts.studio.figures import words
from hts.studio.watching.watches import Watched, Watches
from pages._parts.shell import widgets

NONE_YET = (
    "A training of your own is shown here live once one line watches it:\n\n"
    '```python\nwith hts.watch(model, optimizer, name="resnet"):\n    ...  # your loop\n```'
)
STATES = {
    "watching": ("Training", "blue"),
    "ended": ("Ended", "green"),
    "failed": ("Failed", "red"),
    "lost": ("Lost", "orange"),
}
SHOWN = 50


def watched_table(watches: Watches) -> bool:
    """Show the newest; a selected one opens.  Returns whether there is any."""
    found = watches.list(limit=SHOWN)
    if not found:
        return False
    chosen = widgets.table(
        [_row(watches, one) for one in found],
        {
            "State": widgets.state_column(STATES, 90),
            "Begun": widgets.SINCE,
            "Name": st.column_config.TextColumn(width=180),
            term("tail-index").label: st.column_config.TextColumn(
                width=140, help="Over its layers at the last look, of fits that hold."
            ),
            "Looks cost": st.column_config.TextColumn(help="Share of the training time."),
        },
        key=f"watched_{hash(tuple(one.id for one in found))}",
        on_select="rerun",
        selection_mode="single-row",
        height=300,
        alt="Table of watched trainings: "
        + "; ".join(f"{one.title}: {STATES[one.state][0]}" for one in found[:20]),
    )
    places = [place for place in chosen.selection.rows if place < len(found)]
    if places:
        st.switch_page("pages/watched.py", query_params={"id": found[places[0]].id})
    return True


def _row(watches: Watches, one: Watched) -> dict[str, object]:
    return {
        "State": [STATES[one.state][0]],
        "Name": one.title,
        "Model": f"{one.about.model}, {words.count(one.about.parameters)} parameters",
        "Step": one.step,
        term("tail-index").label: tails_said(watches, one),
        "Looks cost": cost_said(one),
        "Begun": datetime.fromtimestamp(one.created, UTC),
        "Training": one.id,
    }


def tails_said(watches: Watches, one: Watched) -> str:
    """``1.52 to 1.97 in 4 layers`` at the last look."""
    view = watches.last(one.id)
    alphas = [at.alpha for at in view.layers if at.alpha is not None and at.fits] if view else []
    if not alphas:
        return words.number(None)
    ends = dict.fromkeys((words.alpha(min(alphas)), words.alpha(max(alphas))))
    return f"{' to '.join(ends)} in {words.many(len(alphas), 'layer')}"


def cost_said(one: Watched) -> str:
    """``0.8 %``; nothing before there is training time."""
    whole = one.seconds + one.spent
    return words.percent(100 * one.spent / whole, 2) if whole > 0 else words.percent(None)
