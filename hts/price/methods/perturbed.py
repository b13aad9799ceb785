"""Noise that is not on the weights: wrong labels, and units left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hts.price.methods import METHODS, Members, Method
from hts.seeds import generator

if TYPE_CHECKING:
    from torch import Tensor


@METHODS.register
class LabelNoise(Method):
    """Fresh at every step; another class with equal chances."""

    name = "label-noise"
    place = 40
    title = "Label noise"
    sentence = "at every step each label is replaced with this probability by another class"
    knob = "probability"
    grid = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)

    def labels(self, y: Tensor, members: Members, step: int) -> Tensor:
        import torch

        batch, changed = y.shape[1], []
        for seed in members.seeds:
            rng = generator(seed, "label noise", step)
            flipped = rng.random(batch) < members.value
            changed.append(np.where(flipped, rng.integers(1, members.classes, batch), 0))
        return (y + torch.from_numpy(np.stack(changed))) % members.classes


@METHODS.register
class Dropout(Method):
    """Srivastava et al. 2014, scaled so that the expected score stays."""

    name = "dropout"
    place = 50
    title = "Dropout"
    sentence = "at every step each hidden unit is left out of an example with this probability"
    knob = "probability"
    grid = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8)

    def masks(self, shape: tuple[int, int], members: Members, step: int) -> Tensor:
        import torch

        kept = np.empty((len(members.seeds), *shape), np.float32)
        for place, seed in enumerate(members.seeds):
            generator(seed, "dropout", step).random(dtype=np.float32, out=kept[place])
        return (torch.from_numpy(kept) >= members.value).float().div_(1 - members.value)
