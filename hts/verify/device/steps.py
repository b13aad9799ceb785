"""Is a gradient step of a device the CPU's, how fast is it, and what does recording it save?"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from hts.config import RunConfig
from hts.data import load
from hts.models.network import Network, draw_network
from hts.noise.sources import NoiseSource
from hts.platforms import records_graphs
from hts.runs.session import Session
from hts.training.captured import WARM_STEPS, CapturedStep
from hts.training.one_layer import OneLayerStep
from hts.verify.device.check import Check, Place, Row, figure, skip
from hts.verify.device.products import bare_products
from hts.verify.device.timing import Ways, ratio, rounds

BATCH, ALPHA, SIGMA, LR = 500, 1.75, 1e-6, 1e-3
SAME = 1e-4  # of the change; products in tf32 are ten times as far from the CPU's
DEEP_SAME = 1e-3
_STEPS = 2 * WARM_STEPS + 2  # a step is recorded and replayed on the way

_PLAIN = RunConfig(noise="none", width=300, iterations=100)
_NETWORKS = {
    "one hidden layer": (_PLAIN, SAME),
    "three hidden layers": (_PLAIN.replace(depth=3), SAME),
    "momentum, weight decay": (_PLAIN.replace(momentum=0.9, weight_decay=0.01), SAME),
    # Its first gradients are tiny.
    "convolutions": (_PLAIN.replace(model="cnn", width=16, lr=100.0), DEEP_SAME),
}


class SameStep(Check):
    """Some steps without noise change the weights as on the CPU, up to the rounding of sums."""

    name = "step"

    def rows(self, place: Place) -> Iterator[Row]:
        for what, (config, most) in _NETWORKS.items():
            start, here = _after(config.replace(device="cpu"))
            _, there = _after(place.on(config))
            away = torch.linalg.vector_norm(there - here) / torch.linalg.vector_norm(here - start)
            yield figure(
                f"{_STEPS} steps, {what}", float(away), "of the change apart", most=most
            )  # fmt: skip


def _after(config: RunConfig) -> tuple[Tensor, Tensor]:
    """All weights at step 0 and after some steps, on the CPU."""
    session = Session(config, load(config.data))
    start = _flat(session)
    for step in range(1, _STEPS + 1):
        session.gradient(step)
    return start, _flat(session)


def _flat(session: Session) -> Tensor:
    arrays = session.network.tensors().values()
    return torch.cat([torch.from_numpy(array).double().flatten() for array in arrays])


class StepOverProducts(Check):
    """A step as a run takes it, gradient, noise and a look at the loss, beside its products."""

    name = "speed"

    def rows(self, place: Place) -> Iterator[Row]:
        for width, inputs in place.extent.layers:
            x, y, classes = _examples(inputs, place.device)
            ways: Ways = {"products": bare_products(width, x, classes)}
            for kind in ("none", "I", "II", "III"):
                ways[kind] = _step(kind, width, x, y, classes)
            for kind in ways:  # a step is recorded after some that are not
                for _ in range(2 * WARM_STEPS if kind != "products" else 0):
                    ways[kind]()
            calls = 20 if place.extent.queue else 1
            times = rounds(ways, place.extent.rounds, place.device, calls=calls)
            for kind, seconds in times.items():
                if kind != "products":
                    yield figure(
                        f"step of {width} x {inputs}, noise {kind}",
                        ratio(seconds, times["products"]), "times its products",
                        note=f"{1e6 * statistics.median(seconds):.4g} us",
                    )  # fmt: skip


def _examples(inputs: int, device: torch.device) -> tuple[Tensor, Tensor, int]:
    classes = 2 if inputs < 200 else 10
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(BATCH, inputs, generator=generator)
    y = torch.randint(classes, (BATCH,), generator=generator)
    return x.to(device), y.to(device), classes


def _step(kind: str, width: int, x: Tensor, y: Tensor, classes: int) -> Callable[[], bool]:
    config = RunConfig(width=width)
    network = draw_network(config, x.shape[1], classes, x.device)
    step = config.family.step(config, network, x.device)
    noise = NoiseSource(kind, ALPHA, seed=1)

    def take() -> bool:
        loss = step(x, y, LR)
        noise.add_(network.hidden[0], SIGMA * LR ** (1 / ALPHA), 1)
        return math.isfinite(float(loss))

    return take


class Recorded(Check):
    """A step recorded as a CUDA graph: the plain step's weights, in less time."""

    name = "graph"

    def rows(self, place: Place) -> Iterator[Row]:
        if not records_graphs(place.device):
            yield skip(
                "recorded steps", f"{place.device.type} has no CUDA graphs: steps run as they are"
            )
            return
        width, inputs = place.extent.layers[0]
        x, y, classes = _examples(inputs, place.device)
        plain, recorded = (_network(width, x, classes) for _ in range(2))
        alone = partial(OneLayerStep(), plain, train_output=True)
        graph = CapturedStep(partial(OneLayerStep(), recorded, train_output=True))
        start = plain.hidden[0].clone()
        for _ in range(3 * WARM_STEPS):
            alone(x, y, LR)
            graph(x, y, LR)
        away = (plain.hidden[0] - recorded.hidden[0]).norm() / (plain.hidden[0] - start).norm()
        yield figure("recorded and plain steps", float(away), "of the change apart", most=SAME)
        yield figure("steps are replayed", float(graph.recorded), least=1)
        ways: Ways = {"plain": partial(alone, x, y, LR), "recorded": partial(graph, x, y, LR)}
        times = rounds(ways, place.extent.rounds, place.device, calls=20)
        yield figure(
            f"plain step of {width} x {inputs}", ratio(times["plain"], times["recorded"]),
            "times the recorded", least=1, goal=True,
            note=f"{1e6 * statistics.median(times['recorded']):.4g} us recorded",
        )  # fmt: skip


def _network(width: int, x: Tensor, classes: int) -> Network:
    return draw_network(RunConfig(width=width), x.shape[1], classes, x.device)
