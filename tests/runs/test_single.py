"""Whole trainings: determinism, twins, resuming, stopping, divergence."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from hts import RunConfig
from hts.data import load
from hts.records import Evaluation, Snapshot
from hts.runs.recorder import InMemory, Undisturbed
from hts.runs.session import Session
from hts.runs.single import Checkpoint, train
from hts.training.loop import DivergedError

SMALL = RunConfig(width=120, iterations=40, eval_every=5, seed=3)


@pytest.fixture(scope="module")
def digits():
    return load("digits")


def timeless(memory: InMemory) -> list[object]:
    """Everything recorded, without the seconds it took."""
    evaluations = [{**vars(e), "seconds": None} for e in memory.evaluations]
    snapshots = [{**vars(s), "seconds": None} for s in memory.snapshots]
    return [*evaluations, *snapshots]


def history(config: RunConfig, data) -> tuple[InMemory, object]:
    memory = InMemory()
    return memory, train(config, data, recorder=memory)


@pytest.fixture
def threads():
    """Sets the number of torch threads, and puts it back."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["none", "I", "II", "III", "gaussian"])
def test_same_seed_same_history_whatever_the_thread_count(noise, digits, threads):
    config = SMALL.replace(noise=noise, width=600)
    threads(1)
    first, one = history(config, digits)
    threads(2)
    second, two = history(config, digits)
    assert timeless(first) == timeless(second)
    assert {**vars(one), "seconds": 0} == {**vars(two), "seconds": 0}
    other, _ = history(config.replace(seed=4), digits)
    assert timeless(other) != timeless(first)


def test_twins_share_start_and_data_order_exactly(digits):
    heavy = Session(SMALL.replace(noise="III"), digits)
    plain = Session(SMALL.replace(noise="none"), digits)
    for step in range(1, 4):  # without the noise they stay one and the same
        heavy.gradient(step)
        plain.gradient(step)
        assert torch.equal(heavy.network.hidden[0], plain.network.hidden[0])
    heavy.noise(3)
    plain.noise(3)
    assert not torch.equal(heavy.network.hidden[0], plain.network.hidden[0])
    assert torch.equal(heavy.network.output, plain.network.output)


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1, 2])
def test_a_resumed_run_equals_an_uninterrupted_one(depth, digits):
    config = SMALL.replace(depth=depth)

    whole, result = history(config, digits)
    saved: list[Checkpoint] = []

    class StopsAt17(Undisturbed):
        def wanted(self, step: int) -> str:
            return "stop" if step == 17 else "run"

        def wait(self, step: int) -> str:
            raise AssertionError

    class Saves(InMemory):
        def checkpoint(self, step, seconds, tensors):
            saved.append(Checkpoint(step, seconds, tensors))

    part = Saves()
    stopped = train(config, digits, recorder=part, control=StopsAt17())
    assert (stopped.stop_reason, stopped.iterations) == ("stopped", 17)
    rest = InMemory()
    again = train(config, digits, recorder=rest, checkpoint=saved[-1])
    assert [e.step for e in rest.evaluations] == [20, 25, 30, 35, 40]
    for got, want in zip(rest.evaluations, whole.evaluations[3:], strict=True):
        assert {**vars(got), "seconds": 0} == {**vars(want), "seconds": 0}
    assert {**vars(again), "seconds": 0} == {**vars(result), "seconds": 0}


def test_pause_shows_and_saves_then_goes_on(digits):
    calls: list[tuple[str, int]] = []

    class Watched(InMemory):
        def live(self, snapshot):
            calls.append(("live", snapshot.step))

        def checkpoint(self, step, seconds, tensors):
            calls.append(("saved", step))

    class PausesTwice(Undisturbed):
        def wanted(self, step: int) -> str:
            return "pause" if step in (7, 8) else "run"

        def wait(self, step: int) -> str:
            calls.append(("waited", step))
            return "run"

    train(SMALL.replace(iterations=10), digits, recorder=Watched(), control=PausesTwice())
    paused = [("live", 7), ("saved", 7), ("waited", 7), ("live", 8), ("saved", 8), ("waited", 8)]
    assert calls[: len(paused)] == paused


@pytest.mark.slow
def test_the_target_stops_a_run_and_the_result_is_of_the_whole_sets(digits):
    memory, result = history(
        SMALL.replace(noise="none", target_accuracy=80, iterations=2000), digits
    )
    assert result.stop_reason == "target reached"
    assert memory.evaluations[-1].train_accuracy >= 80
    assert all(e.train_accuracy < 80 for e in memory.evaluations[:-1])
    assert result.train_accuracy == memory.evaluations[-1].train_accuracy
    assert result.test_accuracy == memory.evaluations[-1].test_accuracy
    assert "80 %" in result.message


def test_a_blow_up_is_explained_never_a_silent_nan(digits):
    config = SMALL.replace(noise="none", lr=1e20)
    memory, result = history(config, digits)
    assert result.stop_reason == "diverged"
    assert result.train_accuracy is None
    assert result.tail_index is None
    assert f"step {result.iterations}" in result.message
    assert "learning rate (now 1e+20)" in result.message
    assert "norm" in result.message
    assert all(math.isfinite(e.train_loss) for e in memory.evaluations)


def test_a_blow_up_through_noise_names_sigma_and_alpha(digits):
    _, result = history(SMALL.replace(alpha=0.2, sigma=1e6, lr=10.0), digits)
    assert result.stop_reason == "diverged"
    assert "lower sigma (now 1e+06), raise alpha (now 0.2)" in result.message


def test_weights_that_are_not_finite_never_become_a_snapshot(digits):
    from hts.runs.snapshot import take_snapshot

    session = Session(SMALL, digits)
    session.network.hidden[0][3, 5] = float("nan")
    with pytest.raises(ArithmeticError):
        take_snapshot(session, 1, 0.0)
    assert issubclass(DivergedError, ArithmeticError)


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, {"depth": 2}, {"scaling": "mean_field"}, {"noise": "I"}])
def test_snapshots_are_consistent_with_the_network(settings, digits):
    memory, result = history(SMALL.replace(**settings), digits)
    last: Snapshot = memory.snapshots[-1]
    by_step: dict[int, Evaluation] = {e.step: e for e in memory.evaluations}
    assert last.step == result.iterations == 40
    assert last.train_accuracy == by_step[40].train_accuracy
    assert last.curve.train_accuracy[0] == last.train_accuracy
    assert last.curve.test_accuracy[0] == last.test_accuracy
    assert last.curve.relative_error[0] == 0
    assert last.curve.relative_error[-1] == pytest.approx(1)
    if "depth" not in settings:  # squared error 0.1 is a relative error of sqrt(0.1)
        removed = np.floor(np.array(last.curve.pruned) * 120 + 1e-9)
        error = np.array(last.curve.relative_error)
        within = removed <= round(last.pruning_ratio * 1.2)
        assert error[within].max() <= 0.1**0.5 < error[~within].min()
    for layer in last.layers:
        counted = sum(layer.weights.counts) + layer.weights.below + layer.weights.above
        assert counted == layer.units * layer.inputs
    assert len(last.layers) == settings.get("depth", 1)


def test_pure_noise_grows_as_the_levy_process(digits):
    """After K - 1 noise steps each entry has scale sigma ((K - 1) lr)^(1/alpha)."""
    config = RunConfig(
        noise="III", alpha=1.5, sigma=3.0, gradient=False, width=4000, iterations=26, lr=0.04
    )
    _, result = history(config, digits)
    tail = result.tail_index
    assert abs(tail.alpha - 1.5) < tail.high - tail.low  # about four standard errors
    assert tail.scale == pytest.approx(3.0 * (25 * 0.04) ** (1 / 1.5), rel=0.1)


def test_a_plane_problem_has_decision_regions():
    memory, result = history(SMALL.replace(data="moons", iterations=300, lr=0.5), load("moons"))
    boundary = memory.snapshots[-1].boundary
    assert boundary is not None
    assert {0, 1} == {c for row in boundary.full for c in row}
    assert np.shape(boundary.pruned) == (len(boundary.y), len(boundary.x))
    assert result.test_accuracy > 80


def test_what_is_kept_follows_the_evaluations_not_the_clock(digits):
    memory, _ = history(SMALL.replace(iterations=400, eval_every=2, width=20), digits)
    steps = [s.step for s in memory.snapshots]
    assert steps[:8] == [0, 2, 4, 6, 8, 10, 12, 16]
    assert steps[-1] == 400
    assert 20 < len(steps) < 60
    evaluated = {e.step for e in memory.evaluations}
    assert set(steps[1:]) <= evaluated
    assert len(evaluated) < 100  # of 200: looking would cost more than training


def test_a_target_is_checked_at_every_evaluation_however_few_are_kept(digits):
    settings = {"iterations": 2000, "eval_every": 1, "width": 20, "sigma": 0.0, "lr": 0.1}
    memory, result = history(SMALL.replace(**settings, target_accuracy=80.0), digits)
    assert result.stop_reason == "target reached"
    kept = [e.step for e in memory.evaluations]
    assert kept[-1] == result.iterations  # also when no look was due there
    whole, _ = history(SMALL.replace(**settings | {"iterations": result.iterations - 1}), digits)
    assert whole.evaluations[-1].train_accuracy < 80
    assert memory.evaluations[-1].test_accuracy == result.test_accuracy
