"""Listed runs as tables to take along: one row a run, or one row for each group of seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

from hts.studio.catalogue.columns import MEASURED, SETTINGS, Column
from hts.studio.catalogue.facts import given, measured
from hts.studio.catalogue.listing import Folded
from hts.studio.store.run_row import Run


def run_rows(runs: Iterable[Run], zone: tzinfo | None = None) -> list[dict[str, Any]]:
    """One row per run: what is said of it, every setting, and what it came to.

    Times are ISO 8601 with the distance to UTC, in ``zone`` or that of this machine.  What is
    measured is named apart from settings: ``result_seconds`` is no setting.
    """
    return [
        {
            "run": run.id, "name": run.title, "star": run.star, "tags": " ".join(run.tags),
            "note": run.notes, "state": run.outcome, "owner": run.owner,
            "created": local(run.created, zone), "started": local(run.started, zone),
            "ended": local(run.ended, zone), "progress": round(100 * run.progress, 1),
            **settings(run), **{f"result_{k}": found.get(k) for k in MEASURED},
        }
        for run in runs
        for found in [measured(run.result)]
    ]  # fmt: skip


def about_metrics(runs: Iterable[Run], differ: Sequence[Column]) -> dict[str, dict[str, Any]]:
    """By run id, its name and the settings that differ, for each line of its metrics."""
    named = [column.name for column in differ]
    return {
        run.id: {"name": run.title, **{f"setting_{k}": run.effective.given(k) for k in named}}
        for run in runs
    }


def folded_rows(groups: Iterable[Folded]) -> list[dict[str, Any]]:
    """One row per group: its settings, how many seeds, each median with its interval."""
    rows = []
    for group in groups:
        idle = group.config.without_effect
        row = {name: given(group.config, name, idle) for name in SETTINGS if name != "seed"}
        row |= {"runs": len(group.runs), "seeds": len(group.seeds)}
        for name in MEASURED:
            middle = group.medians.get(name)
            row[f"result_{name}"] = middle.median if middle else None
            for end in ("low", "high", "level"):
                known = middle is not None and middle.n > 1
                row[f"result_{name}_{end}"] = getattr(middle, end) if known else None
        rows.append(row)
    return rows


def settings(run: Run) -> dict[str, Any]:
    """Every setting by name; None where it is without effect."""
    idle = run.effective.without_effect
    return {name: given(run.effective, name, idle) for name in SETTINGS}


def local(seconds: float | None, zone: tzinfo | None = None) -> str | None:
    """``2026-03-01T14:05:00+01:00``."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, zone).astimezone(zone).isoformat(timespec="seconds")
