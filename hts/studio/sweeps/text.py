"""A sweep in a terminal: a line in a list, and the table of its medians."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hts.estimates import alpha_words
from hts.paired.effect import SHARES, AtShare
from hts.paired.median import LEVEL
from hts.paired.words import levels_said
from hts.studio.store.run_row import useless
from hts.studio.store.sweep_row import Member, Sweep
from hts.studio.sweeps.controls import controls_of, effects
from hts.studio.sweeps.measures import DEFAULT_SHARE, MEASURES, control_words
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.sweeps.table import Summary, summarise

SHOWN = ("pruning_ratio", "test_accuracy", "test_accuracy_pruned", "tail_index")
_HEADS = ("norm-compressible %", "test accuracy %", "after pruning %", "tail index")
_PARTS = {
    "median": "middle", "low": "low", "high": "high", "level": "level", "count": "count",
    "rejected": "rejected",
}  # fmt: skip


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

    ``settings``; ``diverged``, ``useless`` and ``failed``, counts; of every measure shown a
    `Summary`; and ``at_equal_share``, by control the comparison at every pruned share.
    """
    controls = controls_of(sweep.spec)
    besides = {noise: controls.among(members, noise) for noise in controls.noises}
    axes = [name for name in SweepSpec.from_json(sweep.spec).axes if name != "seed"]
    found: dict[tuple[Any, ...], list[Member]] = {}
    for member in controls.in_cells(members):
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
            "useless": sum(
                m.result is not None and bool(useless(m.config, m.result)) for m in alike
            ),
            "failed": sum(member.state == "failed" for member in alike),
            **{name: summarise(alike, MEASURES[name]) for name in SHOWN},
            "at_equal_share": {
                noise: effects(alike, theirs, SHARES) for noise, theirs in besides.items()
            },
        }
        for key, alike in found.items()
    ]


def medians(sweep: Sweep, members: Sequence[Member]) -> str:
    """A Markdown table: medians over seeds with their intervals, one line per cell.

    The line under it says what the intervals hold (`hts.paired.median`).
    """
    rows = cells(sweep, members)
    axes = list(rows[0]["settings"]) if rows else []
    notes = [name for name in ("diverged", "useless", "failed") if any(row[name] for row in rows)]
    noises = list(rows[0]["at_equal_share"]) if rows else []
    against = [f"points to {control_words(n)} at {DEFAULT_SHARE} % removed" for n in noises]
    head = [*axes, "runs", *notes, *_HEADS, *against]
    lines = [_row(head), _row(["---"] * len(head))]
    for row in rows:
        values = [_value(value) for value in row["settings"].values()]
        counts = [str(row[name]) for name in ("runs", *notes)]
        measured = [median_words(row[name], 2 if name == "tail_index" else 1) for name in SHOWN]
        gaps = [_gap(row["at_equal_share"][noise]) for noise in noises]
        lines.append(_row([*values, *counts, *measured, *gaps]))
    told = level_words(row[name] for row in rows for name in SHOWN)
    return "\n".join([*lines, "", told])


def in_full(sweep: Sweep, members: Sequence[Member]) -> str:
    """How far it is, why members failed, and the table of medians."""
    failures = [member.message for member in members if member.state == "failed"]
    reasons = [f"{failures.count(words)} failed: {words}" for words in dict.fromkeys(failures)]
    return "\n".join([status(sweep), *reasons, "", medians(sweep, members)])


def as_json(sweep: Sweep, members: Sequence[Member]) -> str:
    """The same as one JSON object: the sweep's counts, and ``cells`` as `cells` has them."""
    rows = [
        row
        | {name: {part: getattr(row[name], of) for part, of in _PARTS.items()} for name in SHOWN}
        | {"at_equal_share": shares_as_plain(row["at_equal_share"])}
        for row in cells(sweep, members)
    ]
    return json.dumps({**plain(sweep), "cells": rows})


def shares_as_plain(found: Mapping[str, Sequence[AtShare]]) -> list[dict[str, Any]]:
    """One entry for each control and pruned share; shares and accuracies in percent."""
    return [
        {
            "share": 100 * at.share,
            "accuracy": at.accuracy.median,
            "control": control,
            "control_accuracy": at.control.median,
            "difference": at.difference.median,
            "low": at.difference.low,
            "high": at.difference.high,
            "level": at.difference.level,
            "seeds_won": at.seeds_won,
            "seeds": at.seeds,
        }
        for control, shares in found.items()
        for at in shares
    ]


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


def median_words(of: Summary, digits: int = 1) -> str:
    """``43.9 (38.1 to 50.2)``, in brackets the interval; what was rejected is said, not shown."""
    say = alpha_words if digits > 1 else "{:.{}f}".format  # only an index has two digits
    rejected = f"{of.rejected} rejected" if of.rejected else ""
    if of.middle is None:
        return "– (fit rejected)" if rejected else "-"
    span = (
        ""
        if of.low is None or of.high is None
        else f"{say(of.low, digits)} to {say(of.high, digits)}"
    )
    more = "; ".join(part for part in (span, rejected) if part)
    return say(of.middle, digits) + (f" ({more})" if more else "")


def level_words(summaries: Iterable[Summary]) -> str:
    """What the intervals are of: ``Medians (95 % interval of the median)``, or with less."""
    levels = [s.level for s in summaries if s.low is not None] or [LEVEL]
    few = "" if min(levels) >= LEVEL else "; below six seeds it is their whole range"
    span = levels_said(levels)
    return f"Medians over seeds, in brackets the {span} interval of the median{few}."


def _gap(shares: Sequence[AtShare]) -> str:
    for at in shares:
        if round(100 * at.share) == DEFAULT_SHARE:
            gap_ends = (at.difference.median, at.difference.low, at.difference.high)
            middle, low, high = (f"{x:+.1f}" if round(x, 1) else "0.0" for x in gap_ends)
            return f"{middle} ({low} to {high})"
    return "-"
