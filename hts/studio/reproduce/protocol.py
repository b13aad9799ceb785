"""What `python -m hts reproduce` trains, and why these settings; torch-free.

Everything is one sweep: the main grid on one dataset, deeper networks and a convolutional one, and
a few runs at the scales of the authors' released code.  Seeds are replicates.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hts.config import RunConfig
from hts.data import available, info
from hts.noise.types import NOISE_TYPES
from hts.studio.reproduce.records import Cell
from hts.studio.sweeps.spec import SweepSpec

Mode = Literal["quick", "full"]
MODES: tuple[Mode, ...] = ("quick", "full")
TYPES = ("I", "II", "III")  # of the paper; its results are stored
SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """A network that the theory is not about.

    ``noises``: type -> its sigma.  Each is run at alpha 2 and at 1.75.
    """

    name: str  # "depth 3", "CNN"
    settings: Mapping[str, Any]
    noises: Mapping[str, float]
    alphas: tuple[float, float] = (2.0, 1.75)
    most_seeds: int | None = None  # only the first so many seeds; None: all


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """The runs of one reproduction, and which of them its claims are about.

    ``headline``: of each type the sigma that claims about alpha, n and accuracy before pruning
    look at; the others say for which sigmas accuracy holds after pruning.
    """

    data: str
    mode: Mode
    base: Mapping[str, Any]
    widths: tuple[int, ...]
    alphas: tuple[float, ...]  # falling, 2 first
    sigmas: Mapping[str, tuple[float, ...]]
    headline: Mapping[str, float]
    why_sigmas: str
    beyond: tuple[Beyond, ...] = ()
    released_width: int | None = None  # where the released code's scales are tried
    seeds: tuple[int, ...] = SEEDS
    says: str = ""  # how it differs from the published experiments
    reference_scaling: str = "off"
    skipped: Mapping[str, str] = field(default_factory=dict)  # name of a `Beyond` left out -> why

    @property
    def heavy(self) -> tuple[float, ...]:
        return tuple(alpha for alpha in self.alphas if alpha < 2)

    def cell(self, width: int, kind: str, alpha: float | None, sigma: float | None = None) -> Cell:
        """A cell of the main grid; ``sigma`` is the type's headline sigma unless given."""
        if kind == "none":
            return Cell(self.data, "fcn", 1, width, "none", None, None)
        sigma = self.headline[kind] if sigma is None else sigma
        return Cell(self.data, "fcn", 1, width, kind, alpha, sigma, self.reference_scaling)

    def beyond_cell(self, beyond: Beyond, kind: str, alpha: float) -> Cell:
        """A cell of a network that the theory is not about."""
        base = {"model": "fcn", "depth": 1, **self.base, "data": self.data, **beyond.settings}
        shape = (base["data"], base["model"], base["depth"], base["width"])
        return Cell(*shape, kind, alpha, beyond.noises[kind], self.reference_scaling)

    def alphas_of(self, kind: str) -> tuple[float, ...]:
        """The alphas that ``kind`` has: the released code has no type III noise at alpha 2."""
        if self.reference_scaling == "off":
            return self.alphas
        factor = NOISE_TYPES[kind].released_factor
        return tuple(alpha for alpha in self.alphas if factor(alpha) is not None)

    @functools.cached_property
    def spec(self) -> SweepSpec:
        """All of it as a sweep."""
        return SweepSpec(
            name=f"Reproduction: {self.data}, {self.mode}",
            base=RunConfig.from_dict({**self.base, "data": self.data}),
            runs=tuple(self._runs()),
        )

    def _runs(self) -> Iterator[dict[str, Any]]:
        for settings, seeds in self._cells():
            for seed in seeds:
                yield {**settings, "seed": seed}

    def _cells(self) -> Iterator[tuple[dict[str, Any], tuple[int, ...]]]:
        """Settings, and the seeds they are run with."""
        for width in self.widths:
            yield {"width": width, "noise": "none"}, self.seeds
            for kind, sigmas in self.sigmas.items():
                for sigma in sigmas:
                    for alpha in self.alphas:
                        noise = {"noise": kind, "sigma": sigma, "alpha": alpha}
                        yield from self._possible({"width": width, **noise}, self.seeds)
        for beyond in self.beyond:
            seeds = self.seeds[: beyond.most_seeds]
            for kind, sigma in beyond.noises.items():
                for alpha in beyond.alphas:
                    noise = {"noise": kind, "sigma": sigma, "alpha": alpha}
                    yield from self._possible({**beyond.settings, **noise}, seeds)
        if self.released_width is not None and self.reference_scaling == "off":
            for kind, alpha, where in RELEASED:
                settings = {"width": self.released_width, "noise": kind, "alpha": alpha}
                settings |= {"sigma": self.headline[kind], "reference_scaling": where}
                yield settings, self.seeds

    def _possible(
        self, settings: dict[str, Any], seeds: tuple[int, ...]
    ) -> Iterator[tuple[dict[str, Any], tuple[int, ...]]]:
        """The run at the scale that is asked for, unless the released code has none (NaN)."""
        if self.reference_scaling == "off":
            yield settings, seeds
        elif NOISE_TYPES[settings["noise"]].released_factor(settings["alpha"]) is not None:
            yield {**settings, "reference_scaling": self.reference_scaling}, seeds

    def where_data_are(self) -> Protocol:
        """Networks on other datasets say on which, or are left out if it is not on this computer.

        (Where only a subset of CIFAR-10 is there, that is what they say.)
        """
        kept, skipped = [], {}
        for part in self.beyond:
            data = part.settings.get("data", self.data)
            if data == self.data:
                kept.append(part)
            elif available(data) is None:
                skipped[part.name] = f"needs {data}, which is not on this computer"
            else:
                name = f"{part.name} on {info(data).title}"
                kept.append(dataclasses.replace(part, name=name))
        return dataclasses.replace(self, beyond=tuple(kept), skipped=skipped)


RELEASED = {
    ("I", 2.0, "gpu"): "variance 1 where type II has 2",
    ("III", 1.75, "gpu"): "no factor 2 in A: noise 1/√2 as large",
    ("I", 1.75, "cpu"): "not multiplied by sigma lr^(1/alpha)",
    ("II", 1.75, "cpu"): "not multiplied by sigma lr^(1/alpha)",
    ("III", 1.75, "cpu"): "not multiplied by sigma lr^(1/alpha), and no factor 2 in A",
}
"""How the released code's noise differs from ours, by type, alpha, and where it runs."""

PUBLISHED_ALPHAS = (2.0, 1.9, 1.8, 1.75)
