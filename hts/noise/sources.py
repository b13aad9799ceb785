"""The noise of a step: a pure function of (seed, layer, step, unit, input).

The three types differ in one thing only, which coordinates share a draw::

    I    every coordinate of unit i gets Z_i                one draw per unit
    II   coordinate (i, j) gets X_ij                        one draw per weight
    III  coordinate (i, j) gets sqrt(A_i) G_ij              one radius per unit

G is drawn as N(0, 2)/sqrt(2), so type III at alpha = 2, type II at alpha = 2 and ``gaussian`` give
the same numbers.  On the CPU values do not depend on the number of threads, nor on the width: the
first units of a wide layer get the noise of a narrow one.  On other devices the bits come from that
device's own generator, seeded for each layer and step: reproducible on the same kind of device,
but different from the CPU's and different for different widths.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from hts.noise import bits
from hts.noise.stable import positive_from_bits, symmetric_from_bits
from hts.noise.types import noise_type
from hts.seeds import stream_key
from hts.validate import number, whole


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
        self.seed = seed
        self.layer = layer

    def add_(self, weights: Tensor, scale: float, step: int) -> None:
        """In place: ``weights += scale * xi(step)``; ``weights`` is (units, inputs), floating."""
        whole("step", step, low=0, high=2**62, why="it names the noise of that step")
        if self.kind == "none" or scale == 0 or weights.numel() == 0:
            return
        with torch.no_grad():
            if self.kind == "I":
                draws = self._unit_draws(weights, step)
                weights.add_(draws.to(weights.dtype).unsqueeze(1), alpha=scale)
            elif weights.is_contiguous():
                self._add_entries(weights, scale, step)
            else:
                units, inputs = weights.shape
                noise = self.increment(units, inputs, step, weights.device)
                weights.add_(noise.to(weights.dtype), alpha=scale)

    def increment(
        self,
        units: int,
        inputs: int,
        step: int,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> Tensor:
        """``xi(step)`` at scale 1, shape (units, inputs); exactly what `add_` adds."""
        out = torch.zeros(units, inputs, device=device, dtype=dtype)
        self.add_(out, 1.0, step)
        return out

    def _add_entries(self, weights: Tensor, scale: float, step: int) -> None:
        flat = weights.view(-1)
        radius = self._unit_draws(weights, step) if self.kind == "III" else None
        alpha = 2.0 if self.kind == "III" else self.alpha
        for place, angle, level in self._bits(flat.numel(), flat.device, step, "entry"):
            draws = symmetric_from_bits(angle, level, alpha)[: place.stop - place.start]
            if radius is not None:
                unit = torch.arange(place.start, place.stop, device=flat.device)
                draws *= radius[unit.div_(weights.shape[1], rounding_mode="floor")]
            flat[place].add_(draws.to(flat.dtype), alpha=scale)

    def _unit_draws(self, weights: Tensor, step: int) -> Tensor:
        """One number per unit: Z of type I, or sqrt(A/2) of type III, which multiplies N(0, 2)."""
        out = torch.empty(weights.shape[0], device=weights.device)
        for place, angle, level in self._bits(out.numel(), out.device, step, "unit"):
            if self.kind == "I":
                draws = symmetric_from_bits(angle, level, self.alpha)
            else:
                draws = positive_from_bits(angle, level, self.alpha).mul_(0.5).sqrt_()
            out[place] = draws[: place.stop - place.start]
        return out

    def _bits(
        self, count: int, device: torch.device, step: int, purpose: str
    ) -> Iterator[tuple[slice, Tensor, Tensor]]:
        """Two int32 tensors of random bits, at least as long as each block of places."""
        if device.type == "cpu":
            named = {"seed": self.seed, "layer": self.layer, "step": step}
            for place, pair in bits.blocks(count, **named, purpose=purpose):
                rows = torch.from_numpy(pair)
                yield place, rows[0], rows[1]
        else:
            key = stream_key(self.seed, "noise", self.layer, step, purpose)[0]
            generator = torch.Generator(device).manual_seed(key >> 1)
            rows = torch.empty(2, count, dtype=torch.int32, device=device)
            rows.random_(-(2**31), None, generator=generator)
            yield slice(0, count), rows[0], rows[1]
