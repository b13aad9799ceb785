"""The running sums against a naive loop over masked networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from networks import examples, network

from hts.models.network import Network
from hts.pruning.columns import removal_order, unit_norms
from hts.pruning.every_level import _blockwise, _compiled, at_every_level


def masked_scores(made: Network, order: np.ndarray, kept: int, x) -> torch.Tensor:
    """Zero the rows of the removed units; float32 activations, float64 sums in any order."""
    weights = made.hidden[0].clone()
    weights[torch.from_numpy(order[kept:].copy())] = 0
    h = made.activation.apply_(x @ weights.t())
    return made.scale * (h.double() @ made.output.t().double())


def by_norm(made: Network) -> np.ndarray:
    return removal_order(unit_norms(made.hidden[0].numpy()))[::-1]


@pytest.mark.parametrize("classes", [2, 4, 11])
@pytest.mark.parametrize("settings", [{}, {"activation": "tanh"}, {"scaling": "mean_field"}])
def test_equals_the_naive_loop_at_every_level(settings, classes):
    made = network(classes=classes, **settings)
    x, y = examples(made)
    order = by_norm(made)
    levels = np.arange(len(order) + 1)
    got = at_every_level(made, order, x, y, asked=levels)
    for kept in levels:
        scores = masked_scores(made, order, kept, x)
        assert (got.answers[kept] == scores.argmax(1).numpy()).all()
        assert got.right[kept] == int((scores.argmax(1) == y).sum())
        loss = torch.nn.functional.cross_entropy(scores, y)
        assert got.loss[kept] == pytest.approx(float(loss), abs=1e-5)


def test_the_torch_way_for_other_devices_gives_the_same():
    made = network()
    x, y = examples(made, 90)
    h = torch.relu(made.hidden[0] @ x.t())
    output = made.output.t().double().contiguous()
    places = np.array([0, 1, 77, 150])
    for first, second in zip(
        _compiled(h, output, y, places), _blockwise(h, output, y, places), strict=True
    ):
        assert first == pytest.approx(second, rel=1e-12)


def test_the_result_does_not_depend_on_the_number_of_threads():
    made = network()
    x, y = examples(made, 700)
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(at_every_level(made, by_norm(made), x, y, asked=np.array([3, 3, 150])))
    finally:
        torch.set_num_threads(before)
    assert (found[0].right == found[1].right).all()
    assert (found[0].loss == found[1].loss).all()
    assert found[0].loss[0] == found[0].loss[1]


def test_with_nothing_kept_the_first_class_is_predicted_and_the_loss_is_that_of_guessing():
    made = network()
    x, y = examples(made)
    got = at_every_level(made, by_norm(made), x, y, asked=np.array([0]))
    assert got.accuracy[0] == pytest.approx(100 * float((y == 0).double().mean()))
    assert got.loss[0] == pytest.approx(np.log(4))
