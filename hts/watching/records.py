"""What is recorded of a training that is watched, in display size; shares are in percent."""

from __future__ import annotations

from dataclasses import dataclass, field

from hts.records import Ccdf, Histogram, TailIndex, VerdictKind

REMOVED = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Fractions of the units, smallest norms first, at which the compression error is told."""


@dataclass(frozen=True, kw_only=True)
class LayerAt:
    """The scalars of one layer at one look."""

    name: str  # of the parameter, with dots
    alpha: float | None  # tail index of the entries, None where there is no estimate
    low: float | None = None
    high: float | None = None
    fits: bool | None = None
    verdict: VerdictKind | None = None
    share: float | None = None  # norm-compressible: units that hold a tenth of the squared norm
    norm: float = 0.0  # Frobenius
    entries: int = 0  # that the tail index rests on
    size: int = 0  # entries there are
    gradient: float | None = None  # tail index of the gradient noise, where it was seen
    gradient_low: float | None = None
    gradient_high: float | None = None
    gradient_fits: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LookAt:
    """The scalars of one look."""

    step: int
    seconds: float  # since the watch began, looks left out
    loss: float | None
    took: float  # seconds, of the look
    layers: list[LayerAt]


@dataclass(frozen=True, kw_only=True)
class LayerSeen:
    """One layer as a matrix (units, inputs), with all that is drawn of it."""

    name: str
    kind: str  # class of the module that owns it
    dtype: str
    units: int
    inputs: int
    trained: bool  # False: frozen when it was looked at
    entries: int
    tail: TailIndex | None
    verdict: VerdictKind | None
    says: str  # the verdict in a sentence
    weights: Histogram  # of |w|, of the entries that were sampled
    ccdf: Ccdf
    norms: Histogram  # of the units' 2-norms, all units
    rank: list[float]  # see `hts.records.LayerView`
    sorted_norms: list[float]
    share: float  # norm-compressible, percent
    relative_error: list[float]  # at `REMOVED`
    norm: float
    note: str = ""
    gradient: TailIndex | None = None  # of the gradient noise (`hts.watching.gradient`)

    def scalars(self) -> LayerAt:
        tail, gradient = self.tail, self.gradient
        return LayerAt(
            name=self.name, alpha=None if tail is None else tail.alpha,
            low=None if tail is None else tail.low, high=None if tail is None else tail.high,
            fits=None if tail is None else tail.fits,
            verdict=self.verdict, share=self.share, norm=self.norm, entries=self.entries,
            size=self.units * self.inputs,
            gradient=None if gradient is None else gradient.alpha,
            gradient_low=None if gradient is None else gradient.low,
            gradient_high=None if gradient is None else gradient.high,
            gradient_fits=None if gradient is None else gradient.fits,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NotSeen:
    """A parameter that was not looked at, and why."""

    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """Everything a look found."""

    step: int
    seconds: float
    loss: float | None
    took: float
    layers: list[LayerSeen]
    not_seen: list[NotSeen] = field(default_factory=list)

    def scalars(self) -> LookAt:
        return LookAt(
            step=self.step, seconds=self.seconds, loss=self.loss, took=self.took,
            layers=[layer.scalars() for layer in self.layers],
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LossAt:
    """The loss as the training loop gave it."""

    step: int
    seconds: float
    loss: float


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a training that is watched: nothing of its settings and data."""

    model: str  # class name
    parameters: int
    optimizer: str  # class name, "" where steps are counted by hand
    device: str
    every: str  # how often it is looked at, as it was asked for
    library: str  # torch and its version
    part: str = ""  # what of the model this process sees, where that is not all
