"""Train the networks of a block together: one method, one value, a network for each seed."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch

from hts.config import RunConfig
from hts.models.network import Network, draw_network
from hts.noise.sources import NoiseSource
from hts.noise.stacked import StackedNoise
from hts.noise.strength import sigma_of
from hts.price.methods import Members, Method
from hts.price.settings import PriceSettings
from hts.training.ensemble import Ensemble
from hts.training.examples import Batches, Examples

SEEN = 2000  # training examples that tell whether the target is reached
_APART = 1.1  # factor between the steps at which that is looked at


@dataclass
class Trainer:
    """The networks on their way.  ``first``: of each, the step at which it reached the target."""

    settings: PriceSettings
    method: Method
    members: Members
    sigma: float
    stack: Ensemble
    batches: Batches
    noise: StackedNoise
    first: list[int | None]

    def gradient(self, examples: Examples, step: int) -> None:
        """Step ``step`` >= 1 of all, without its noise."""
        method, rows = self.method, self.batches.rows(step)
        method.before(self.stack, self.members)
        shape = rows.shape[1], self.stack.hidden[0].shape[1]
        self.stack.step(
            examples,
            rows,
            masks=method.masks(shape, self.members, step),
            labels=method.labels(examples.y_train[rows], self.members, step),
        )
        method.after(self.stack, self.members)

    def add_noise(self, step: int) -> None:
        """The noise that follows gradient step ``step``."""
        self.noise.add_(self.stack.hidden[0], step)

    def look(self, examples: Examples, step: int) -> None:
        """Note who has reached the target."""
        waiting = [i for i, first in enumerate(self.first) if first is None]
        if not waiting:
            return
        x, y = examples.x_train[:SEEN], examples.y_train[:SEEN]
        found, _ = self.stack.accuracies(waiting, x, y)
        for i, accuracy in zip(waiting, found, strict=True):
            if accuracy >= self.settings.target:
                self.first[i] = step

    def finite(self) -> list[bool]:
        """Which networks have not diverged."""
        layers = self.stack.named().values()
        return [all(bool(torch.isfinite(w[i]).all()) for w in layers) for i in range(len(self))]

    def __len__(self) -> int:
        return len(self.stack)


def trainer(
    settings: PriceSettings,
    method: Method,
    value: float,
    seeds: tuple[int, ...],
    examples: Examples,
    *,
    classes: int,
) -> Trainer:
    """Networks of ``method`` with ``value`` of its hyperparameter, before the first step."""
    rate, inputs = method.rate(settings.lr, value), examples.x_train.shape[1]
    width = method.width(settings.width, value)
    networks = [at_start(width, seed, inputs, classes) for seed in seeds]
    return Trainer(
        settings=settings,
        method=method,
        members=Members(seeds=seeds, value=value, rate=rate, classes=classes),
        sigma=(sigma := sigma_for(settings, method, value, inputs)),
        stack=Ensemble(networks, [rate] * len(seeds), train_output=True),
        batches=Batches(len(examples.y_train), settings.batch_size, seeds, examples.device),
        noise=_noise(settings, method, seeds, sigma),
        first=[None] * len(seeds),
    )


def at_start(width: int, seed: int, inputs: int, classes: int) -> Network:
    """The network of a seed before the first step."""
    config = RunConfig(width=width, noise="none", seed=seed)
    return draw_network(config, inputs, classes, torch.device("cpu"))


def sigma_for(settings: PriceSettings, method: Method, value: float, inputs: int) -> float:
    """The noise level that the strength asks for over the whole budget; 0 without noise."""
    strength = method.strength(value)
    if not strength:
        return 0.0
    return sigma_of(
        strength, noise=method.noise, alpha=method.alpha, inputs=inputs, lr=settings.lr,
        steps=settings.steps - 1,
    )  # fmt: skip


def train(trainer: Trainer, examples: Examples) -> float:
    """All steps; none is followed by noise but by another step.  Seconds of processor time."""
    began, steps = time.process_time(), trainer.settings.steps
    looks = looked_at(steps)
    for step in range(1, steps + 1):
        trainer.gradient(examples, step)
        if step in looks:
            trainer.look(examples, step)
        if step < steps:
            trainer.add_noise(step)
    return time.process_time() - began


def looked_at(steps: int) -> set[int]:
    """Steps at which training accuracy is looked at: each about a tenth later than the last."""
    found, step = {steps}, 1
    while step < steps:
        found.add(step)
        step = max(step + 1, int(step * _APART))
    return found


def _noise(
    settings: PriceSettings, method: Method, seeds: tuple[int, ...], sigma: float
) -> StackedNoise:
    sources = [NoiseSource(method.noise, method.alpha, seed=seed) for seed in seeds]
    scale = sources[0].type.step_scale(sigma, settings.lr, method.alpha) * method.noise_factor
    return StackedNoise(sources, [scale] * len(seeds))
