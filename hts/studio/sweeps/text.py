"""A sweep in a terminal: a line in a list, and the table of its means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hts.studio.store.sweep_row import Member, Sweep
from hts.studio.sweeps.measures import MEASURES
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.sweeps.table import Summary, summarise

SHOWN = ("pruning_ratio", "test_accuracy", "test_accuracy_pruned", "tail_index")
_HEADS = ("pruning ratio %", "test accuracy %", "after pruning %", "tail index")
_PARTS = ("mean", "error", "low", "high", "count")


def line(sweep: Sweep) -> str:
    ended = f"{sweep.done + sweep.failed}/{sweep.total}"
    return f"{sweep.id:6} {sweep.state:9} {ended:>13}  {sweep.name}"


def status(sweep: Sweep) -> str:
    """How far it is, in a sentence."""
    parts = [f"{sweep.done} of {sweep.total} runs done"]
    if sweep.reused:
        parts.append(f"{sweep.reused} of them were there before")
    if sweep.running:
        parts.append(f"{sweep.running} running")
    if sweep.failed:
        parts.append(f"{sweep.failed} failed")
    words = f"sweep {sweep.id} ({sweep.name}) is {sweep.state}: {', '.join(parts)}."
    return f"{words} {sweep.message}".strip()


def cells(sweep: Sweep, members: Sequence[Member]) -> list[dict[str, Any]]:
    """One entry per combination of the settings that vary, seeds aside, in the order of the runs.

    ``settings``; ``diverged`` and ``failed``, counts; and of every measure shown a `Summary`.
    """
    axes = [name for name in SweepSpec.from_json(sweep.spec).axes if name != "seed"]
    found: dict[tuple[Any, ...], list[Member]] = {}
    for member in members:
        config = member.config
        idle = config.without_effect - ({"noise", "sigma"} if config.sigma == 0 else {"noise"})
        key = tuple(None if name in idle else config.given(name) for name in axes)
        found.setdefault(key, []).append(member)
    return [
        {
            "settings": dict(zip(axes, key, strict=True)),
            "runs": sum(member.state == "done" for member in alike),
            "diverged": sum(
                m.result is not None and m.result.stop_reason == "diverged" for m in alike
            ),
            "failed": sum(member.state == "failed" for member in alike),
            **{name: summarise(alike, MEASURES[name]) for name in SHOWN},
        }
        for key, alike in found.items()
    ]


def means(sweep: Sweep, members: Sequence[Member]) -> str:
    """A Markdown table: means over seeds with their standard errors, one line per cell."""
    rows = cells(sweep, members)
    axes = list(rows[0]["settings"]) if rows else []
    notes = [name for name in ("diverged", "failed") if any(row[name] for row in rows)]
    head = [*axes, "runs", *notes, *_HEADS]
    lines = [_row(head), _row(["---"] * len(head))]
    for row in rows:
        values = [_value(value) for value in row["settings"].values()]
        counts = [str(row[name]) for name in ("runs", *notes)]
        lines.append(_row([*values, *counts, *(_mean(name, row[name]) for name in SHOWN)]))
    return "\n".join(lines)


def in_full(sweep: Sweep, members: Sequence[Member]) -> str:
    """How far it is, why members failed, and the table of means."""
    failures = [member.message for member in members if member.state == "failed"]
    reasons = [f"{failures.count(words)} failed: {words}" for words in dict.fromkeys(failures)]
    return "\n".join([status(sweep), *reasons, "", means(sweep, members)])


def as_json(sweep: Sweep, members: Sequence[Member]) -> str:
    """The same as one JSON object: the sweep's counts, and ``cells`` as `cells` has them."""
    rows = [
        row | {name: {part: getattr(row[name], part) for part in _PARTS} for name in SHOWN}
        for row in cells(sweep, members)
    ]
    return json.dumps({**plain(sweep), "cells": rows})


def plain(sweep: Sweep) -> dict[str, object]:
    """A sweep as the command line's JSON has it."""
    names = (
        "name", "created", "state", "message", "total", "done", "failed", "running", "reused",
        "seconds",
    )  # fmt: skip
    return {"sweep": sweep.id, **{name: getattr(sweep, name) for name in names}}


def _row(words: Sequence[str]) -> str:
    return f"| {' | '.join(words)} |"


def _value(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _mean(name: str, of: Summary) -> str:
    digits = 2 if name == "tail_index" else 1
    if of.mean is None:
        return "-"
    error = "" if of.error is None else f" ± {of.error:.{digits}f}"
    return f"{of.mean:.{digits}f}{error}"
