"""Runs of several networks without training them: in memory, and in a store."""

from __future__ import annotations

import dataclasses
from typing import Any

import factories

from hts.config import RunConfig
from hts.config.arms import MAIN, members
from hts.records import (
    Evaluation,
    KeptCurve,
    MemberResult,
    Moment,
    RunResult,
    Snapshot,
    SnapshotSummary,
    summarise,
)
from hts.studio.figures.view import ArmView, EnsembleView, RunView
from hts.studio.store.store import Store

STEPS = (0, 100, 200, 300)


def config(**changes: Any) -> RunConfig:
    """Three seeds with both controls."""
    plain = {"replicates": 3, "controls": "none,gaussian", "target_accuracy": None}
    return factories.config(**{**plain, **changes})


def snapshots(alone: RunConfig) -> list[Snapshot]:
    """Looks at one network; heavy-tailed ones lose 2 points less by seed, more by noise."""
    alpha = alone.stability or 2.0
    flat = alone.data in ("moons", "circles")
    made = []
    for step in STEPS:
        one = factories.snapshot(step, alpha, units=60, inputs=8, seed=alone.seed,
                                 accuracy=90.0 + alone.seed % 8, two_dimensional=flat)  # fmt: skip
        made.append(one)
    return made


def ensemble(picked: int | None = None, **changes: Any) -> EnsembleView:
    """The run for the figures, half of its steps done."""
    whole = config(**changes)
    by_arm: dict[str, list[RunView]] = {}
    for member in members(whole):
        shown = snapshots(member.config)
        by_arm.setdefault(member.arm.key, []).append(
            RunView(
                id=f"run.{member.key}",
                label=label(member.arm.key),
                config=member.config,
                evaluations=evaluations(member.config),
                summaries=[summarise(one) for one in shown],
                snapshot=shown[-1],
            )
        )
    arms = (ArmView(key=k, label=label(k), runs=tuple(runs)) for k, runs in by_arm.items())
    return EnsembleView(id="run", config=whole, arms=tuple(arms), step=150, picked=picked)


def label(key: str) -> str:
    """Name of an arm in legends."""
    named = {MAIN: "type III", "none": "noise-free control", "gaussian": "Gaussian control"}
    return named.get(key, key)


def evaluations(alone: RunConfig) -> list[Evaluation]:
    """Points of one network."""
    return factories.evaluations(seed=alone.seed, final=90.0 + alone.seed % 8)


def result(last: Snapshot) -> RunResult:
    """What one network came to."""
    kept = KeptCurve(pruned=last.curve.pruned, test_accuracy=last.curve.test_accuracy)
    return factories.result(last, stop_reason="budget", curve=kept, prunable=40.0)


def put(store: Store, *, diverged: tuple[str, ...] = (), **changes: Any) -> str:
    """A finished run of several networks in ``store``; ``diverged``: keys of those that did."""
    whole = config(**changes)
    run_id = store.runs.create(whole)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    run, number = store.runs.get(run_id), store.runs.number(run_id)
    every = members(whole)
    shown = {m.key: snapshots(m.config) for m in every}
    points = {m.key: evaluations(m.config) for m in every}
    for place, member in enumerate(every):
        for point in points[member.key]:
            store.networks.add_evaluations(run, number, {place: point})
    store.series.add_evaluations(run_id, points[every[0].key])
    for i, step in enumerate(STEPS):
        last = i + 1 == len(STEPS)
        looks = [None if last and m.key in diverged else shown[m.key][i] for m in every]
        moment = Moment(step=step, seconds=1.0, members=looks)
        store.networks.add_moment(run, number, moment)
        summary: SnapshotSummary = summarise(shown[every[0].key][i])
        store.series.add_summary(run_id, summary)
    store.home.networks(run_id).write_bytes(store.home.moment(run_id, STEPS[-1]).read_bytes())
    several = []
    for member in every:
        one = result(shown[member.key][-1])
        if member.key in diverged:
            one = dataclasses.replace(one, stop_reason="diverged", test_accuracy=None)
        several.append(MemberResult(arm=member.arm.key, seed=member.seed, result=one))
    store.control.finish(run_id, dataclasses.replace(several[0].result, members=several))
    return run_id
