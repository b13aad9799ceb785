"""What may be chosen of each experiment, and what is chosen if nobody says anything."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, TypeVar

from hts.noise.types import SMALLEST_ALPHA, heavy_types, noise_type
from hts.seeds import LARGEST_SEED
from hts.validate import BadInput, choice, number, whole

ACTIVATIONS = ("tanh", "relu")  # smooth and bounded; neither

_EXISTS = "stable laws exist only there; 2 is Gaussian"


@dataclass(frozen=True)
class Case:
    """A noise type at an alpha; ``kind`` "none" has no alpha."""

    kind: str
    alpha: float | None

    @property
    def stability(self) -> float:
        """Alpha, 2 where there is none: what scales a step of no noise does not matter."""
        return 2.0 if self.alpha is None else self.alpha

    @property
    def title(self) -> str:
        """``type III, alpha 1.75`` or ``no noise``."""
        word = noise_type(self.kind).word
        return "no noise" if self.alpha is None else f"{word}, alpha {self.alpha:g}"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What all experiments have; ``QUICK``: sizes for under a minute.  Raises `BadInput`."""

    QUICK: ClassVar[dict[str, Any]] = {}
    seed: int = 1

    def __post_init__(self) -> None:
        whole("seed", self.seed, low=0, high=LARGEST_SEED)


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(Settings):
    """A mean-field network under noise, time ``horizon`` at ``step``, for every case.

    ``noises`` are heavy-tailed types; ``without`` adds a case without noise.
    """

    noises: tuple[str, ...] = ("II", "III")
    alphas: tuple[float, ...] = (1.75, 2.0)
    without: bool = False
    activation: str = "tanh"
    inputs: int = 10
    examples: int = 16
    sigma: float = 0.3
    step: float = 0.05
    horizon: float = 2.0
    replicates: int = 40

    def __post_init__(self) -> None:
        super().__post_init__()
        for kind in self.noises:
            if not noise_type(kind).heavy:
                known = ", ".join(heavy.name for heavy in heavy_types())
                raise BadInput(f"noise must be one of {known} here, got {kind!r}: alpha 2 and none "
                               "are chosen as alphas.")  # fmt: skip
        for alpha in self.alphas:
            number("alpha", alpha, low=0, high=2, why=_EXISTS, open_low=True)
            if alpha < SMALLEST_ALPHA:
                raise BadInput(f"alpha must be at least {SMALLEST_ALPHA:g}, got {alpha:g}: "
                               "heavier draws are too large for single precision.")  # fmt: skip
        if not self.cases:
            raise BadInput("at least one alpha, or none, must be given: there is nothing to run.")
        choice("activation", self.activation, ACTIVATIONS, why="the units compute it")
        whole("inputs", self.inputs, low=1, high=1000)
        whole("examples", self.examples, low=1, high=10_000, why="the loss is their mean")
        number("sigma", self.sigma, low=0, high=1e3, open_low=False)
        number("horizon", self.horizon, low=0, high=1e4, open_low=True)
        why = "the horizon is some whole steps"
        number("step", self.step, low=0, high=self.horizon, why=why, open_low=True)
        whole("replicates", self.replicates, low=3, high=100_000, why="intervals are over them")

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every noise at every alpha, then none."""
        found = [Case(kind, alpha) for kind in self.noises for alpha in self.alphas]
        return (*found, *([Case("none", None)] if self.without else []))

    @property
    def steps(self) -> int:
        return max(1, round(self.horizon / self.step))


@dataclass(frozen=True, kw_only=True)
class ChaosSettings(NetworkSettings):
    """n units beside the first n of ``reference``; pairs in many small systems."""

    widths: tuple[int, ...] = (50, 100, 200, 400, 800, 1600, 3200)
    reference: int = 51_200
    pair_widths: tuple[int, ...] = (2, 4, 8, 16, 32, 64)
    pair_replicates: int = 8000
    QUICK: ClassVar = {"reference": 12_800, "widths": (50, 100, 200, 400, 800), "replicates": 100,
             "pair_replicates": 4000, "pair_widths": (2, 4, 8, 16, 32)}  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        _ascending("widths", self.widths, low=2)
        _ascending("pair-widths", self.pair_widths, low=2)
        why = "it stands for infinitely many units, so it must be much larger than the widths"
        whole("reference", self.reference, low=2 * self.widths[-1], high=10**7, why=why)
        whole("pair-replicates", self.pair_replicates, low=40, high=10**6, why="they are averaged")


@dataclass(frozen=True, kw_only=True)
class EulerSettings(NetworkSettings):
    """One noise path at ``horizon / k`` for every k in ``grids``; ``finest`` is the reference."""

    noises: tuple[str, ...] = ("III",)
    alphas: tuple[float, ...] = (1.5, 1.75, 2.0)
    widths: tuple[int, ...] = (16, 64, 256, 1024)
    grids: tuple[int, ...] = (8, 16, 32, 64, 128)
    finest: int = 4096
    replicates: int = 20
    QUICK: ClassVar = {
        "widths": (16, 64, 256),
        "grids": (8, 16, 32, 64),
        "finest": 1024,
        "replicates": 10,
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        _ascending("widths", self.widths, low=1)
        _ascending("grids", self.grids, low=1)
        why = "every grid divides it, and it stands for step 0"
        whole("finest", self.finest, low=4 * self.grids[-1], high=10**6, why=why)
        for grid in self.grids:
            if self.finest % grid:
                raise BadInput(f"finest must be a multiple of every grid, got {self.finest} and "
                               f"{grid}: a coarse increment is the sum of fine ones.")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WidthSettings(NetworkSettings):
    """The relative error e(kappa) of keeping the share kappa of the units, against the width."""

    noises: tuple[str, ...] = ("III",)
    alphas: tuple[float, ...] = (1.5, 1.75, 1.9, 2.0)
    without: bool = True
    widths: tuple[int, ...] = (100, 316, 1000, 3162, 10_000, 31_623, 100_000)
    kappas: tuple[float, ...] = (0.1, 0.25, 0.5)
    errors: tuple[float, ...] = (0.5, 0.4, 0.3)
    probability: float = 0.9
    theorem_widths: tuple[int, ...] = (25, 50, 100)
    replicates: int = 20
    QUICK: ClassVar = {"widths": (100, 316, 1000, 3162, 10_000), "theorem_widths": (10, 20, 40),
             "replicates": 10}  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        _ascending("widths", self.widths, low=10)
        _ascending("theorem-widths", self.theorem_widths, low=2)
        for kappa in self.kappas:
            number("kappa", kappa, low=0, high=1, open_low=True)
        for error in self.errors:
            number("eps", error, low=0, high=1, open_low=True)
        why = "it is a probability"
        number("probability", self.probability, low=0, high=1, why=why, open_low=True)


@dataclass(frozen=True, kw_only=True)
class LimitSettings(Settings):
    """A line of units drawn to their mean, a network in one dimension and one in two."""

    alpha: float = 1.75
    units: int = 100_000
    few: int = 100
    widths: tuple[int, ...] = (30, 100, 300, 1000, 3000, 10_000)
    replicates: int = 40
    QUICK: ClassVar = {"units": 20_000, "widths": (30, 100, 300, 1000), "replicates": 12}

    def __post_init__(self) -> None:
        super().__post_init__()
        why = "the mean of a unit must exist"
        number("alpha", self.alpha, low=1.1, high=2, why=why, open_low=False)
        _ascending("widths", self.widths, low=2)
        whole("units", self.units, low=1000, high=10**6, why="they draw the limit law")
        whole("few", self.few, low=2, high=self.units, why="they are shown beside the limit")
        whole("replicates", self.replicates, low=3, high=10_000, why="intervals are over them")


@dataclass(frozen=True, kw_only=True)
class EmergentSettings(Settings):
    """SGD of linear regression on fresh N(0, I) data, without and with injected noise.

    ``fractions`` are step sizes over the predicted critical one; ``alpha`` is the injected index.
    """

    inputs: int = 2
    batch: int = 1
    alpha: float = 1.5
    sigma: float = 0.1
    fractions: tuple[float, ...] = (0.4, 0.55, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 1.8, 1.95)
    chains: int = 100_000
    burn_in: int = 200
    QUICK: ClassVar = {"chains": 40_000, "fractions": (0.55, 0.7, 0.85, 1.0, 1.15, 1.4, 1.7, 2.0)}

    def __post_init__(self) -> None:
        super().__post_init__()
        whole("inputs", self.inputs, low=1, high=200)
        whole("batch", self.batch, low=1, high=1000)
        number("alpha", self.alpha, low=0, high=2, why=_EXISTS, open_low=True)
        number("sigma", self.sigma, low=0, high=1e3, open_low=False)
        for share in self.fractions:
            number("fraction", share, low=0, high=10, open_low=True)
        whole("chains", self.chains, low=1000, high=10**7, why="each gives one value")
        whole("burn-in", self.burn_in, low=10, high=10**6, why="the law must settle first")


def _ascending(name: str, values: tuple[int, ...], *, low: int) -> None:
    for value in values:
        whole(name, value, low=low, high=10**7)
    if list(values) != sorted(set(values)) or len(values) < 3:
        raise BadInput(
            f"{name} must be at least three ascending numbers, got {list(values)}: "
            "a slope is fitted over them."
        )


Chosen = TypeVar("Chosen", bound=Settings)

EXPERIMENTS: dict[str, type[Settings]] = {
    "chaos": ChaosSettings,
    "euler": EulerSettings,
    "width": WidthSettings,
    "limit": LimitSettings,
    "emergent": EmergentSettings,
}


def quick(settings: Chosen) -> Chosen:
    """Settings of the same experiment that take well under a minute."""
    return replace(settings, **settings.QUICK)


def settings_of(name: str, given: dict[str, Any]) -> Settings:
    """Settings of the experiment ``name`` from plain values (lists for tuples).

    ``quick: true`` lays the quick sizes under the others.  Unknown names raise `BadInput`.
    """
    kind = EXPERIMENTS[choice("experiment", name, EXPERIMENTS)]
    given = dict(given)
    base = kind.QUICK if given.pop("quick", False) else {}
    known = [field.name for field in fields(kind)]
    for key in given:
        choice("setting", key, known, why=f"{name} has no other")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in {**base, **given}.items()
    }
    return kind(**values)
