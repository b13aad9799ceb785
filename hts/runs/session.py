"""One run in memory: data, network, batches and noise, and the steps the loop takes with them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch

from hts.config import RunConfig
from hts.data.sources import Dataset, info
from hts.models.model import Model
from hts.noise.sources import NoiseSource
from hts.seeds import generator
from hts.training.device import choose_device, set_products
from hts.training.evaluate import accuracy_and_loss
from hts.training.examples import Batches, Examples
from hts.training.optimized import OptimizedStep


class Session:
    """A network at some step of ``config``, with its examples.

    ``examples`` and ``network`` are made here unless several sessions share them.
    """

    def __init__(
        self,
        config: RunConfig,
        dataset: Dataset,
        *,
        examples: Examples | None = None,
        network: Model | None = None,
    ) -> None:
        self.config = config
        self.dataset = dataset
        self.in_the_plane = info(config.data).in_the_plane
        self.device = choose_device(config.device)
        set_products(self.device, config.precision)
        self.examples = examples or Examples(dataset, self.device)
        family, classes = config.family, len(dataset.classes)
        self.network = network or family.draw(config, dataset.inputs, classes, self.device)
        self._optimized: OptimizedStep | None = None
        if config.plain_steps:
            self._step = family.step(config, self.network, self.device)
        else:
            gradient = family.gradient(config, self.network, self.device)
            self._step = self._optimized = OptimizedStep(gradient, self.network, config)
        train = len(dataset.y_train)
        self._batches = Batches(train, config.batch_size, [config.seed], self.device)
        self._sources: tuple[tuple[str, float], list[NoiseSource]] = (("none", 2.0), [])

    def steer(self, config: RunConfig) -> None:
        """Go on with ``config``, which differs in scheduled settings only."""
        self.config = config

    def gradient(self, step: int) -> bool:
        """Gradient step number ``step``; False when the batch's loss was not finite before it."""
        config = self.config.at(step)
        if not config.gradient:
            return True
        if self._batches.whole:
            x, y = self.examples.whole()
        else:
            x, y = self.examples.batch(self._batches.rows(step)[0])
        loss = self._step(x, y, config.lr)
        return math.isfinite(float(loss))

    def noise(self, step: int) -> None:
        """Add the noise of step ``step`` to the layers that take it, in place."""
        config = self.config.at(step)
        if config.stability is None:
            return
        law = (config.noise, config.stability)
        if self._sources[0] != law:
            layers = range(len(self.network.noise_matrices))
            self._sources = (
                law, [NoiseSource(*law, seed=config.seed, layer=layer) for layer in layers]
            )  # fmt: skip
        for source, weights in zip(self._sources[1], self.network.noise_matrices, strict=False):
            source.add_(weights, config.noise_scale, step)

    def tensors(self) -> dict[str, np.ndarray]:
        """Copies of all that the next step needs: the weights, and what the optimizer keeps."""
        kept = self._optimized.tensors() if self._optimized else {}
        return {**self.network.tensors(), **kept}

    def load(self, tensors: Mapping[str, np.ndarray]) -> None:
        """Go on from what `tensors` gave."""
        self.network.load(tensors)
        if self._optimized:
            self._optimized.load(tensors)

    def accuracy(self, part: str) -> tuple[float, float]:
        """Accuracy in percent and mean loss in nats on the whole ``train`` or ``test`` set."""
        return accuracy_and_loss(self.network, *self.sample(part, None))

    def sample(self, part: str, limit: int | None) -> tuple[torch.Tensor, torch.Tensor]:
        """The ``train`` or ``test`` set, or a fixed random choice of ``limit`` of it."""
        x, y = self.examples.part(part)
        if limit is None or len(y) <= limit:
            return x, y
        rows = np.sort(generator(0, "analysis", part).permutation(len(y))[:limit])
        index = torch.from_numpy(rows)
        return x[index.to(x.device)], y[index.to(y.device)]
