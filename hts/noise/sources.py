"""The noise of a step: a pure function of (seed, layer, step, unit, input).

The three types differ in one thing only, which coordinates share a draw::

    I    every coordinate of unit i gets Z_i                one draw per unit
    II   coordinate (i, j) gets X_ij                        one draw per weight
    III  coordinate (i, j) gets sqrt(A_i) G_ij              one radius per unit

``sqrt(A) G`` is drawn as ``sqrt(A/2) N(0, 2)``, so type III at alpha = 2, type II at alpha = 2 and
``gaussian`` give the same numbers.  Values depend neither on the number of threads nor on the
width: the first units of a wide layer get the noise of a narrow one.  The bits are those of a
counter-based generator and the same on every device; only the radii of type III may differ there
in their last digit.

Contiguous float32 weights on the CPU take one compiled pass (`hts.noise.fused`), contiguous weights
on a CUDA device one launch (`hts.noise.triton_kernel`); everything else, and a machine without
numba or Triton, plain torch (`hts.noise.portable`).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from hts.noise import philox, portable
from hts.noise.table import quantile_table
from hts.noise.types import SMALLEST_ALPHA, noise_type
from hts.seeds import LARGEST_SEED
from hts.validate import BadInput, number, whole

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def compiled_pass() -> ModuleType | None:
    """`hts.noise.fused`, or None where numba is not installed (the numbers are the same).

    Asked for at the first noise rather than on import: numba takes half a second to load, and the
    very first time on a machine a few seconds to compile.
    """
    try:
        from hts.noise import fused
    except ImportError:
        return None
    return fused


def compiled_radii() -> Callable[[Sequence[philox.Stream], Sequence[float], int, int], np.ndarray]:
    """`hts.noise.fused_radii.radii`, where there is a `compiled_pass`."""
    from hts.noise.fused_radii import radii

    return radii


@lru_cache(maxsize=1)
def _gpu_kernels() -> ModuleType | None:
    """`hts.noise.triton_kernel`, or None where Triton is missing or fails to launch a kernel.

    Triton builds its launcher with the machine's C compiler, which may not be there.
    """
    try:
        from hts.noise import triton_kernel

        NoiseSource("I", 1.5, seed=0)._launch(triton_kernel, torch.zeros(1, 1, device="cuda"), 1, 0)
    except ImportError:
        return None
    except Exception as error:
        _log.warning("Triton cannot launch here, so noise takes plain torch (slower): %s", error)
        return None
    return triton_kernel


class NoiseSource:
    """Noise of one layer.  ``kind``: none, gaussian, I, II, III; ``alpha`` in (0, 2].

    ``gaussian`` ignores ``alpha``.  Bad values raise `BadInput`.
    """

    def __init__(self, kind: str, alpha: float, *, seed: int, layer: int = 0) -> None:
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
        self.seed = whole("seed", seed, low=0, high=LARGEST_SEED, why="it names the noise")
        self.layer = whole("layer", layer, low=0, high=2**31, why="it names the layer's noise")

    def add_(self, weights: Tensor, scale: float, step: int) -> None:
        """In place: ``weights += scale * xi(step)``; ``weights`` is (units, inputs), floating.

        ``scale`` is finite and not negative.  Bad values, shapes and dtypes raise `BadInput`.
        """
        step = whole("step", step, low=0, high=2**62, why="it names the noise of that step")
        why = "it multiplies the noise"
        scale = number("scale", scale, low=0, high=math.inf, why=why, open_low=False)
        if weights.dim() != 2 or not weights.is_floating_point():
            raise BadInput(
                "weights must be a floating-point matrix (units, inputs), got "
                f"{weights.dtype} of shape {tuple(weights.shape)}: noise is not a whole number."
            )
        if self.kind == "none" or scale == 0 or weights.numel() == 0:
            return
        with torch.no_grad():
            if not weights.is_contiguous():
                noise = torch.zeros(weights.shape, device=weights.device, dtype=weights.dtype)
                self.add_(noise, scale, step)
                weights.add_(noise)
                return
            kernels = _gpu_kernels() if weights.is_cuda else None
            if kernels is not None:
                self._launch(kernels, weights, scale, step)
                return
            if self.kind == "I":
                draws = torch.zeros(weights.shape[0], device=weights.device)
                self._add_entries(draws, 1.0, 1, self.stream(step, "unit"), None)
                weights.add_(draws.mul_(scale).to(weights.dtype).unsqueeze(1))
                return
            radius = None
            if self.kind == "III" and self.alpha < 2:
                name = self.stream(step, "unit")
                units, alpha = weights.shape[0], self.alpha
                if weights.device.type == "cpu" and compiled_pass() is not None:
                    found = compiled_radii()([name], [alpha], units, torch.get_num_threads())
                    radius = torch.from_numpy(found[0])
                else:
                    radius = portable.radii(name, units, alpha, weights.device)
            name = self.stream(step, "entry")
            self._add_entries(weights.view(-1), scale, weights.shape[1], name, radius)

    def _launch(self, kernels: ModuleType, weights: Tensor, scale: float, step: int) -> None:
        """The one kernel of this type; ``weights`` contiguous."""
        unit, entry = self.stream(step, "unit"), self.stream(step, "entry")
        if self.kind == "I":
            kernels.add_rows(weights, scale, self.alpha, unit)
        elif self.kind == "III" and self.alpha < 2:
            kernels.add_stretched(weights, scale, self.alpha, entry, unit)
        else:
            kernels.add_entries(weights, scale, self.alpha, entry)

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
        units = whole("units", units, low=0, high=2**62, why="it is a matrix size")
        inputs = whole("inputs", inputs, low=0, high=2**62, why="it is a matrix size")
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

    def _add_entries(
        self, flat: Tensor, scale: float, inputs: int, name: philox.Stream, radius: Tensor | None
    ) -> None:
        """``flat[i] += scale * radius[i // inputs] * x_i`` with x_i of the stream ``name``."""
        alpha = 2.0 if self.kind == "III" else self.alpha
        fused = compiled_pass()
        if fused is not None and flat.device.type == "cpu" and flat.dtype == torch.float32:
            factor = None if radius is None else radius.numpy()
            target, table = flat.detach().numpy(), quantile_table(alpha)
            fused.add_entries(target, scale, factor, inputs, table, name, torch.get_num_threads())
            return
        for place, x in portable.values(name, flat.numel(), alpha, flat.device):
            draws = x[: place.stop - place.start]
            if radius is not None:
                unit = torch.arange(place.start, place.stop, device=flat.device)
                draws *= radius[unit.div_(inputs, rounding_mode="floor")]
            flat[place].add_(draws.mul_(scale).to(flat.dtype))
