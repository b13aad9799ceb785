"""What is done after pruning, and what is measured, against direct ways to the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import levy_stable
from scipy.stats import t as student

from hts import RunConfig
from hts.data import Dataset, load
from hts.models.network import draw_network
from hts.price.afterwards import RIDGE, refitted, tuned
from hts.price.data import split
from hts.price.measure import calibration, scored
from hts.price.settings import PriceSettings
from hts.price.tails import compared, even
from hts.training.examples import Batches, Examples
from hts.training.gradient import gradient_step

CPU = torch.device("cpu")


def network(width=30):
    return draw_network(RunConfig(width=width, noise="none", seed=4), 6, 3, CPU)


def points(examples=200):
    generator = torch.Generator().manual_seed(2)
    x = torch.randn(examples, 6, generator=generator)
    return x, (x[:, 0] + x[:, 1].abs() > 0.7).long() + (x[:, 2] > 1).long()


def test_a_refitted_last_layer_solves_the_ridge_problem_of_its_own_units():
    x, y = points()
    order = np.random.default_rng(0).permutation(30)
    for kept, got in zip((30, 7), refitted(network(), order, (30, 7), x, y), strict=True):
        smaller = network().keep([torch.from_numpy(order[:kept].copy())])
        h = smaller.activations(x)[-1].double()
        size = h.square().mean(0).sqrt()
        rows = torch.cat([h / size, (RIDGE * len(y)) ** 0.5 * torch.eye(kept).double()])
        wanted = torch.cat([torch.nn.functional.one_hot(y).double(), torch.zeros(kept, 3)])
        exact = torch.linalg.lstsq(rows, wanted, driver="gelsd").solution / size[:, None]
        assert torch.allclose(got.output.double(), exact.t(), rtol=1e-3, atol=1e-4)
        assert torch.equal(got.hidden[0], smaller.hidden[0])


def test_refitting_makes_an_untrained_network_learn():
    x, y = points()
    plain = network()
    (again,) = refitted(plain, np.arange(30), (30,), x, y)
    assert scored(again, x, y)[0] > scored(plain, x, y)[0] + 20


def test_fine_tuning_takes_plain_steps_on_the_next_batches():
    x, y = (part.numpy() for part in points())
    data = Dataset(
        name="made", title="made", x_train=x, y_train=y, x_test=x, y_test=y,
        classes=tuple("abc"), source="",
    )  # fmt: skip
    examples, batches = Examples(data, CPU), Batches(len(y), 16, [4], CPU)
    got = tuned([network()], examples, batches, rate=0.2, first=5, steps=3).network(0)
    alone = network()
    for step in (5, 6, 7):
        gradient_step(alone, *examples.batch(batches.rows(step)[0]), lr=0.2, train_output=True)
    assert torch.allclose(got.hidden[0], alone.hidden[0], atol=1e-6)
    assert torch.allclose(got.output, alone.output, atol=1e-6)


def test_calibration_is_the_weighted_gap_of_the_bins():
    sure = torch.tensor([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    right = torch.tensor([True, True, False, False, True, False])
    # (4 * |0.5 - 0.95| + 2 * |0.5 - 0.55|) / 6
    assert calibration(sure, right) == pytest.approx(100 * (4 * 0.45 + 2 * 0.05) / 6, rel=1e-5)
    assert calibration(torch.ones(5), torch.ones(5, dtype=torch.bool)) == 0


def test_scores_are_those_of_torch():
    x, y = points()
    accuracy, loss, _ = scored(network(), x, y)
    logits = network().logits(x)
    assert accuracy == pytest.approx(100 * float((logits.argmax(1) == y).float().mean()))
    assert loss == pytest.approx(float(torch.nn.functional.cross_entropy(logits, y)), rel=1e-5)


def test_the_law_that_a_sample_has_fits_it_better():
    rng = np.random.default_rng(1)
    assert compared(student(3).rvs(4000, random_state=rng)) > 5e-4
    assert compared(levy_stable(1.6, 0).rvs(4000, random_state=rng)) < -5e-4
    assert compared(levy_stable(1.6, 0.5).rvs(4000, random_state=rng)) < -5e-4


def test_inputs_are_brought_to_one_scale_and_still_ones_left_out():
    moved = np.random.default_rng(0).normal(size=(501, 3)) * [1.0, 0.0, 50.0] + [3.0, 0.0, -8.0]
    found = even(moved)
    assert len(found) == 2 * 501
    assert np.median(np.abs(found)) == pytest.approx(1.0, abs=0.01)
    assert abs(np.median(found)) < 1e-12


def test_validation_and_training_share_no_example_and_are_the_same_for_all_seeds():
    dataset = load("digits")
    first, again = (split(dataset, PriceSettings(seeds=s)) for s in ((1, 2), (7,)))
    assert np.array_equal(first.x, again.x)
    assert len(first.y) == round(0.2 * len(dataset.y_train))
    assert len(first.y) + len(first.dataset.y_train) == len(dataset.y_train)
    train = {row.tobytes() for row in first.dataset.x_train}
    assert sum(row.tobytes() in train for row in first.x) == 0
    assert np.array_equal(first.dataset.x_test, dataset.x_test)
