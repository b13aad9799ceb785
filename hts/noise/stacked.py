"""The noise of many networks of one shape at once: member by member what `NoiseSource` adds.

A small layer's noise costs less than the call that asks for it, so a stack of layers is done in
one compiled call.  Bit for bit the same numbers as one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from hts.noise.draws import LayerDraws, compiled_pass, compiled_radii
from hts.noise.philox import Stream
from hts.noise.sources import NoiseSource
from hts.noise.table import quantile_table


class StackedNoise:
    """Noise of one layer of each member.

    ``sources`` (members,) and their ``scales`` (sigma lr^(1/alpha) each).  Fastest when members of
    one type stand together.
    """

    def __init__(self, sources: Sequence[NoiseSource], scales: Sequence[float]) -> None:
        self._members = list(zip(sources, map(float, scales), strict=True))
        heard = [scale and not source.type.silent for source, scale in self._members]
        runs = itertools.groupby(range(len(heard)), key=lambda i: heard[i] and sources[i].kind)
        self._runs = [_Run(self._members, list(places)) for kind, places in runs if kind]

    def add_(self, weights: Tensor, step: int) -> None:
        """In place: ``weights[m] += scales[m] * xi_m(step)``; (members, units, inputs)."""
        fused = compiled_pass() if weights.device.type == "cpu" else None
        if fused is None or weights.dtype != torch.float32 or not weights.is_contiguous():
            for (source, scale), member in zip(self._members, weights, strict=True):
                source.add_(member, scale, step)
            return
        for run in self._runs:
            run.sources[0].type.draw_stack(StackDraws(fused, weights[run.part], run, step))


class _Run:
    """Neighbouring members of one type, as the compiled pass takes them."""

    def __init__(self, members: Sequence[tuple[NoiseSource, float]], places: Sequence[int]) -> None:
        self.part = slice(places[0], places[-1] + 1)
        self.sources, self.scales = zip(*members[self.part], strict=True)
        self.alphas = tuple(source.alpha for source in self.sources)
        self.factors = np.array(self.scales, np.float32)


@dataclass(frozen=True)
class StackDraws:
    """`hts.noise.types.StackOfDraws`: contiguous float32 CPU weights (members, units, inputs)."""

    fused: ModuleType
    weights: Tensor
    run: _Run
    step: int

    def members(self) -> Iterator[LayerDraws]:
        for source, scale, weights in zip(
            self.run.sources, self.run.scales, self.weights, strict=True
        ):
            yield source.draws(weights, scale, self.step)

    def add_scalars(self) -> None:
        members, units, _ = self.weights.shape
        draws = np.zeros((members, units), np.float32)
        self._add(draws, np.ones(members, np.float32), "unit", self.run.alphas)
        draws *= self.run.factors[:, None]
        self.weights.add_(torch.from_numpy(draws)[:, :, None])

    def add_entries(self) -> None:
        self._add(self._flat, self.run.factors, "entry", self.run.alphas)

    def add_vectors(self) -> None:
        """To every unit an isotropic stable vector; at alpha 2 its radius is 1."""
        members, units, inputs = self.weights.shape
        names, threads = self._streams("unit"), torch.get_num_threads()
        radius = compiled_radii()(names, self.run.alphas, units, threads)
        radius[[alpha == 2 for alpha in self.run.alphas]] = 1.0
        self._add(self._flat, self.run.factors, "entry", (2.0,) * members, radius, inputs)

    def _add(
        self, flat: np.ndarray, scales: np.ndarray, purpose: str, alphas: tuple[float, ...],
        radius: np.ndarray | None = None, inputs: int = 1,
    ) -> None:  # fmt: skip
        tables, which = _tables(alphas)
        names, threads = self._streams(purpose), torch.get_num_threads()
        self.fused.add_stack(flat, scales, radius, inputs, tables, which, names, threads)

    @property
    def _flat(self) -> np.ndarray:
        return self.weights.view(len(self.weights), -1).numpy()

    def _streams(self, purpose: str) -> list[Stream]:
        return [source.stream(self.step, purpose) for source in self.run.sources]


@lru_cache(maxsize=64)
def _tables(alphas: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The tables of quantiles of these alphas, and which one each member reads."""
    distinct = sorted(set(alphas))
    which = np.array([distinct.index(alpha) for alpha in alphas], np.intp)
    return np.stack([quantile_table(alpha) for alpha in distinct]), which
