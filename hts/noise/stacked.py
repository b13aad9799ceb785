"""The noise of many networks of one shape at once: member by member what `NoiseSource` adds.

A small layer's noise costs less than the call that asks for it, so a stack of layers is done in
one compiled call.  Bit for bit the same numbers as one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from hts.noise.sources import NoiseSource, compiled_pass, compiled_radii
from hts.noise.table import quantile_table


class StackedNoise:
    """Noise of one layer of each member.

    ``sources`` (members,) and their ``scales`` (sigma lr^(1/alpha) each).  Fastest when members of
    one type stand together.
    """

    def __init__(self, sources: Sequence[NoiseSource], scales: Sequence[float]) -> None:
        self._sources = list(sources)
        self._scales = [float(scale) for scale in scales]
        alphas = sorted({_entry_alpha(source) for source in sources})
        self._tables = np.stack([quantile_table(alpha) for alpha in alphas])
        self._which = np.array([alphas.index(_entry_alpha(s)) for s in sources], np.intp)
        self._factors = np.array(self._scales, np.float32)
        kinds = itertools.groupby(range(len(sources)), key=lambda i: _family(self._sources[i]))
        self._runs = [(kind, list(places)) for kind, places in kinds]

    def add_(self, weights: Tensor, step: int) -> None:
        """In place: ``weights[m] += scales[m] * xi_m(step)``; (members, units, inputs)."""
        fused = compiled_pass() if weights.device.type == "cpu" else None
        if fused is None or weights.dtype != torch.float32 or not weights.is_contiguous():
            for source, scale, member in zip(self._sources, self._scales, weights, strict=True):
                source.add_(member, scale, step)
            return
        threads = torch.get_num_threads()
        for kind, places in self._runs:
            if kind == "none":
                continue
            part = slice(places[0], places[-1] + 1)
            members = weights[part]
            count, units, inputs = members.shape
            tables, which = self._tables, self._which[part]
            sources, scales = self._sources[part], self._factors[part]
            if kind == "I":
                draws = np.zeros((count, units), np.float32)
                names = [source.stream(step, "unit") for source in sources]
                ones = np.ones(count, np.float32)
                fused.add_stack(draws, ones, None, 1, tables, which, names, threads)
                draws *= scales[:, None]
                members.add_(torch.from_numpy(draws)[:, :, None])
                continue
            radius = None
            if kind == "III":
                names = [source.stream(step, "unit") for source in sources]
                radius = compiled_radii()(names, [s.alpha for s in sources], units, threads)
            names = [source.stream(step, "entry") for source in sources]
            flat = members.view(count, -1).numpy()
            fused.add_stack(flat, scales, radius, inputs, tables, which, names, threads)


def _family(source: NoiseSource) -> str:
    """Which of the four ways of adding applies."""
    return "II" if source.kind == "gaussian" or _round(source) else source.kind


def _round(source: NoiseSource) -> bool:
    """Type III at alpha = 2 has no radius."""
    return source.kind == "III" and source.alpha == 2


def _entry_alpha(source: NoiseSource) -> float:
    """Alpha of the table that entries (of type I: units) are looked up in."""
    return 2.0 if source.kind == "III" else source.alpha
