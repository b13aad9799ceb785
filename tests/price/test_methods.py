"""What each method does to a step, against the same by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from hts import RunConfig
from hts.data import Dataset
from hts.models.network import draw_network
from hts.noise.sources import NoiseSource
from hts.price.methods import METHODS, TRIES, Members
from hts.price.settings import PriceSettings
from hts.price.trainer import looked_at, train, trainer
from hts.training.ensemble import Ensemble
from hts.training.examples import Batches, Examples
from hts.training.gradient import gradient_step

CPU = torch.device("cpu")
SETTINGS = PriceSettings(width=50, steps=6, batch_size=8, seeds=(1, 2), choosing=(101,))


@pytest.fixture(scope="module")
def examples() -> Examples:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 5)).astype(np.float32), rng.integers(0, 3, 40)
    return Examples(
        Dataset(name="made", title="made", x_train=x, y_train=y, x_test=x, y_test=y,
                classes=tuple("abc"), source=""), CPU,
    )  # fmt: skip


def stacked(seeds=(1, 2), width=50) -> Ensemble:
    config = RunConfig(width=width, noise="none")
    networks = [draw_network(config.replace(seed=s), 5, 3, CPU) for s in seeds]
    return Ensemble(networks, [0.1] * len(seeds), train_output=True)


def members(value: float, seeds=(1, 2), rate=0.1) -> Members:
    return Members(seeds=tuple(seeds), value=value, rate=rate, classes=3)


def test_every_method_of_the_front_tries_as_many_values():
    assert {len(m.grid) for m in METHODS.values() if m.on_front} == {TRIES}
    assert sum(m.on_front for m in METHODS.values()) >= 8


def test_training_takes_the_steps_of_a_plain_loop_and_no_noise_after_the_last(examples):
    method = METHODS["III-1.5"]
    got = trainer(SETTINGS, method, 2.0, (1, 2), examples, classes=3)
    train(got, examples)
    for place, seed in enumerate((1, 2)):
        network = draw_network(RunConfig(width=50, noise="none", seed=seed), 5, 3, CPU)
        noise, batches = NoiseSource("III", 1.5, seed=seed), Batches(40, 8, [seed], CPU)
        for step in range(1, 7):
            x, y = examples.batch(batches.rows(step)[0])
            gradient_step(network, x, y, lr=0.1, train_output=True)
            if step < 6:
                noise.add_(network.hidden[0], got.sigma * 0.1 ** (1 / 1.5), step)
        assert torch.allclose(got.stack.hidden[0][place], network.hidden[0], rtol=1e-4, atol=1e-6)


def test_momentum_is_the_heavy_ball_with_noise_in_the_velocity(examples):
    method = METHODS["momentum-gaussian"]
    got = trainer(SETTINGS, method, 4.0, (1,), examples, classes=3)
    train(got, examples)
    network = draw_network(RunConfig(width=50, noise="none", seed=1), 5, 3, CPU)
    noise, batches = NoiseSource("gaussian", 2.0, seed=1), Batches(40, 8, [1], CPU)
    velocity = [torch.zeros_like(w) for w in (network.hidden[0], network.output)]
    for step in range(1, 7):
        x, y = examples.batch(batches.rows(step)[0])
        old = [w.clone() for w in (network.hidden[0], network.output)]
        gradient_step(network, x, y, lr=0.01, train_output=True)
        for v, w, was in zip(velocity, (network.hidden[0], network.output), old, strict=True):
            v.mul_(0.9).add_(w - was)
            w.copy_(was + v)
        if step < 6:
            noise.add_(network.hidden[0], (scale := 0.1 * got.sigma * 0.1**0.5), step)
            noise.add_(velocity[0], scale, step)
    assert torch.allclose(got.stack.hidden[0][0], network.hidden[0], rtol=1e-3, atol=1e-5)
    assert torch.allclose(got.stack.output[0], network.output, rtol=1e-3, atol=1e-5)


def test_group_lasso_takes_the_proximal_step_of_the_norms():
    stack = stacked()
    before = stack.hidden[0].clone()
    METHODS["group-lasso"].after(stack, members(2.0))  # shortens by 0.1 * 2
    norms, got = before.norm(dim=2), stack.hidden[0].norm(dim=2)
    assert torch.allclose(got, (norms - 0.2).clamp(min=0), atol=1e-6)
    along = (before * stack.hidden[0]).sum(2)
    assert torch.allclose(along, norms * got, atol=1e-6)  # directions stay


def test_weight_decay_shrinks_both_layers():
    stack = stacked()
    before = {name: w.clone() for name, w in stack.named().items()}
    METHODS["weight-decay"].after(stack, members(0.5))
    for name, weights in stack.named().items():
        assert torch.allclose(weights, 0.95 * before[name])


def test_label_noise_flips_the_share_it_says_to_other_classes_and_more_of_the_same_when_higher():
    y = torch.zeros(2, 4000, dtype=torch.int64)
    few, many = (METHODS["label-noise"].labels(y, members(v), 3) for v in (0.1, 0.3))
    for changed, share in ((few, 0.1), (many, 0.3)):
        assert float((changed != 0).float().mean()) == pytest.approx(share, abs=0.02)
        wrong = changed[changed != 0]
        assert set(wrong.tolist()) == {1, 2}
        assert float((wrong == 1).float().mean()) == pytest.approx(0.5, abs=0.06)
    assert bool((many[few != 0] == few[few != 0]).all())
    assert not torch.equal(few[0], few[1])  # seeds differ


def test_dropout_leaves_out_the_share_it_says_and_keeps_the_mean():
    masks = METHODS["dropout"].masks((100, 50), members(0.35), 2)
    assert masks.shape == (2, 100, 50)
    assert float((masks == 0).float().mean()) == pytest.approx(0.35, abs=0.02)
    assert float(masks.mean()) == pytest.approx(1.0, abs=0.03)
    assert set(masks.unique().tolist()) == {0.0, float(masks.max())}


def test_rates_and_widths_are_those_of_the_value(examples):
    rate = trainer(SETTINGS, METHODS["large-rate"], 3.0, (1,), examples, classes=3)
    assert rate.members.rate == pytest.approx(0.3)
    wide = trainer(SETTINGS, METHODS["width-gaussian"], 2.0, (1,), examples, classes=3)
    assert wide.stack.hidden[0].shape == (1, 100, 5)
    assert wide.sigma > 0


def test_looks_come_at_every_early_step_and_at_the_last():
    found = sorted(looked_at(1000))
    assert found[:8] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found[-1] == 1000
    assert all(b <= 1.1 * a + 1 for a, b in itertools.pairwise(found))
