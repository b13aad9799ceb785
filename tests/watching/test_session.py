"""A watch counts, looks and records; it changes nothing of a training and never ends it."""

from __future__ import annotations

import logging
import random

import numpy as np
import pytest
import torch
from torch import nn
from watch_recorder import Kept, watched


def parts(seed: int = 0) -> tuple[nn.Module, torch.optim.Optimizer]:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(10, 80), nn.ReLU(), nn.Dropout(0.2), nn.Linear(80, 2))
        for parameter in model.parameters():  # of which a verdict is told soon
            nn.init.normal_(parameter, std=0.1)
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> torch.Tensor:
    loss = torch.zeros(())
    for _ in range(steps):
        optimizer.zero_grad()
        loss = model(torch.randn(16, 10)).square().mean()
        loss.backward()
        optimizer.step()
    return loss


def test_the_first_look_comes_after_the_first_step_and_the_last_at_the_end():
    model, optimizer = parts()
    kept = Kept()
    with watched(model, optimizer, kept) as watch:
        train(model, optimizer, 14)
    assert kept.steps == [1, 11, 14]
    assert (watch.steps, watch.active, kept.ended) == (14, False, [""])
    assert all(layer.verdict for look in kept.looks for layer in look.layers if layer.tail)
    train(model, optimizer, 3)
    watch.close()
    assert (watch.steps, len(kept.looks), len(kept.ended)) == (14, 3, 1)


def test_a_share_looks_at_both_ends_and_the_last_look_has_verdicts():
    model, optimizer = parts()
    kept = Kept()
    with watched(model, optimizer, kept, "1 %"):
        train(model, optimizer, 1)
    assert kept.steps == [1, 1]  # the first again, with verdicts
    first, last = (look.layers[0] for look in kept.looks)
    assert (first.verdict, last.verdict is not None) == (None, True)


def global_states() -> tuple[object, ...]:
    """Of the generators that a program may use beside torch's."""
    return random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002


def test_nothing_of_the_training_changes():
    found = []
    for kept in (None, Kept()):
        model, optimizer = parts()
        states = global_states()
        with torch.random.fork_rng():
            torch.manual_seed(3)
            with watched(model, optimizer, kept, 4):
                train(model, optimizer, 5)
            after = torch.get_rng_state()
        assert global_states() == states
        grads = [parameter.grad for parameter in model.parameters()]
        found.append([*model.state_dict().values(), *grads, after])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


def test_by_hand_a_step_is_counted_with_its_loss():
    model, _ = parts()
    kept = Kept()
    with watched(model, None, kept, 2) as watch:
        for step in range(5):
            watch.step(loss=torch.tensor(float(step), requires_grad=True))
    assert [(look.step, look.loss) for look in kept.looks] == [(1, 0.0), (3, 2.0), (5, 4.0)]


def test_a_loss_that_is_no_number_costs_the_look_nothing():
    model, _ = parts()
    for loss in (float("nan"), torch.zeros(3), "low"):
        kept = Kept()
        with watched(model, None, kept, 1) as watch:
            watch.step(loss=loss)
        assert [look.loss for look in kept.looks] == [None]


def test_what_fails_is_said_once_and_the_training_goes_on(caplog):
    model, optimizer = parts()
    kept = Kept(OSError(28, "No space left on device"))
    with caplog.at_level(logging.WARNING, "hts.watch"), watched(model, optimizer, kept, 2) as watch:
        train(model, optimizer, 5)
    assert watch.steps == 5
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "No space left on device" in said[0]
    assert "training goes on" in said[0]


def test_an_error_of_the_training_passes_and_is_noted():
    model, optimizer = parts()
    kept = Kept()
    watch = watched(model, optimizer, kept)
    train(model, optimizer, 2)
    with pytest.raises(KeyError, match="batch"), watch:
        raise KeyError("batch")
    assert kept.ended == ["KeyError: 'batch'"]
    assert kept.steps[-1] == 2


def test_a_model_that_changes_on_the_way_is_seen_as_it_is():
    model, _ = parts()
    kept = Kept()
    with watched(model, None, kept, 1) as watch:
        watch.step()
        model[0] = nn.Linear(10, 90)
        model.append(nn.Linear(2, 60))
        watch.step()
        with torch.no_grad():
            model[3].weight.fill_(float("nan"))
        watch.step()
    units = [[(layer.name, layer.units) for layer in look.layers] for look in kept.looks]
    assert units[0] == [("0.weight", 80), ("3.weight", 2)]
    assert units[1] == [("0.weight", 90), ("3.weight", 2), ("4.weight", 60)]
    assert units[2] == [("0.weight", 90), ("4.weight", 60)]
    assert [one.why for one in kept.looks[2].not_seen] == [
        "weights are not finite, or their squares overflow"
    ]


def test_frozen_layers_are_measured_once_and_again_when_they_train():
    model, _ = parts()
    model[0].requires_grad_(False)
    kept = Kept()
    with watched(model, None, kept, 1) as watch:
        watch.step()
        with torch.no_grad():
            model[0].weight.mul_(3)
        watch.step()
        model[0].requires_grad_(True)
        watch.step()
    first = [look.layers[0] for look in kept.looks]
    assert [one.trained for one in first] == [False, False, True]
    assert first[1].norm == first[0].norm
    assert first[2].norm == pytest.approx(3 * first[0].norm, rel=1e-5)


def test_other_ranks_do_nothing():
    model, optimizer = parts()
    with watched(model, optimizer, None) as watch:
        train(model, optimizer, 3)
        watch.step(loss=1.0)
    assert (watch.steps, watch.active) == (0, False)


def test_a_wrapped_optimizer_counts_and_what_is_none_is_refused():
    class Wrapper:
        def __init__(self, optimizer: torch.optim.Optimizer) -> None:
            self.optimizer = optimizer

    model, optimizer = parts()
    kept = Kept()
    with watched(model, Wrapper(optimizer), kept) as watch:
        train(model, optimizer, 2)
        assert watch.steps == 2
    with pytest.raises(ValueError, match=r"optimizer must be a torch\.optim\.Optimizer, got a str"):
        watched(model, "sgd", Kept())
