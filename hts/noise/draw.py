"""Noise on its own, as a NumPy array: what `python -m hts sample` writes."""

from __future__ import annotations

import numpy as np

from hts.noise.sources import NoiseSource
from hts.validate import whole


def sample(
    kind: str, alpha: float, *, units: int, inputs: int, seed: int, step: int = 0, layer: int = 0
) -> np.ndarray:
    """The noise of one step at scale 1, as a run with this seed adds it: float32 (units, inputs).

    ``kind`` is none, gaussian, I, II or III; ``alpha`` in (0, 2].  Bad values raise `BadInput`.
    """
    units = whole("units", units, low=1, high=10**12, why="a layer needs units")
    inputs = whole("inputs", inputs, low=1, high=10**12, why="a unit needs weights")
    source = NoiseSource(kind, alpha, seed=seed, layer=layer)
    return source.increment(units, inputs, step).numpy()
