"""`LayerDraws`: one layer's noise of one step, as the noise types compose it.

The bits are those of a counter-based generator and the same on every device; only the radii of type
III may differ there in their last digit.  ``sqrt(A) G`` is drawn as ``sqrt(A/2) N(0, 2)``.

Float32 weights on the CPU take one compiled pass (`hts.noise.fused`), weights on a CUDA device one
launch (`hts.noise.triton_kernel`); everything else, and a machine without numba or Triton, plain
torch (`hts.noise.portable`).
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from hts.noise import philox, portable
from hts.noise.table import quantile_table

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


def compiled_radii() -> Callable[..., np.ndarray]:
    """`hts.noise.fused_radii.radii`, where there is a `compiled_pass`."""
    from hts.noise.fused_radii import radii

    return radii


@lru_cache(maxsize=1)
def gpu_kernels() -> ModuleType | None:
    """`hts.noise.triton_kernel`, or None where Triton is missing or fails to launch a kernel.

    Triton builds its launcher with the machine's C compiler, which may not be there.
    """
    try:
        from hts.noise import triton_kernel

        one = torch.zeros(1, 1, device="cuda")
        triton_kernel.add_rows(one, 1.0, 1.5, philox.stream(0, "noise", 0, 0, "unit"))
    except ImportError:
        return None
    except Exception as error:
        _log.warning("Triton cannot launch here, so noise takes plain torch (slower): %s", error)
        return None
    return triton_kernel


@dataclass(frozen=True)
class LayerDraws:
    """`hts.noise.types.Draws` for ``weights`` (units, inputs), contiguous and floating.

    ``streams``: what names the random numbers, of a source its seed, "noise", layer and step.
    ``kernels``: `gpu_kernels`, None to do without.  ``weights`` may be some of the layer's rows:
    those from ``first`` on of ``units`` (None: all that there are), and get what they would get
    in the whole.
    """

    weights: Tensor
    scale: float
    alpha: float
    streams: tuple[int, str, int | str, int]
    kernels: ModuleType | None = None
    part: tuple[str, ...] = ()
    first: int = 0
    units: int | None = None

    @property
    def shape(self) -> tuple[int, int]:
        rows, inputs = self.weights.shape
        return rows if self.units is None else self.units, inputs

    def of_units(self, start: int, stop: int, stream: str) -> LayerDraws:
        stop = min(stop, self.shape[0])
        low = max(start, self.first)
        high = max(low, min(stop, self.first + len(self.weights)))
        weights = self.weights[low - self.first : high - self.first]
        return dataclasses.replace(
            self, weights=weights, part=(*self.part, stream), first=low - start, units=stop - start
        )

    def add_scalars(self) -> None:
        if self.weights.numel() == 0:
            return
        name, first = self.stream("unit"), self.first
        if self.kernels is not None:
            self.kernels.add_rows(self.weights, self.scale, self.alpha, name, first)
            return
        values = torch.zeros(len(self.weights), device=self.weights.device)
        _add_entries(values, 1.0, self.alpha, name, first=first)
        self._add(values.unsqueeze(1))

    def add_entries(self) -> None:
        if self.weights.numel() == 0:
            return
        name, first = self.stream("entry"), self.first * self.shape[1]
        if self.kernels is not None:
            self.kernels.add_entries(self.weights, self.scale, self.alpha, name, first)
            return
        _add_entries(self.weights.view(-1), self.scale, self.alpha, name, first=first)

    def add_vectors(self) -> None:
        """To every unit an isotropic stable vector; at alpha 2 there is no radius."""
        if self.alpha == 2 or self.weights.numel() == 0:
            self.add_entries()
            return
        name, first = self.stream("entry"), self.first
        if self.kernels is not None:
            unit = self.stream("unit")
            self.kernels.add_stretched(self.weights, self.scale, self.alpha, name, unit, first)
            return
        rows, inputs = self.weights.shape
        radius = self._radii("unit", first, rows)
        flat = self.weights.view(-1)
        _add_entries(flat, self.scale, 2.0, name, radius, inputs, first=first * inputs)

    def stable(self, stream: str, count: int) -> Tensor:
        values = torch.zeros(count, device=self.weights.device)
        _add_entries(values, 1.0, self.alpha, self.stream(stream))
        return values

    def radii(self, stream: str, count: int) -> Tensor:
        return self._radii(stream, 0, count)

    def _radii(self, stream: str, first: int, count: int) -> Tensor:
        name, device = self.stream(stream), self.weights.device
        if device.type == "cpu" and self.alpha < 2 and compiled_pass() is not None:
            found = compiled_radii()([name], [self.alpha], count, torch.get_num_threads(), first)
            return torch.from_numpy(found[0])
        return portable.radii(name, count, self.alpha, device, first)

    def add(self, noise: Tensor) -> None:
        rows = slice(self.first, self.first + len(self.weights))
        self._add(noise if self.units is None else noise.broadcast_to(self.shape)[rows])

    def _add(self, noise: Tensor) -> None:
        self.weights.add_(noise.mul(self.scale).to(self.weights.dtype))

    def stream(self, purpose: str) -> philox.Stream:
        """The random numbers of this layer and step that are called ``purpose``."""
        return philox.stream(*self.streams, *self.part, purpose)


def _add_entries(
    flat: Tensor,
    scale: float,
    alpha: float,
    name: philox.Stream,
    radius: Tensor | None = None,
    inputs: int = 1,
    first: int = 0,
) -> None:
    """``flat[i] += scale * radius[i // inputs] * x``, with x of word ``first + i`` of ``name``."""
    fused = compiled_pass()
    if fused is not None and flat.device.type == "cpu" and flat.dtype == torch.float32:
        factor = None if radius is None else radius.numpy()
        target, table = flat.detach().numpy(), quantile_table(alpha)
        threads = torch.get_num_threads()
        fused.add_entries(target, scale, factor, inputs, table, name, threads, first)
        return
    for place, draws in portable.values(name, flat.numel(), alpha, flat.device, first):
        if radius is not None:
            unit = torch.arange(place.start, place.stop, device=flat.device)
            draws *= radius[unit.div_(inputs, rounding_mode="floor")]
        flat[place].add_(draws.mul_(scale).to(flat.dtype))
