"""The tail index of the gradient noise in runs: right where it is known, and nothing is changed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from hts import RunConfig, noise
from hts.data import load
from hts.records import Snapshot, decode, encode, layer_summaries
from hts.runs.gradient_noise import gradient_noise
from hts.runs.recorder import InMemory
from hts.runs.session import Session
from hts.runs.single import train
from hts.runs.snapshot import take_snapshot
from hts.seeds import generator
from hts.tails.layer import layer_tail_index

INPUTS, EXAMPLES = 4000, 120
# One linear unit: an example's gradient is a number times its inputs.
ONE_UNIT = RunConfig(width=1, activation="identity", noise="none", batch_size=10, seed=2)
SMALL = RunConfig(width=150, iterations=5, eval_every=1, batch_size=100, seed=3)


@pytest.fixture(scope="module")
def digits():
    return load("digits")


def of_law(digits, alpha: float, seed: int):
    """Examples whose inputs are independent stable values, and so are their gradients'."""
    x = noise.sample("II", alpha, units=EXAMPLES, inputs=INPUTS, seed=seed)
    y = np.arange(EXAMPLES) % len(digits.classes)
    return dataclasses.replace(digits, x_train=x, y_train=y, x_test=x, y_test=y)


@pytest.mark.parametrize("alpha", [1.3, 1.7, 2.0])
def test_it_is_the_alpha_of_the_gradients_of_single_examples(alpha, digits):
    tails = [
        gradient_noise(Session(ONE_UNIT, of_law(digits, alpha, seed)), 1)[0] for seed in range(5)
    ]
    assert all(tail.fits and tail.high - tail.low < 0.12 for tail in tails)
    assert np.median([tail.alpha for tail in tails]) == pytest.approx(alpha, abs=0.03)
    assert sum(tail.low <= alpha <= tail.high + 1e-6 for tail in tails) >= 4


def test_gaussian_noise_with_the_scales_of_the_entries_looks_heavy_and_is_rejected(digits):
    session = Session(SMALL.replace(noise="none", lr=0.1), digits)
    for step in range(1, 101):
        session.gradient(step)
    gradient = session.config.family.gradient(session.config, session.network, session.device)
    found = [
        gradient(*session.examples.batch(rows))[1]["hidden_1"].numpy().copy()
        for rows in torch.arange(1400).reshape(14, 100)
    ]
    scales = np.std(found, axis=0)
    normal = generator(1, "test").standard_normal(scales.shape)
    tail, alone = (layer_tail_index(x, "none") for x in (normal * scales, normal))
    assert tail.alpha < 1.2
    assert not tail.fits
    assert alone.alpha == pytest.approx(2, abs=0.01)


def test_without_minibatches_or_gradients_there_is_none(digits):
    whole = SMALL.replace(batch_size=len(digits.y_train))
    assert gradient_noise(Session(whole, digits), 1) == [None]
    assert gradient_noise(Session(SMALL.replace(gradient=False), digits), 1) == [None]
    assert gradient_noise(Session(SMALL, digits), 1) != [None]


@pytest.mark.parametrize("settings", [{}, {"depth": 2}, {"momentum": 0.9}])
def test_looking_changes_no_bit_of_a_run(settings, digits):
    config = SMALL.replace(noise="III", **settings)
    looked, alone = Session(config, digits), Session(config, digits)
    for step in range(1, 5):
        for session in (looked, alone):
            session.gradient(step)
            session.noise(step)
        found = take_snapshot(looked, step, 0.0, gradients=True)
        plain = take_snapshot(alone, step, 0.0)
        assert all(layer.gradient for layer in found.layers)
        bare = [dataclasses.replace(layer, gradient=None) for layer in found.layers]
        assert dataclasses.replace(found, layers=bare) == plain
    for name, tensor in alone.tensors().items():
        assert np.array_equal(looked.tensors()[name], tensor)


def test_snapshots_at_doubling_distances_and_the_result_have_it(digits):
    memory = InMemory()
    result = train(SMALL, digits, recorder=memory)
    shown = {shot.step: shot.layers[0].gradient for shot in memory.snapshots}
    assert list(shown) == [0, 1, 2, 3, 4, 5]
    tails = [tail for tail in shown.values() if tail is not None]
    assert [step for step, tail in shown.items() if tail is None] == [3]
    assert len({tail.alpha for tail in tails}) == 5
    (layer,) = result.layers
    last = tails[-1]
    assert (layer.gradient_alpha, layer.gradient_alpha_low, layer.gradient_alpha_high) == (
        last.alpha, last.low, last.high,
    )  # fmt: skip
    assert layer.gradient_fits is last.fits
    again = decode(encode(memory.snapshots[-1]), Snapshot)
    assert layer_summaries(again) == [layer]


def test_convolutions_have_an_entry_for_each_layer(digits):
    session = Session(SMALL.replace(model="cnn", width=64, batch_size=20), digits)
    for step in range(1, 4):
        session.gradient(step)
    tails = gradient_noise(session, 3)
    assert len(tails) == len(session.network.matrices)
    assert tails[-1].alpha < 2
