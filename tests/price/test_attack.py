"""Attacks against worst cases that are known exactly."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hts.models.activations import checked_activation
from hts.models.network import Network
from hts.price.attack import attack
from hts.price.data import distances

DUAL = {"l2": 2, "linf": 1}


def made(activation: str, *, units=12, inputs=6, classes=4, shift=0.0) -> Network:
    generator = torch.Generator().manual_seed(3)
    hidden = torch.randn(units, inputs, generator=generator)
    hidden[:, 0] += shift
    output = torch.randn(classes, units, generator=generator)
    output -= output.mean(1, keepdim=True)  # so that what all units share decides nothing
    return Network([hidden], output, checked_activation(activation), 1.0)


def worst_margins(network: Network, x, y, norm: str, radius: float) -> torch.Tensor:
    """Exact least margins of a linear network: its margin less radius times the dual norm."""
    weights = network.output @ network.hidden[0]
    scores, found = x @ weights.t(), []
    for i, label in enumerate(y.tolist()):
        apart = weights[label] - weights
        least = scores[i, label] - scores[i] - radius * apart.norm(p=DUAL[norm], dim=1)
        least[label] = torch.inf
        found.append(least.min())
    return torch.stack(found)


@pytest.mark.parametrize("norm", ["l2", "linf"])
@pytest.mark.parametrize("radius", [0.05, 0.3])
def test_a_linear_network_falls_exactly_where_its_worst_case_does(norm, radius):
    network = made("identity", classes=2)
    x = torch.randn(400, 6, generator=torch.Generator().manual_seed(5))
    y = network.logits(x).argmax(1)
    exact = worst_margins(network, x, y, norm, radius)
    found = attack(network, x, y, norm=norm, radius=radius, steps=40)
    clear = exact.abs() > 0.02 * radius
    assert 20 < int((exact < 0).sum()) < 380
    assert torch.equal(found.stands[clear], (exact > 0)[clear])
    assert bool(found.right.all())
    assert not bool(found.flat.any())


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_with_more_classes_it_fells_nothing_that_stands_and_nearly_all_that_falls(norm):
    network = made("identity")
    x = torch.randn(400, 6, generator=torch.Generator().manual_seed(5))
    y = network.logits(x).argmax(1)
    exact = worst_margins(network, x, y, norm, 0.2)
    stands = attack(network, x, y, norm=norm, radius=0.2, steps=40).stands
    assert bool(stands[exact > 1e-5].all())
    falls = exact < -0.004
    assert int(falls.sum()) > 20
    assert float((~stands[falls]).float().mean()) > 0.95


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_within_a_linear_region_of_relu_it_is_that_region_s_worst_case(norm):
    relu, linear = (made(name, shift=40.0, classes=2) for name in ("relu", "identity"))
    x = torch.randn(200, 6, generator=torch.Generator().manual_seed(6))
    x[:, 0] = 5 + x[:, 0].abs()  # every unit stays active within the radius
    y = relu.logits(x).argmax(1)
    exact = worst_margins(linear, x, y, norm, 0.5)
    found = attack(relu, x, y, norm=norm, radius=0.5, steps=40)
    clear = exact.abs() > 0.05
    assert 0 < int((exact < 0).sum()) < 200
    assert torch.equal(found.stands[clear], (exact > 0)[clear])


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_it_fells_as_many_answers_as_a_library_s_projected_gradient_descent(norm):
    from art.attacks.evasion import ProjectedGradientDescent
    from art.estimators.classification import PyTorchClassifier

    network = made("relu", units=64, inputs=8)
    x = torch.randn(500, 8, generator=torch.Generator().manual_seed(8))
    y = network.logits(x).argmax(1)
    layers = torch.nn.Sequential(
        torch.nn.Linear(8, 64, bias=False), torch.nn.ReLU(), torch.nn.Linear(64, 4, bias=False)
    )
    layers.load_state_dict({"0.weight": network.hidden[0], "2.weight": network.output})
    theirs = PyTorchClassifier(
        layers, loss=torch.nn.CrossEntropyLoss(), input_shape=(8,), nb_classes=4
    )
    radius, steps = {"l2": 0.4, "linf": 0.15}[norm], 40
    library = ProjectedGradientDescent(
        theirs, norm=DUAL[norm] if norm == "l2" else np.inf, eps=radius, max_iter=steps,
        eps_step=2.5 * radius / steps, batch_size=500, verbose=False,
    )  # fmt: skip
    moved = torch.from_numpy(library.generate(x.numpy(), y.numpy()))
    stands = network.logits(moved).argmax(1) == y
    ours = attack(network, x, y, norm=norm, radius=radius, steps=steps).stands
    assert 100 < int(stands.sum()) < 400
    assert int((ours & ~stands).sum()) <= 10  # what it fells we fell, but for one in fifty
    assert int(ours.sum()) <= int(stands.sum()) + 5


def test_examples_that_no_unit_answers_to_are_called_flat():
    network = made("relu", shift=40.0)
    x = torch.zeros(2, 6)
    x[0, 0], x[1, 0] = -9.0, 9.0  # all units off; all on
    found = attack(network, x, torch.tensor([0, 0]), norm="l2", radius=0.1, steps=3)
    assert found.flat.tolist() == [True, False]


def test_an_answer_that_is_wrong_at_first_never_stands():
    network = made("identity")
    x = torch.randn(50, 6, generator=torch.Generator().manual_seed(7))
    y = (network.logits(x).argmax(1) + 1) % 4
    found = attack(network, x, y, norm="linf", radius=0.01, steps=5)
    assert not bool(found.right.any())
    assert not bool(found.stands.any())


def test_distances_are_to_the_nearest_example_of_another_class():
    x = np.array([[0.0, 0.0], [3.0, 4.0], [1.0, 0.0]], np.float32)
    found = distances(x, np.array([0, 1, 0]))
    assert found.l2 == pytest.approx(np.sqrt(20))  # 5, sqrt 20, sqrt 20
    assert found.linf == pytest.approx(4.0)
