"""What the experiments found, in display size: plain records, kept as small JSON files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from hts.theory.settings import (
    ChaosSettings,
    EmergentSettings,
    EulerSettings,
    LimitSettings,
    WidthSettings,
)

VERSION = 2  # of these records; 1: noises shared their starts, Euler slopes were not corrected


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement with its figures; ``passed`` is None where nothing can be asserted."""

    name: str
    says: str
    passed: bool | None


@dataclass(frozen=True, kw_only=True)
class Slope:
    """Mean over replicates of the least-squares slope on logarithmic axes."""

    slope: float
    low: float
    high: float
    level: float
    replicates: int

    def __str__(self) -> str:
        return (
            f"{self.slope:.3f} ({100 * self.level:g} % interval {self.low:.3f} to {self.high:.3f})"
        )

    @property
    def spread(self) -> float:
        """Half the length of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, kw_only=True)
class Curve:
    """An error against a size, over replicates: geometric mean with its interval, mean, median."""

    sizes: list[float]
    typical: list[float]
    low: list[float]
    high: list[float]
    mean: list[float]
    median: list[float]


@dataclass(frozen=True, kw_only=True)
class Made:
    """Where a result comes from."""

    command: str
    date: str  # UTC, ISO 8601
    version: str  # of hts
    seconds: float
    threads: int


@dataclass(frozen=True, kw_only=True)
class Average:
    """How much the mean of an observable of n units varies, over that of n independent units."""

    observable: str
    ratio: Curve  # against the width: 1 + (n - 1) times the correlation of two units
    slope: Slope  # over the largest widths


@dataclass(frozen=True, kw_only=True)
class ChaosCase:
    """Errors of one noise at one alpha against the width."""

    kind: str
    alpha: float | None
    error: Curve  # mean_i sup_k ||theta^{i,n}_k - theta^{i,N}_k||
    slope: Slope
    expected: float | None  # slope that is known or expected; None where none is
    wasserstein: list[float]  # W1 of one unit's law to the reference's, projected, pooled
    floor: list[float]  # W1 of two independent pooled samples of the reference of that size
    averages: list[Average]  # of many small systems


@dataclass(frozen=True, kw_only=True)
class ChaosResult:
    settings: ChaosSettings
    cases: list[ChaosCase]


@dataclass(frozen=True, kw_only=True)
class EulerCase:
    """Strong errors of one noise at one alpha: a curve against eta for every width."""

    kind: str
    alpha: float | None
    widths: list[int]
    mean: list[Curve]  # over units of sup over the coarse grid, one curve per width
    largest: list[Curve]  # the largest unit's
    slopes: list[Slope]  # of the first on eta, per width
    slopes_of_largest: list[Slope]
    slope_on_width: Slope  # of the mean over units at the smallest eta
    slope_of_largest_on_width: Slope


@dataclass(frozen=True, kw_only=True)
class EulerResult:
    settings: EulerSettings
    cases: list[EulerCase]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Smallest measured width from which on e(kappa) <= eps in so many of the replicates."""

    kappa: float
    eps: float
    width: int | None
    shares: list[float]  # of replicates, at every width


@dataclass(frozen=True, kw_only=True)
class WidthCase:
    """e(kappa) of one noise at one alpha; lists of lists are [kappa][width]."""

    kind: str
    alpha: float | None
    mean: list[list[float]]
    low: list[list[float]]
    high: list[list[float]]
    slopes: list[Slope]  # of the squared error on the width, per kappa
    exponent: float | None  # 1 - 2/alpha, where alpha < 2
    reach: list[Reach]


@dataclass(frozen=True, kw_only=True)
class RegimeRow:
    """The theorem's step beside the practical one, at one width."""

    alpha: float
    width: int
    step: float  # n^(-alpha/2 - 1)
    steps: int  # to the horizon
    theorem: list[float] | None = None  # mean e(kappa) per kappa; None where it was not run
    theorem_half: list[float] | None = None  # half of its 95 % interval
    practical: list[float] | None = None
    practical_half: list[float] | None = None


@dataclass(frozen=True, kw_only=True)
class WidthResult:
    settings: WidthSettings
    cases: list[WidthCase]
    regime: list[RegimeRow]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A law on the line as it evolves; densities [time][place]."""

    name: str
    times: list[float]
    places: list[float]
    reference: list[list[float]]
    large: list[list[float]]
    small: list[list[float]]
    distance: Curve  # Kolmogorov distance to the reference at the end, against n
    slope: Slope
    large_distance: float
    large_bound: float  # 95 % quantile of that distance for independent values


@dataclass(frozen=True, kw_only=True)
class Plane:
    """A law in the plane as it evolves; counts [time][row][column]."""

    times: list[float]
    across: list[float]  # edges
    up: list[float]
    counts: list[list[list[int]]]
    small: list[list[list[float]]]  # [time][unit] -> (w, b)
    x: list[float]
    target: list[float]
    output: list[list[float]]  # of the large system [time][x]
    small_output: list[list[float]]


@dataclass(frozen=True, kw_only=True)
class MeanCoupling:
    """Units drawn to their mean beside their limit on the same noise, against the width."""

    alpha: float
    error: Curve
    slope: Slope
    exact: float  # 1/alpha - 1


@dataclass(frozen=True, kw_only=True)
class LimitResult:
    settings: LimitSettings
    lines: list[Line]
    plane: Plane
    coupling: list[MeanCoupling]


@dataclass(frozen=True, kw_only=True)
class MeasuredTail:
    """Hill estimate of the stationary iterates at one step size."""

    step: float
    predicted: float | None  # None: above what is looked for, or no stationary law
    alpha: float
    low: float
    high: float
    k: int
    growth: float  # mean log growth per step of the difference of two coupled chains
    injected: float  # the same with injected stable noise
    injected_low: float
    injected_high: float


@dataclass(frozen=True, kw_only=True)
class EmergentResult:
    settings: EmergentSettings
    critical: float  # predicted: the variance becomes infinite
    critical_found: float | None
    critical_low: float | None
    critical_high: float | None
    divergence: float  # predicted: no stationary law
    divergence_found: float | None
    steps: list[float]
    predicted: list[float | None]
    measured: list[MeasuredTail]


Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Found(Generic[Result]):
    """A result with its verdicts and where it comes from: one file."""

    experiment: str
    record: int  # `VERSION` when it was made
    made: Made
    claims: list[Claim]
    result: Result


RESULTS: dict[str, type] = {
    "chaos": ChaosResult,
    "euler": EulerResult,
    "width": WidthResult,
    "limit": LimitResult,
    "emergent": EmergentResult,
}
