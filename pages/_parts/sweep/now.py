"""The runs of a sweep that a cluster is computing: step, loss and accuracy, as they come."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hts.studio.cluster.status import RunNow
from hts.studio.figures import words
from hts.studio.store.sweep_row import Member
from pages._parts.shell import widgets
from pages._parts.sweep.views import value_words


def now_words(run: RunNow, iterations: int) -> str:
    """``step 300 of 1,000 · loss 0.213 · accuracy 91.2 % in training, 90.1 % in test``."""
    parts = [f"step {words.count(run.step)} of {words.count(iterations)}"]
    if run.loss is not None:
        parts.append(f"loss {run.loss:.3g}")
    if run.train_accuracy is not None and run.test_accuracy is not None:
        train, test = words.percent(run.train_accuracy), words.percent(run.test_accuracy)
        parts.append(f"accuracy {train} in training, {test} in test")
    return " · ".join(parts)


def runs_now(members: Sequence[Member], runs: Sequence[RunNow], axes: Sequence[str]) -> None:
    """A table, one line a run; nothing where nothing was heard yet."""
    rows = []
    for run in sorted(runs, key=lambda run: run.position):
        member = members[run.position]
        if member.state != "running":
            continue
        named = [value_words(name, member.config.given(name)) for name in axes]
        rows.append(
            {
                "Run": ", ".join([*named, f"seed {member.config.seed}"]),
                "Done": 100 * run.step / member.config.iterations,
                "Step": run.step,
                "Loss": run.loss,
                "Training accuracy": run.train_accuracy,
                "Test accuracy": run.test_accuracy,
            }
        )
    if not rows:
        return
    st.caption(
        "Runs being computed. The loss is that of a run's last batch, accuracies are those of its "
        "last evaluation."
    )
    column = st.column_config.NumberColumn
    widgets.table(
        rows,
        {
            "Run": st.column_config.TextColumn(width=240),
            "Done": widgets.PERCENT_DONE,
            "Step": column(width=70),
            "Loss": column(format="%.3g", width=80),
            "Training accuracy": column(format="%.1f %%", width=130),
            "Test accuracy": column(format="%.1f %%", width=110),
        },
        key="runs_now",
        height=248,
        alt=f"{words.count(len(rows))} runs being computed, with step, loss and accuracy",
    )
