"""Laws whose tail is known, to try estimators on: a seeded sample of each, and the truth about it.

alpha is the tail index, ``P(|X| > x) ~ C x^-alpha``, which for a stable law below 2 is its
stability index.  NumPy only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from hts.noise.general import sample_stable
from hts.seeds import LARGEST_SEED, generator
from hts.validate import choice, number, whole

Parameters = Mapping[str, float]
MOST_VALUES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One number that a law is told, for a slider."""

    name: str
    title: str
    low: float
    high: float
    step: float
    default: float


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What an estimate should find.  ``alpha``: None where no power law and no stable law is."""

    alpha: float | None
    says: str


@dataclass(frozen=True, kw_only=True)
class KnownLaw:
    """A law with its parameters; `draw_known` samples it."""

    name: str
    title: str
    says: str
    parameters: tuple[Parameter, ...]
    truth: Callable[[Parameters], Truth]
    draw: Callable[[np.random.Generator, int, Parameters], np.ndarray]


def draw_known(name: str, n: int, seed: int, parameters: Parameters | None = None) -> np.ndarray:
    """``n`` independent float64 values of the law ``name``; what is not given is as by default.

    Raises `BadInput` for an unknown law and for parameters outside their range.
    """
    law = KNOWN_LAWS[choice("law", name, KNOWN_LAWS)]
    n = whole("n", n, low=1, high=MOST_VALUES)
    seed = whole("seed", seed, low=0, high=LARGEST_SEED)
    rng = generator(seed, "known law", name)
    return law.draw(rng, n, complete(law, parameters or {}))


def complete(law: KnownLaw, given: Parameters) -> dict[str, float]:
    """All parameters of ``law``, checked; raises `BadInput` outside their range."""
    why = f"{law.title} values are drawn with it"
    return {
        p.name: number(
            p.name, given.get(p.name, p.default), low=p.low, high=p.high, why=why, open_low=False
        )
        for p in law.parameters
    }


_ALPHA = Parameter(name="alpha", title="Tail index α", low=0.5, high=2.0, step=0.05, default=1.75)
_BETA = Parameter(name="beta", title="Skewness β", low=-1.0, high=1.0, step=0.1, default=0.0)
_DEGREES = Parameter(
    name="df", title="Degrees of freedom ν", low=0.5, high=10.0, step=0.25, default=3.0
)
_WEIGHT = Parameter(
    name="weight", title="Scale of the noise", low=0.01, high=1.0, step=0.01, default=0.1
)


def _stable(rng: np.random.Generator, n: int, alpha: float, beta: float = 0.0) -> np.ndarray:
    seed = int(rng.integers(2**62))
    values: np.ndarray = sample_stable(alpha, n, beta=beta, seed=seed, dtype="float64")
    return values


def both_sides(rng: np.random.Generator, sizes: np.ndarray) -> np.ndarray:
    """``sizes`` with signs drawn at random."""
    signed: np.ndarray = sizes * rng.choice([-1.0, 1.0], len(sizes))
    return signed


def _stable_truth(p: Parameters) -> Truth:
    if p["alpha"] == 2:
        return Truth(alpha=2.0, says="Gaussian: the stable law of α = 2, with no power tail.")
    skewed = " It is skewed, and symmetric fits are not made for it." if p["beta"] else ""
    return Truth(alpha=p["alpha"], says=f"Stable with α = {p['alpha']:g}.{skewed}")


def _masked_truth(bulk: str) -> Callable[[Parameters], Truth]:
    def truth(p: Parameters) -> Truth:
        if p["alpha"] == 2:
            return Truth(alpha=2.0, says=f"A {bulk} bulk plus Gaussian noise: no power tail.")
        return Truth(
            alpha=p["alpha"],
            says=f"The tail index is {p['alpha']:g}, but only far out: the {bulk} bulk is wider "
            "than the noise, as an initialisation is early in training.",
        )

    return truth


_ALL = (
    KnownLaw(
        name="stable",
        title="Stable",
        says="the law that heavy-tailed noise adds up to",
        parameters=(_ALPHA, _BETA),
        truth=_stable_truth,
        draw=lambda rng, n, p: _stable(rng, n, p["alpha"], p["beta"]),
    ),
    KnownLaw(
        name="student",
        title="Student-t",
        says="a power tail under a bell, but not stable",
        parameters=(_DEGREES,),
        truth=lambda p: Truth(alpha=p["df"], says=f"The tail index is ν = {p['df']:g}; not stable"
                              + (", except at ν = 1 (Cauchy)." if p["df"] == 1 else ".")),
        draw=lambda rng, n, p: rng.standard_t(p["df"], n),
    ),
    KnownLaw(
        name="pareto",
        title="Symmetric Pareto",
        says="a power law from its smallest value on, and nothing in the middle",
        parameters=(_ALPHA,),
        truth=lambda p: Truth(alpha=p["alpha"], says=f"The tail index is {p['alpha']:g}; "
                              "not stable."),
        draw=lambda rng, n, p: both_sides(rng, rng.pareto(p["alpha"], n) + 1),
    ),
    KnownLaw(
        name="laplace",
        title="Laplace",
        says="a sharp peak and exponential tails",
        parameters=(),
        truth=lambda p: Truth(alpha=None, says="Light-tailed: lighter than every power law, and "
                              "not stable. No α is right."),
        draw=lambda rng, n, p: rng.laplace(size=n),
    ),
    KnownLaw(
        name="gaussian",
        title="Gaussian",
        says="the stable law that has no power tail",
        parameters=(),
        truth=lambda p: Truth(alpha=2.0, says="Stable with α = 2, with no power tail."),
        draw=lambda rng, n, p: rng.normal(size=n),
    ),
    KnownLaw(
        name="uniform + stable",
        title="Uniform + stable",
        says="a network's initial weights, U(-1, 1), under some noise",
        parameters=(_ALPHA, _WEIGHT),
        truth=_masked_truth("uniform"),
        draw=lambda rng, n, p: rng.uniform(-1, 1, n) + p["weight"] * _stable(rng, n, p["alpha"]),
    ),
    KnownLaw(
        name="gaussian + stable",
        title="Gaussian + weak stable",
        says="Gaussian weights, N(0, 1), under some noise",
        parameters=(_ALPHA, _WEIGHT),
        truth=_masked_truth("Gaussian"),
        draw=lambda rng, n, p: rng.normal(size=n) + p["weight"] * _stable(rng, n, p["alpha"]),
    ),
)  # fmt: skip

KNOWN_LAWS: dict[str, KnownLaw] = {law.name: law for law in _ALL}
