"""Runs with known records for the figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import factories
import pytest

from hts.records import LayerView, Snapshot, layer_summaries
from hts.studio.figures.view import RunView

HEAVY = factories.snapshot(alpha=1.75, two_dimensional=True)
LIGHT = factories.snapshot(alpha=2.0, seed=2)


@pytest.fixture
def main() -> RunView:
    """A run with noise of alpha 1.75 whose snapshot has every part."""
    return RunView(
        id="run-1",
        label="heavy",
        config=factories.config(alpha=1.75),
        evaluations=factories.evaluations(),
        summaries=factories.summaries(),
        snapshot=HEAVY,
        seconds_left=75.0,
    )


@pytest.fixture
def twin() -> RunView:
    """The same without noise."""
    return RunView(
        id="run-2",
        label="plain",
        config=factories.config(noise="none"),
        evaluations=factories.evaluations(seed=2, final=94.0),
        summaries=factories.summaries(alpha=2.0, seed=2),
        snapshot=LIGHT,
    )


@pytest.fixture
def deep(main: RunView) -> RunView:
    """The same with a second layer, of filters, lighter in its tail."""
    first = HEAVY.layers[0]
    error = HEAVY.curve.relative_error
    second = dataclasses.replace(
        factories.layer(alpha=1.9, units=80, seed=5),
        name="convolution 2",
        of="filters",
        relative_error=[0.5 * value for value in error],
    )
    layers = [dataclasses.replace(first, relative_error=error), second]
    snapshot = dataclasses.replace(HEAVY, layers=layers)
    parts = layer_summaries(snapshot)
    summaries = [dataclasses.replace(s, layers=parts) for s in factories.summaries()]
    return dataclasses.replace(main, snapshot=snapshot, summaries=summaries)


@pytest.fixture
def changed() -> Callable[..., RunView]:
    """``changed(run, tail=None)``: the run with parts of its first layer or snapshot replaced."""

    def change(run: RunView, **parts: object) -> RunView:
        snapshot = run.snapshot
        assert snapshot is not None
        names = {f.name for f in dataclasses.fields(LayerView)} - {"pruning_ratio"}
        inner = {name: value for name, value in parts.items() if name in names}
        outer = {name: value for name, value in parts.items() if name not in names}
        layer = dataclasses.replace(snapshot.layers[0], **inner)
        new: Snapshot = dataclasses.replace(snapshot, layers=[layer], **outer)
        return dataclasses.replace(run, snapshot=new)

    return change
