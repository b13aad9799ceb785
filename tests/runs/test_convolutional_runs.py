"""Convolutional runs: what the noise touches, snapshots layer by layer, resuming, refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hts import RunConfig
from hts.data import load
from hts.pruning.columns import pruned_count, removal_order, unit_norms
from hts.records import summarise
from hts.runs.recorder import InMemory
from hts.runs.session import Session
from hts.runs.single import Checkpoint, train
from hts.runs.snapshot import take_snapshot
from hts.training.evaluate import accuracy_and_loss
from hts.validate import BadInput

SMALL = RunConfig(
    model="cnn", width=64, batch_size=120, lr=0.3, iterations=6, eval_every=3, sigma=0.01, seed=3
)


@pytest.fixture(scope="module")
def digits():
    return load("digits")


def added(config: RunConfig, data) -> list[np.ndarray]:
    """What the noise of one step adds to each convolution, and last to the linear layer."""
    session = Session(config, data)
    before = list(session.network.tensors().values())
    session.noise(1)
    after = session.network.tensors().values()
    return [b.astype(float) - a for a, b in zip(before, after, strict=True)]


@pytest.mark.parametrize("noise", ["gaussian", "I", "II", "III"])
@pytest.mark.parametrize("per", ["filter", "kernel"])
def test_noise_leaves_the_first_convolution_and_the_last_layer_alone(noise, per, digits):
    first, *middle, last = added(SMALL.replace(noise=noise, conv_noise=per), digits)
    assert (first == 0).all()
    assert (last == 0).all()
    assert all((part != 0).all() for part in middle)


def test_type_i_is_one_number_per_filter_or_kernel(digits):
    for per, own in (("filter", (1, 2, 3)), ("kernel", (2, 3))):
        for part in added(SMALL.replace(noise="I", sigma=1.0, conv_noise=per), digits)[1:-1]:
            shared = part.mean(own, keepdims=True)
            np.testing.assert_allclose(
                part, np.broadcast_to(shared, part.shape), atol=3e-6, rtol=1e-5
            )
            assert len(np.unique(shared)) == shared.size


def test_type_iii_kernels_have_one_radius_each(digits):
    """Under a heavy tail the sizes within a kernel agree far better than those of two kernels."""
    config = SMALL.replace(noise="III", alpha=0.3, sigma=1e-6, lr=1.0)
    kernel = added(config.replace(conv_noise="kernel"), digits)[-2]
    size = np.log(np.abs(kernel) + 1e-30)
    assert size.std((2, 3)).mean() < size.mean((2, 3)).std() / 2
    whole = added(config, digits)[-2]
    size = np.log(np.abs(whole) + 1e-30)
    within = size.mean((2, 3)).std(1).mean()
    assert within < size.mean((1, 2, 3)).std() / 2


def test_type_ii_and_gaussian_noise_know_no_filters(digits):
    for noise in ("II", "gaussian"):
        config = SMALL.replace(noise=noise)
        one, other = (added(config.replace(conv_noise=per), digits) for per in ("filter", "kernel"))
        assert all((a == b).all() for a, b in zip(one, other, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("noise", "per"), [("III", "filter"), ("I", "kernel"), ("none", "filter")])
def test_a_snapshot_looks_at_every_layer(noise, per, digits):
    session = Session(SMALL.replace(noise=noise, conv_noise=per), digits)
    for step in (1, 2, 3):
        session.gradient(step)
        session.noise(step)
    shot = take_snapshot(session, 3, 0.0)
    assert [layer.name for layer in shot.layers] == [f"convolution {i}" for i in range(2, 9)]
    assert [layer.units for layer in shot.layers] == [16, 32, 32, 64, 64, 64, 64]
    assert {layer.of for layer in shot.layers} == {"filters"}
    samples = {layer.tail.sample for layer in shot.layers if layer.tail}
    assert samples == {"none": {"entries"}, "III": {"filters"}, "I": {"kernels"}}[noise]
    if noise == "III":  # too few filters in the first ones
        assert [layer.tail is None for layer in shot.layers] == [True] * 3 + [False] * 4
        assert "convolution 2: a layer with noise type III must have at least 50" in shot.note
        assert shot.note.endswith("Likewise convolution 3, convolution 4")
    summary = summarise(shot)
    assert [part.pruning_ratio for part in summary.layers] == [
        layer.pruning_ratio for layer in shot.layers
    ]
    # Pruned accuracy is that of the network with the filters of smallest norm zeroed.
    for weights in session.network.matrices:
        norms = unit_norms(weights.numpy())
        weights[torch.from_numpy(removal_order(norms)[: pruned_count(norms)].copy())] = 0
    accuracy, _ = accuracy_and_loss(session.network, *session.sample("test", None))
    assert shot.test_accuracy_pruned == pytest.approx(accuracy, abs=1e-9)


@pytest.mark.slow
def test_a_look_on_the_way_takes_fewer_examples_and_levels(digits):
    session = Session(SMALL, digits)
    last, live = take_snapshot(session, 0, 0.0), take_snapshot(session, 0, 0.0, limit=5000)
    assert (last.train_points, last.test_points) == (1438, 359)
    assert live.train_points == live.test_points == 200
    assert set(live.curve.pruned) <= set(last.curve.pruned)
    assert all(len(layer.relative_error) == len(live.curve.pruned) for layer in live.layers)


@pytest.mark.slow
def test_same_history_whatever_the_threads_and_when_resumed(digits):
    config = SMALL.replace(noise="III", conv_noise="kernel")
    threads = torch.get_num_threads()
    histories, saved = [], []

    class Saves(InMemory):
        def checkpoint(self, step, seconds, tensors):
            saved.append(Checkpoint(step, seconds, tensors))

    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            memory = InMemory()
            result = train(config, digits, recorder=memory)
            shots = [{**vars(s), "seconds": 0} for s in memory.snapshots]
            histories.append(([{**vars(e), "seconds": 0} for e in memory.evaluations], shots))
    finally:
        torch.set_num_threads(threads)
    assert histories[0] == histories[1]
    train(config.replace(iterations=4), digits, recorder=Saves())
    rest = InMemory()
    again = train(config, digits, recorder=rest, checkpoint=saved[-1])
    assert {**vars(again), "seconds": 0} == {**vars(result), "seconds": 0}


def test_data_that_are_no_images_are_refused():
    with pytest.raises(BadInput, match=r"cnn needs images, got the dataset moons.*digits, mnist"):
        Session(RunConfig(model="cnn", width=8, data="moons"), load("moons"))


def test_a_blow_up_is_a_result(digits):
    result = train(SMALL.replace(noise="none", lr=1e20), digits)
    assert result.stop_reason == "diverged"
    assert "learning rate" in result.message
