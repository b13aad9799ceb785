"""A small problem that optimizers are tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import nn


@pytest.fixture
def net() -> Iterator[Callable[[], nn.Sequential]]:
    """Makes the same small convolutional network every time, for one thread: it is tiny."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)

    def make() -> nn.Sequential:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return nn.Sequential(
                nn.Conv2d(1, 4, 3),
                nn.ReLU(),
                nn.Conv2d(4, 5, 3),
                nn.Flatten(),
                nn.Linear(20, 12),
                nn.ReLU(),
                nn.Linear(12, 3),
            )

    yield make
    torch.set_num_threads(threads)


@pytest.fixture
def backward() -> Callable[..., None]:
    """Puts the gradients of batch ``k`` into a network of `net`."""

    def gradients(model: nn.Module, k: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(k)
        x = torch.randn(8, 1, 6, 6, generator=generator)
        y = torch.randint(0, 3, (8,), generator=generator)
        model.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        return loss.detach()

    return gradients
