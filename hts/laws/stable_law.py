"""`stable`: a frozen stable law with SciPy's methods, right in both tails and for every alpha.

Convention, see `hts.noise.skewed`: ``parameterization`` S1, `scipy.stats.levy_stable`'s default,
or S0 (Nolan 2020, definitions 1.2 and 1.3), which is continuous in alpha at 1.  At alpha = 2 the
law is N(loc, 2 scale^2) whatever beta is.

Points are integrated one by one (`hts.noise.zolotarev`): relative errors of both tails and of the
density are below 1e-11, except within 1e-3 of alpha = 1 but not at it, where they grow like
1e-15/|alpha - 1| (and in S1 the place of a skewed law itself, 1/|alpha - 1| away, takes digits).
Many points of one symmetric law come from its table
(`hts.noise.fast_law`), right to 1e-9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from hts.noise import any_law, fast_law
from hts.noise.general import from_words
from hts.noise.skewed import s1_minus_s0
from hts.noise.skewed import stable as transform
from hts.tails import estimate
from hts.validate import BadInput, choice, number

Values = np.float64 | np.ndarray
Seed = int | np.random.Generator
_MANY = 500  # points of one symmetric law, from which on its table is made
_TABLES = 0.15, 2 - 1e-4  # alphas whose table is right to 1e-9
_EXISTS = "stable laws exist only there"


@dataclass(frozen=True, eq=False)
class StableLaw:
    """A law, or an array of them: parameters broadcast against each other and against points.

    Scalars give scalars.  Every method takes array-likes and raises `BadInput` for what is not a
    number.  ``nan`` in, ``nan`` out.
    """

    alpha: ArrayLike
    beta: ArrayLike = 0.0
    loc: ArrayLike = 0.0
    scale: ArrayLike = 1.0
    parameterization: str = field(default="S1", kw_only=True)

    def __post_init__(self) -> None:
        choice("parameterization", self.parameterization, ("S1", "S0"), why="it places the law")
        checks = {
            "alpha": (0.0, 2.0, True, _EXISTS),
            "beta": (-1.0, 1.0, False, _EXISTS),
            "loc": (-1e308, 1e308, False, "it moves the law"),
            "scale": (0.0, math.inf, True, "it stretches the law"),
        }
        for name, (low, high, open_low, why) in checks.items():
            values = _array(name, getattr(self, name))
            for value in (np.min(values), np.max(values)) if values.size else ():
                number(name, value, low=low, high=high, open_low=open_low, why=why)
            object.__setattr__(self, name, values)
        try:
            np.broadcast_shapes(*(np.shape(getattr(self, name)) for name in checks))
        except ValueError:
            shapes = ", ".join(f"{name} {np.shape(getattr(self, name))}" for name in checks)
            raise BadInput(f"parameters must broadcast, got shapes {shapes}.") from None

    def pdf(self, x: ArrayLike) -> Values:
        """Density at ``x``."""
        return _exp(self.logpdf(x))

    def logpdf(self, x: ArrayLike) -> Values:
        """Logarithm of the density; finite far beyond where the density underflows."""
        z, law = self.standard(x)
        return law.shaped(law.logs(z)[2] - np.log(law.scale))

    def cdf(self, x: ArrayLike) -> Values:
        """``P(X <= x)``, right in relative terms in the left tail."""
        return _exp(self.logcdf(x))

    def logcdf(self, x: ArrayLike) -> Values:
        """Logarithm of ``P(X <= x)``."""
        z, law = self.standard(x)
        return law.shaped(law.logs(z)[0])

    def sf(self, x: ArrayLike) -> Values:
        """``P(X > x)``, right in relative terms in the right tail."""
        return _exp(self.logsf(x))

    def logsf(self, x: ArrayLike) -> Values:
        """Logarithm of ``P(X > x)``."""
        z, law = self.standard(x)
        return law.shaped(law.logs(z)[1])

    def ppf(self, q: ArrayLike) -> Values:
        """x with ``cdf(x) = q``; the ends of the support at 0 and 1, nan outside [0, 1]."""
        return self._quantile(q, above=False)

    def isf(self, q: ArrayLike) -> Values:
        """x with ``sf(x) = q``, which keeps its digits in the right tail."""
        return self._quantile(q, above=True)

    def median(self) -> Values:
        """x with half of the probability on either side."""
        return self.ppf(0.5)

    def interval(self, confidence: ArrayLike) -> tuple[Values, Values]:
        """The ends between which ``confidence`` of the probability lies, as much on either side."""
        tail = (1 - _array("confidence", confidence)) / 2
        return self.ppf(tail), self.isf(tail)

    def support(self) -> tuple[Values, Values]:
        """The ends of the support: a half-line where alpha < 1 and beta is -1 or 1."""
        _, law = self.standard(0.0)
        ends = any_law.support(law.alpha, law.beta, s0=law.s0)
        low, high = (law.shaped(law.place + law.scale * end) for end in ends)
        return low, high

    def rvs(self, size: int | tuple[int, ...] | None = None, *, random_state: Seed) -> Values:
        """Independent values of shape ``size`` (that of the parameters, if None).

        ``random_state``: an int, or a NumPy generator, which moves on.  It has no default: nothing
        here draws from a global state.  `hts.noise.sample_stable` draws by seed and place.
        """
        law = self.standard(0.0)[1]
        shape = law.shape if size is None else tuple(np.atleast_1d(size).tolist())
        law = self.standard(np.broadcast_to(0.0, shape))[1]
        if law.shape != shape:
            raise BadInput(f"size must hold the parameters' shape {law.shape}, got {size!r}.")
        angle, level = _generator(random_state).integers(
            0, 2**64, size=(2, law.alpha.size), dtype=np.uint64
        )
        z = law.drawn(*from_words(angle, level, np.dtype(float)))
        return law.shaped(law.place + law.scale * z)

    def _quantile(self, q: ArrayLike, *, above: bool) -> Values:
        p, law = self.standard(q, move=False)
        with np.errstate(all="ignore"):
            lesser = p <= 0.5
            log_p = np.log(np.where(lesser, p, 1 - p))
            other = np.where(lesser, above, not above)
        x = np.full(p.shape, np.nan)
        left = (p >= 0) & (p <= 1)
        for some, alpha in law.tabled():
            x[some] = fast_law.ppf(np.exp(log_p[some]), alpha) * np.where(other[some], -1, 1)
            left[some] = False
        x[left] = any_law.quantile(
            log_p[left], other[left], law.alpha[left], law.beta[left], s0=law.s0
        )
        return law.shaped(law.place + law.scale * x)

    def standard(self, x: ArrayLike, *, move: bool = True) -> tuple[np.ndarray, Flat]:
        """Flat points, standardised if ``move``, and the flat laws that go with them."""
        given = (_array("x", x), self.alpha, self.beta, self.loc, self.scale)
        try:
            together = np.broadcast_arrays(*given)
        except ValueError:
            raise BadInput(
                f"x of shape {np.shape(x)} does not broadcast against the parameters."
            ) from None
        shape = together[0].shape
        z, alpha, beta, loc, scale = (np.array(side, float).ravel() for side in together)
        beta[alpha == 2] = 0.0
        s0 = self.parameterization == "S0"
        if not s0:  # what tan(pi alpha/2) tends to
            loc = loc + np.where(alpha == 1, beta * 2 / math.pi * scale * np.log(scale), 0.0)
        flat = Flat(alpha, beta, loc, scale, s0, shape)
        return ((z - loc) / scale if move else z), flat


@dataclass(frozen=True)
class Flat:
    """Laws, one for each point, flat."""

    alpha: np.ndarray
    beta: np.ndarray
    place: np.ndarray
    scale: np.ndarray
    s0: bool
    shape: tuple[int, ...]

    def shaped(self, values: np.ndarray) -> Values:
        found: Values = values.reshape(self.shape)[()]
        return found

    def each(self) -> Iterator[tuple[np.ndarray, float, float]]:
        """The different pairs of alpha and beta, with their places."""
        pairs, place = np.unique(np.stack([self.alpha, self.beta]), axis=1, return_inverse=True)
        for k, (alpha, beta) in enumerate(pairs.T):
            yield place.ravel() == k, float(alpha), float(beta)

    def drawn(self, distance: np.ndarray, side: np.ndarray, exponential: np.ndarray) -> np.ndarray:
        """Standard values from the random parts of `hts.noise.skewed.stable`."""
        z = np.empty(self.alpha.size)
        for some, alpha, beta in self.each():
            args = distance[some], side[some], exponential[some], alpha, beta
            z[some] = transform(*args, "S0" if self.s0 else "S1")
        return z

    def tabled(self) -> Iterator[tuple[np.ndarray, float]]:
        """Alphas whose points are so many that a table is worth it."""
        if self.alpha.size >= _MANY:
            for some, alpha, beta in self.each():
                if beta == 0 and _TABLES[0] <= alpha <= _TABLES[1] and some.sum() >= _MANY:
                    yield some, alpha

    def logs(self, z: np.ndarray) -> np.ndarray:
        """Logarithms of P(X <= z), P(X > z) and the density, (3, points)."""
        found = np.full((3, z.size), np.nan)
        left = np.ones(z.size, bool)
        for some, alpha in self.tabled():
            tail, density = fast_law.logs(np.abs(z[some]), alpha)
            rest = np.log1p(-np.exp(tail))
            right = z[some] >= 0
            found[:, some] = np.where(right, rest, tail), np.where(right, tail, rest), density
            left[some] = False
        parts = any_law.parts(z[left], self.alpha[left], self.beta[left], s0=self.s0)
        found[:, left] = parts.log_below, parts.log_above, parts.log_density
        return found


@dataclass(frozen=True)
class Stable:
    """The family: call it with parameters for a law, or `fit` them to values."""

    def __call__(
        self,
        alpha: ArrayLike,
        beta: ArrayLike = 0.0,
        loc: ArrayLike = 0.0,
        scale: ArrayLike = 1.0,
        *,
        parameterization: str = "S1",
    ) -> StableLaw:
        """The law with these parameters, in the order of `scipy.stats.levy_stable`.

        ``alpha`` in (0, 2], ``beta`` in [-1, 1], ``scale`` > 0; each a number or an array.
        """
        return StableLaw(alpha, beta, loc, scale, parameterization=parameterization)

    def fit(self, x: ArrayLike, *, skew: bool = False) -> tuple[float, float, float, float]:
        """(alpha, beta, loc, scale) in S1 by maximum likelihood, so that ``stable(*fit(x))``.

        `hts.tails.estimate` fits and gives intervals and diagnostics too; ``skew`` fits beta as
        well, down to alpha 0.8.  Raises `BadInput` where it does.
        """
        found = estimate(_array("x", x).ravel(), skew=skew)
        alpha, beta, scale = found.alpha, found.beta or 0.0, found.scale
        place = found.location  # in S0
        if alpha == 1:
            place -= beta * 2 / math.pi * scale * math.log(scale)
        return alpha, beta, place - scale * s1_minus_s0(alpha, beta), scale


stable = Stable()


def _array(name: str, values: ArrayLike) -> np.ndarray:
    try:
        return np.asarray(values, float)
    except (TypeError, ValueError):
        raise BadInput(f"{name} must be numbers, got {values!r}.") from None


def _generator(random_state: Seed) -> np.random.Generator:
    if isinstance(random_state, np.random.Generator):
        return random_state
    if isinstance(random_state, (int, np.integer)) and random_state >= 0:
        return np.random.default_rng(int(random_state))
    raise BadInput(
        f"random_state must be an integer of at least 0 or a NumPy generator, got {random_state!r}."
    )


def _exp(values: Values) -> Values:
    found: Values = np.exp(values)
    return found
