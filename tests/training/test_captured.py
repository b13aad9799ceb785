"""A recorded step moves the weights as a plain one does."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from hts import RunConfig
from hts.models.network import draw_network
from hts.training.captured import WARM_STEPS, CapturedStep
from hts.training.one_layer import OneLayerStep

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


@pytest.mark.parametrize("last", [64, 17])
def test_recorded_steps_equal_plain_ones(last):
    cuda = torch.device("cuda")
    plain, recorded = (draw_network(RunConfig(width=300), 9, 4, cuda) for _ in range(2))
    step = CapturedStep(partial(OneLayerStep(), recorded, lr=0.1, train_output=True))
    alone = OneLayerStep()
    generator = torch.Generator().manual_seed(0)
    for number in range(WARM_STEPS + 6):
        size = last if number % 4 == 3 else 64
        x = torch.randn(size, 9, generator=generator).to(cuda)
        y = torch.randint(0, 4, (size,), generator=generator).to(cuda)
        loss = float(step(x, y))
        assert loss == pytest.approx(float(alone(plain, x, y, lr=0.1, train_output=True)), rel=1e-5)
    assert torch.allclose(plain.hidden[0], recorded.hidden[0], atol=1e-5)
