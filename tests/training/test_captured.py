"""A recorded step moves the weights as a plain one does, at the learning rate it is given."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from hts import RunConfig
from hts.data import load
from hts.models.network import draw_network
from hts.runs.session import Session
from hts.training.captured import WARM_STEPS, CapturedStep
from hts.training.one_layer import OneLayerStep

WARM = ["plain"] * WARM_STEPS


class Graph:
    def __init__(self, told: list[str]) -> None:
        self.replay = lambda: told.append("replayed")


class Told(CapturedStep):
    """Says what it would do on a GPU."""

    def __init__(self) -> None:
        super().__init__(lambda x, y, lr: torch.tensor(lr))
        self.told: list[str] = []

    def _aside(self, x, y):
        self.told.append("plain")
        return self._step(x, y, self._lr)

    def _record(self, x, y):
        self.told.append("recorded")
        self._x, self._y, self._loss = x.clone(), y.clone(), self._step(x, y, self._lr)
        self._graph = Graph(self.told)
        return self._loss


def test_a_changed_learning_rate_is_recorded_once_it_stays():
    step, batch = Told(), (torch.zeros(8, 2), torch.zeros(8, dtype=torch.int64))
    losses = [float(step(*batch, lr)) for lr in [0.5] * 6 + [0.25] * 6]
    assert step.told == [*WARM, "recorded", "replayed", "replayed"] * 2
    assert losses == [0.5] * 6 + [0.25] * 6


def test_a_learning_rate_that_changes_at_every_step_is_never_recorded():
    step, batch = Told(), (torch.zeros(8, 2), torch.zeros(8, dtype=torch.int64))
    rates = [2.0**-k for k in range(8)]
    assert [float(step(*batch, lr)) for lr in rates] == rates
    assert step.told == ["plain"] * 8


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("depth", [1, 3])
def test_recorded_gradients_move_an_optimizer_as_on_the_cpu(depth):
    config = RunConfig(
        width=300, depth=depth, iterations=12, eval_every=4, noise="none", optimizer="adam",
        lr=0.002,
    )  # fmt: skip
    ended = []
    for device in ("cpu", "cuda"):
        session = Session(config.replace(device=device), load("digits"))
        for step in range(1, 3 * WARM_STEPS):
            assert session.gradient(step)
        ended.append(session.network.hidden[0].cpu())
    assert torch.allclose(*ended, atol=1e-5)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("last", [64, 17])
def test_recorded_steps_equal_plain_ones(last):
    cuda = torch.device("cuda")
    plain, recorded = (draw_network(RunConfig(width=300), 9, 4, cuda) for _ in range(2))
    step = CapturedStep(partial(OneLayerStep(), recorded, train_output=True))
    alone = OneLayerStep()
    generator = torch.Generator().manual_seed(0)
    for number in range(2 * (WARM_STEPS + 6)):
        lr = 0.1 if number < WARM_STEPS + 6 else 0.3
        size = last if number % 4 == 3 else 64
        x = torch.randn(size, 9, generator=generator).to(cuda)
        y = torch.randint(0, 4, (size,), generator=generator).to(cuda)
        loss = float(step(x, y, lr))
        assert loss == pytest.approx(float(alone(plain, x, y, lr, train_output=True)), rel=1e-5)
    assert torch.allclose(plain.hidden[0], recorded.hidden[0], atol=1e-5)
