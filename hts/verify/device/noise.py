"""Is the noise of a device the CPU's, does it follow its law, and how near is it to a copy?"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterator
from functools import partial
from types import ModuleType

import torch
from torch import Tensor

from hts.noise.draws import compiled_pass, gpu_kernels
from hts.noise.sources import NoiseSource
from hts.noise.types import NOISE_TYPES, NoiseType, heavy_types
from hts.platforms import has_double
from hts.verify.device.check import Check, Place, Row, figure
from hts.verify.device.timing import Ways, ratio, rounds
from hts.verify.law_checks import check_law
from hts.verify.noise import tail_counts

_SHAPES = ((1, 1), (700, 33), (3, 1300), (5000, 2))
_ALPHAS = (0.3, 1.0, 1.75, 2.0)
_STEPS = (11, 2**62 - 1)
_SCALE = 0.37
_INPUTS = 140  # of the layers whose noise is timed


class SameNoise(Check):
    """Weights after noise equal those of plain torch on the CPU, for the same counters.

    Type III's radii are made in double precision by each device's own logarithm and sines, so that
    rounded to float32 they may be one step apart; everything else is equal bit for bit.
    """

    name = "noise"

    def rows(self, place: Place) -> Iterator[Row]:
        types = [torch.float32, torch.bfloat16]
        types += [torch.float64] if has_double(place.device) else []
        numbers = itertools.cycle(itertools.product(types, _STEPS))
        cases = list(zip(itertools.product(_ALPHAS, _SHAPES), numbers, strict=False))
        for kind, (way, kernels) in itertools.product(_drawn(), _ways(place.device).items()):
            worst = max(
                _apart(NoiseSource(kind.name, alpha, seed=3, layer=1), shape, step, dtype,
                       place.device, kernels)
                for (alpha, shape), (dtype, step) in cases
            )  # fmt: skip
            yield figure(
                f"{kind.word}, {way}", worst, "eps from the CPU's",
                most=4 if kind.reading == "norms" else 0,
                note=f"{len(cases)} cases, {len(types)} types of number",
            )  # fmt: skip


def _drawn() -> list[NoiseType]:
    return [kind for kind in NOISE_TYPES.values() if not kind.silent]


def _ways(device: torch.device) -> dict[str, ModuleType | None]:
    """The ways in which noise is made there."""
    if device.type == "cuda" and (kernels := gpu_kernels()) is not None:
        return {"Triton kernel": kernels, "plain torch": None}
    if device.type == "cpu" and compiled_pass() is not None:
        return {"compiled pass": None}
    return {"plain torch": None}


def _apart(
    source: NoiseSource, shape: tuple[int, int], step: int, dtype: torch.dtype,
    device: torch.device, kernels: ModuleType | None,
) -> float:  # fmt: skip
    """Largest difference, in the epsilons of ``dtype`` (at least float32's) of a number near 1."""
    start = torch.linspace(-1, 1, math.prod(shape)).reshape(shape).to(dtype)
    # Weights in double precision take plain torch on the CPU, whose draws are float32 all the same.
    noise = torch.zeros(shape, dtype=torch.float64)
    source.type.draw(source.draws(noise, _SCALE, step))
    here, there = start + noise.float().to(dtype), start.to(device)
    source.type.draw(source.draws(there, _SCALE, step, kernels))
    away = (there.cpu().double() - here.double()).abs() / here.double().abs().clamp(min=1)
    return float(away.max()) / max(torch.finfo(dtype).eps, torch.finfo(torch.float32).eps)


class Laws(Check):
    """The tests of `verify noise`, on fewer draws: bulk, scale, independence, and the far tail."""

    name = "law"

    def rows(self, place: Place) -> Iterator[Row]:
        for alpha in place.extent.alphas:
            found = check_law(alpha, place.extent.draws, device=str(place.device))
            broken = ", ".join(check.name for check in found if not check.passed)
            used = max(_used(check.figure, check.limit) for check in found)
            yield figure(
                f"alpha {alpha:g}, {len(found)} tests, the closest", used, "of its limit", most=1,
                note=f"not passed: {broken}" if broken else "",
            )  # fmt: skip
        alpha = place.extent.alphas[0]
        for kind in heavy_types():
            report = tail_counts(
                alpha, 10 * place.extent.draws, kind=kind.name, device=str(place.device)
            )
            bad = report.not_a_number + report.infinite
            bad += sum(not count.plausible for count in report.counts)
            told = ", ".join(f"{c.count} ({c.expected:.0f} expected)" for c in report.counts)
            yield figure(
                f"{kind.word}, broken values, implausible tails", bad, most=0,
                note=f"beyond 1e-6 and 1e-7: {told}",
            )  # fmt: skip


def _used(found: float, limit: float) -> float:
    if limit:
        return found / limit
    return 0.0 if found == 0 else math.inf


class ShareOfCopy(Check):
    """``w += scale * x`` reads and writes every weight once, as a copy does."""

    name = "speed"

    def rows(self, place: Place) -> Iterator[Row]:
        largest = max(place.extent.values)
        for count in place.extent.values:
            weights = torch.zeros(count // _INPUTS, _INPUTS, device=place.device)
            other = torch.empty_like(weights)
            ways: Ways = {"copy": partial(other.copy_, weights)}
            for kind in _drawn():
                ways[kind.word] = _adds(kind, weights)
            calls = max(1, min(64, place.extent.queue // count))
            times = rounds(ways, place.extent.rounds, place.device, calls=calls)
            copy = times.pop("copy")
            rate = 8e-9 * weights.numel() / statistics.median(copy)
            yield figure(f"copy of {count:.2g} values", rate, "GB/s")
            for what, seconds in times.items():
                yield figure(
                    f"{what} noise on {count:.2g} values", ratio(copy, seconds), "of the copy",
                    least=place.extent.share_of_copy if count == largest else None, goal=True,
                    note=f"{1e9 * statistics.median(seconds) / count:.3g} ns a value",
                )  # fmt: skip


def _adds(kind: NoiseType, weights: Tensor) -> partial[None]:
    return partial(NoiseSource(kind.name, 1.75, seed=1).add_, weights, 1e-6, 1)
