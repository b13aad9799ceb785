"""A training step beside its bare matrix products, a plain PyTorch loop, and the published way.

All of one size are timed in turns, round after round; ratios are medians over rounds.

* ``products``: the five matrix products of the step, into buffers that are there: scores of the
  hidden units, class scores, both weights' gradients, the way back.  Nothing of a step can be
  saved below these, but what stays in the cache between two of them is faster than they are.
* ``type ...``: a step of this package, gradient and noise, as a run takes it.
* ``plain torch``: `torch.nn`, `torch.optim.SGD`, and textbook stable noise, as one writes it.
* ``published way``: the algorithm of the authors' released experiments, re-implemented here from
  its description: the same, with the noise drawn by scipy.  It is not their code.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from scipy.stats import levy_stable
from torch import Tensor

from hts.config import RunConfig
from hts.models.network import draw_network
from hts.noise.sources import NoiseSource
from hts.training.one_layer import OneLayerStep
from hts.verify.device.products import bare_products
from hts.verify.device.timing import Times, Ways, ratio, rounds

BATCH, ALPHA, SIGMA, LR = 500, 1.75, 1e-6, 1e-3
KINDS = ("none", "I", "II", "III")
_PRODUCTS, _QUIET = "products", "no noise"
_PLAIN, _PUBLISHED = "plain torch, type II", "published way, type II"


def measure(
    widths: Sequence[int] = (2000, 10_000),
    inputs: Sequence[int] = (140, 784),
    threads: Sequence[int] = (1, 2),
    *,
    runs: int = 9,
    slow: bool = True,
) -> list[dict[str, Any]]:
    """Rows ``{width, inputs, threads, what, seconds, times_products, times_no_noise}``.

    ``slow``: time the plain and the published way too (the latter takes seconds a step).
    """
    before, rows = torch.get_num_threads(), []
    try:
        for count in threads:
            torch.set_num_threads(count)
            for width in widths:
                for size in inputs:
                    found = _measure(width, size, runs, slow)
                    about = {"width": width, "inputs": size, "threads": count}
                    rows += [{**about, **row} for row in found]
    finally:
        torch.set_num_threads(before)
    return rows


def _measure(width: int, inputs: int, runs: int, slow: bool) -> list[dict[str, Any]]:
    classes = 2 if inputs < 200 else 10
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(BATCH, inputs, generator=generator)
    y = torch.randint(classes, (BATCH,), generator=generator)
    ways: Ways = {_PRODUCTS: bare_products(width, x, classes)}
    for kind in KINDS:
        ways[_QUIET if kind == "none" else f"type {kind}"] = _ours(kind, width, x, y, classes)
    yardsticks = {name: ways[name] for name in (_PRODUCTS, _QUIET)}
    rows = _rows(rounds(ways, runs))
    if slow:
        plain = {_PLAIN: _plain(width, x, y, classes, _textbook)}
        published = {_PUBLISHED: _plain(width, x, y, classes, _scipy)}
        slower = _rows(rounds({**yardsticks, **plain, **published}, 3))
        rows += [row for row in slower if row["what"] not in yardsticks]
    return rows


def _rows(times: Times) -> list[dict[str, Any]]:
    return [
        {
            "what": what,
            "seconds": statistics.median(seconds),
            "times_products": ratio(seconds, times[_PRODUCTS]),
            "times_no_noise": ratio(seconds, times[_QUIET]),
        }
        for what, seconds in times.items()
    ]


def _ours(kind: str, width: int, x: Tensor, y: Tensor, classes: int) -> Callable[[], object]:
    network = draw_network(RunConfig(width=width), x.shape[1], classes, torch.device("cpu"))
    step = partial(OneLayerStep(), network, x, y, lr=LR, train_output=True)
    noise = NoiseSource(kind, ALPHA, seed=1)

    def take() -> bool:
        loss = step()
        noise.add_(network.hidden[0], SIGMA * LR ** (1 / ALPHA), 1)
        return math.isfinite(float(loss))

    return take


def _plain(
    width: int, x: Tensor, y: Tensor, classes: int, draw: Callable[[Tensor], Tensor]
) -> Callable[[], object]:
    first = torch.nn.Linear(x.shape[1], width, bias=False)
    model = torch.nn.Sequential(first, torch.nn.ReLU(), torch.nn.Linear(width, classes, bias=False))
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)

    def take() -> float:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), y)
        torch.autograd.backward(loss)
        optimizer.step()
        with torch.no_grad():
            first.weight += SIGMA * LR ** (1 / ALPHA) * draw(first.weight)
        return float(loss.detach())

    return take


def _textbook(like: Tensor) -> Tensor:
    """Chambers, Mallows and Stuck, one line after the other."""
    v = (torch.rand_like(like) - 0.5) * math.pi
    w = -torch.log(torch.rand_like(like))
    x = torch.sin(ALPHA * v) / torch.cos(v) ** (1 / ALPHA)
    return x * (torch.cos((1 - ALPHA) * v) / w) ** ((1 - ALPHA) / ALPHA)


def _scipy(like: Tensor) -> Tensor:
    return torch.from_numpy(levy_stable.rvs(ALPHA, 0, size=tuple(like.shape))).float()
