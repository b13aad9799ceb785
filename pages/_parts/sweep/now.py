"""The runs of a sweep that a cluster is computing: step, loss and accuracy, as they come."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from hts.studio.cluster.status import RunNow
from hts.studio.figures import words
from hts.studio.store.sweep_row import Member
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
        named = [value_words(name, getattr(member.config, name)) for name in axes]
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
    config = st.column_config
    st.caption(
        "Runs being computed. The loss is that of a run's last batch, accuracies are those of its "
        "last evaluation."
    )
    st.dataframe(
        pd.DataFrame(rows),
        key="runs_now",
        hide_index=True,
        height=min(38 + 35 * len(rows), 248),
        column_config={
            "Run": config.TextColumn(width=240),
            "Done": config.ProgressColumn(min_value=0, max_value=100, format="%d %%", width=110),
            "Step": config.NumberColumn(width=70),
            "Loss": config.NumberColumn(format="%.3g", width=80),
            "Training accuracy": config.NumberColumn(format="%.1f %%", width=130),
            "Test accuracy": config.NumberColumn(format="%.1f %%", width=110),
        },
        alt=f"{words.count(len(rows))} runs being computed, with step, loss and accuracy",
    )
