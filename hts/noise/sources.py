"""The noise of a step: a pure function of (seed, layer, step, unit, input).

A layer is named by a number, or by a word such as the name of its parameter.

Values depend neither on the number of threads nor on the width: with the types that come with
``hts`` the first units of a wide layer get the noise of a narrow one.
"""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from hts.noise import philox
from hts.noise.draws import LayerDraws, gpu_kernels
from hts.noise.types import SMALLEST_ALPHA, noise_type
from hts.seeds import LARGEST_SEED
from hts.validate import BadInput, number, whole


class NoiseSource:
    """Noise of one layer.  ``kind``: the name of a noise type; ``alpha`` in (0, 2].

    ``layer``: a whole number from 0 on, or a name; each has its own noise.
    Types that are not heavy ignore ``alpha``.  Bad values raise `BadInput`.
    """

    def __init__(self, kind: str, alpha: float, *, seed: int, layer: int | str = 0) -> None:
        self.type = noise_type(kind)
        self.kind = self.type.name
        why = "stable laws exist only there; 2 is Gaussian"
        checked = number("alpha", alpha, low=0, high=2, why=why, open_low=True)
        self.alpha = checked if self.type.heavy else 2.0
        if self.alpha < SMALLEST_ALPHA:
            raise BadInput(
                f"alpha must be at least {SMALLEST_ALPHA:g} for noise, got {self.alpha:g}: "
                "most draws of a heavier tail are too large for single precision."
            )
        self.seed = whole("seed", seed, low=0, high=LARGEST_SEED)
        self.layer = layer if isinstance(layer, str) else whole("layer", layer, low=0, high=2**31)

    def add_(
        self, weights: Tensor, scale: float, step: int, *, first: int = 0, units: int | None = None
    ) -> None:
        """In place: ``weights += scale * xi(step)``; ``weights`` is (units, inputs), floating.

        ``scale`` is finite and not negative.  Where ``weights`` are some rows of a layer, those
        from ``first`` on of its ``units``, they get what they would get in the whole.  Bad values,
        shapes and dtypes raise `BadInput`.
        """
        step = whole("step", step, low=0, high=2**62)
        why = "it multiplies the noise"
        scale = number("scale", scale, low=0, high=math.inf, why=why, open_low=False)
        if weights.dim() != 2 or not weights.is_floating_point():
            raise BadInput(
                "weights must be a floating-point matrix (units, inputs), got "
                f"{weights.dtype} of shape {tuple(weights.shape)}: noise is not a whole number."
            )
        if self.type.silent or scale == 0 or weights.numel() == 0:
            return
        with torch.no_grad():
            if weights.is_contiguous():
                kernels = gpu_kernels() if weights.is_cuda else None
                self.type.draw(self.draws(weights, scale, step, kernels, first, units))
                return
            noise = torch.zeros(weights.shape, device=weights.device, dtype=weights.dtype)
            self.add_(noise, scale, step, first=first, units=units)
            weights.add_(noise)

    def draws(
        self,
        weights: Tensor,
        scale: float,
        step: int,
        kernels: ModuleType | None = None,
        first: int = 0,
        units: int | None = None,
    ) -> LayerDraws:
        """What the noise of ``step`` on ``weights`` (contiguous) is made of; see `LayerDraws`."""
        streams = (self.seed, "noise", self.layer, step)
        return LayerDraws(weights, scale, self.alpha, streams, kernels, first=first, units=units)

    def increment(
        self,
        units: int,
        inputs: int,
        step: int,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> Tensor:
        """``xi(step)`` at scale 1, shape (units, inputs); exactly what `add_` adds.

        Sizes that cannot be had raise `BadInput`.
        """
        units = whole("units", units, low=0, high=2**62)
        inputs = whole("inputs", inputs, low=0, high=2**62)
        device = torch.device(device)
        try:
            out = torch.zeros(units, inputs, device=device, dtype=dtype)
        except (RuntimeError, MemoryError):
            size = units * inputs * dtype.itemsize / 1e9
            raise BadInput(
                f"units x inputs {units} x {inputs} of {dtype} is {size:.3g} GB, "
                f"more than {device} gives."
            ) from None
        self.add_(out, 1.0, step)
        return out

    def stream(self, step: int, purpose: str) -> philox.Stream:
        """The stream of this layer's noise of ``step``; ``purpose`` is "unit" or "entry"."""
        return philox.stream(self.seed, "noise", self.layer, step, purpose)


def sample(
    kind: str, alpha: float, *, units: int, inputs: int, seed: int, step: int = 0, layer: int = 0
) -> np.ndarray:
    """The noise of one step at scale 1, as a run with this seed adds it: float32 (units, inputs).

    ``kind`` is the name of a noise type; ``alpha`` in (0, 2].  Bad values raise `BadInput`.
    """
    units = whole("units", units, low=1, high=10**12, why="a layer needs units")
    inputs = whole("inputs", inputs, low=1, high=10**12, why="a unit needs weights")
    source = NoiseSource(kind, alpha, seed=seed, layer=layer)
    return source.increment(units, inputs, step).numpy()
