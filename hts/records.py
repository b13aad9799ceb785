"""What a run records, in display size: plain frozen records that every room shares.

Nothing here holds raw weights: a `Snapshot` is some kilobytes whatever the width, so the browser
and the web process never see more.  Accuracies and pruning ratios are in percent; the arrays
``pruned`` and ``kept`` are fractions in [0, 1].  ``encode``/``decode`` turn records into JSON and
back (numbers that are not finite become null, and come back as None where a field allows it).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

import msgspec

from hts.plane import Boundary

SCHEMA_VERSION = 1

StopReason = Literal["target reached", "budget", "diverged", "stopped"]
STOP_REASONS: tuple[StopReason, ...] = ("target reached", "budget", "diverged", "stopped")


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Accuracy at one evaluation, after the gradient step and before that step's noise."""

    step: int
    train_loss: float | None  # mean cross-entropy, nats
    train_accuracy: float  # percent
    test_accuracy: float  # percent
    seconds: float  # training time so far, pauses excluded


MEANS = "mean weights"  # ends the method of an estimate on those of the units (type I)


@dataclass(frozen=True, kw_only=True)
class TailIndex:
    """A stability index with its interval.  ``alpha`` is the tail index of the stable law."""

    alpha: float
    low: float
    high: float
    level: float  # confidence level of [low, high], e.g. 0.95
    method: str
    sample: str  # "units", "filters", "kernels" or "entries": what was taken as independent
    size: int  # how many of them
    # S1 scale of the fitted law, per entry (types II, III) or unit scalar (type I); with ``upper``,
    # that of the power law: P(|x - location| > t) = (t / scale)^-alpha beyond ``threshold``.
    scale: float
    location: float  # the median that was subtracted
    distance: float  # largest gap between the empirical and the fitted CDF
    fits: bool  # False: the sample does not look stable, so alpha describes no tail
    note: str = ""  # one sentence a reader should know, e.g. the bias near alpha = 2
    counted: str = ""  # one sentence: what was taken as independent, and why
    independent: bool = True  # False: the values share draws, which the interval allows for
    upper: int | None = None  # tail-only methods: how many of the largest values were used
    threshold: float | None = None  # and the value that they exceed
    beta: float | None = None  # skewness (S1) in [-1, 1] with its interval, where it was asked for
    beta_low: float | None = None
    beta_high: float | None = None

    @property
    def of_means(self) -> bool:
        """Whether it is that of the units' means, whose law single weights need not follow."""
        return self.method.endswith(MEANS)


VerdictKind = Literal[
    "stable", "Gaussian", "compatible", "not stable", "light", "masked", "unclear", "skewed"
]
VERDICTS: tuple[VerdictKind, ...] = (
    "stable", "Gaussian", "compatible", "not stable", "light", "masked", "unclear", "skewed",
)  # fmt: skip
MODEST: tuple[VerdictKind, ...] = ("compatible", "unclear")  # these claim nothing


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One figure behind a verdict."""

    name: str
    says: str  # one sentence with the figure in it
    figure: float
    p_value: float | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a stable law describes a sample, in plain words, and what that rests on."""

    kind: VerdictKind
    sentence: str
    p_value: float  # of the fit: how often a stable sample would fit as badly
    tail: TailIndex  # the stable fit
    evidence: list[Evidence]
    noise_alpha: float | None = None  # masked or unclear: of the noise beneath the bulk
    noise_scale: float | None = None
    bulk: str | None = None  # masked: "gaussian" or "uniform"
    tail_alpha: float | None = None  # not stable: the power law's index


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Log-spaced counts: bin ``i`` covers log10 values from ``edges[i]`` to ``edges[i + 1]``."""

    edges: list[float]  # log10, one more than counts
    counts: list[int]
    below: int = 0  # values under the first edge, zeros among them
    above: int = 0
    fitted: list[float] | None = None  # expected counts under the fitted stable law
    gaussian: list[float] | None = None  # under a Gaussian with the same interquartile range


@dataclass(frozen=True, kw_only=True)
class Ccdf:
    """Survival function P(|w| > x) at log-spaced x, with the fitted law's beside it."""

    x: list[float]
    survival: list[float]  # empirical, in (0, 1]
    fitted: list[float] | None = None


@dataclass(frozen=True, kw_only=True)
class HillCurve:
    """Hill estimates against the number of upper order statistics; a diagnostic, biased near 2."""

    k: list[int]
    alpha: list[float]
    low: list[float]
    high: list[float]


@dataclass(frozen=True, kw_only=True)
class TailCurve:
    """A tail-only estimate against how many of the largest values it uses, on three scales."""

    method: str  # hill, moment or pickands
    k: list[int]  # ascending
    share: list[float]  # k over the sample size
    threshold: list[float]  # the value that k values exceed
    alpha: list[float]
    low: list[float]
    high: list[float]
    level: float = 0.95
    chosen: dict[str, int] | None = None  # k by each rule: share, stability, bootstrap, ks


@dataclass(frozen=True, kw_only=True)
class QuantilePlot:
    """QQ points of |x| against a fitted law, with the band of samples of that law."""

    survival: list[float]  # P(|x| > observed), empirical, descending
    observed: list[float]
    fitted: list[float]
    low: list[float]  # pointwise, of the observed value under the fit
    high: list[float]
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class ProbabilityPlot:
    """PP points: the fitted law's P(|x| > t) where the sample's is ``empirical``."""

    empirical: list[float]
    fitted: list[float]
    low: list[float]  # pointwise, of the fitted value where the fit is right
    high: list[float]
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class MethodEstimate:
    """One estimator's answer, or why it has none; for tables and figures of several."""

    method: str  # a key of `hts.tails.ESTIMATORS`
    title: str
    tail: TailIndex | None
    why: str = ""
    seconds: float | None = None  # what it took, where it was measured


@dataclass(frozen=True, kw_only=True)
class LayerView:
    """One pruned layer in display size."""

    name: str  # "hidden 1", "convolution 2", ...
    units: int
    inputs: int
    weights: Histogram  # of |w|
    norms: Histogram  # of the units' 2-norms
    ccdf: Ccdf  # of |w|
    rank: list[float]  # fraction of units, ascending in (0, 1], of the sorted norms below
    sorted_norms: list[float]  # unit norms from largest to smallest at those ranks
    tail: TailIndex | None  # None: no estimate can be made (see `Snapshot.note`)
    hill: HillCurve | None
    pruning_ratio: float  # percent of units removed at squared error 0.1
    of: str = "units"  # what is pruned, in the plural: a convolution loses "filters"
    relative_error: list[float] | None = None  # of this layer alone, as in `PruningCurve`
    gradient: TailIndex | None = None  # of the gradient noise (`hts.runs.gradient_noise`)

    def of_single(self) -> LayerView:
        """The layer without the curves of a law of means, which older records have."""
        if self.tail is None or not self.tail.of_means:
            return self
        weights, ccdf = replace(self.weights, fitted=None), replace(self.ccdf, fitted=None)
        return replace(self, weights=weights, ccdf=ccdf)


@dataclass(frozen=True, kw_only=True)
class PruningCurve:
    """Accuracy against the fraction of units removed, smallest norms first; no retraining."""

    pruned: list[float]  # fraction removed, ascending from 0 to 1
    train_accuracy: list[float]  # percent
    test_accuracy: list[float]  # percent
    relative_error: list[float]  # ||Theta_pruned - Theta||_F / ||Theta||_F


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The state of a network at one step.  Pruned values are at squared error 0.1."""

    step: int
    seconds: float
    train_accuracy: float
    test_accuracy: float
    pruning_ratio: float
    train_accuracy_pruned: float
    test_accuracy_pruned: float
    layers: list[LayerView]
    curve: PruningCurve
    train_points: int  # how many examples the accuracies of this snapshot were measured on
    test_points: int
    boundary: Boundary | None = None
    note: str = ""
    weights_at: int | None = None  # the step of sizes, tails and estimates where it is an earlier


@dataclass(frozen=True, kw_only=True)
class LayerSummary:
    """The scalars of one layer."""

    name: str
    units: int
    of: str  # what the units are, in the plural
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    pruning_ratio: float
    fits: bool | None = None  # of the tail index: False where rejected, None before it was kept
    gradient_alpha: float | None = None  # of the gradient noise, where it was estimated
    gradient_alpha_low: float | None = None
    gradient_alpha_high: float | None = None
    gradient_fits: bool | None = None


@dataclass(frozen=True, kw_only=True)
class SnapshotSummary:
    """The scalars of a snapshot, for sparklines and tables."""

    step: int
    train_accuracy: float
    test_accuracy: float
    pruning_ratio: float
    test_accuracy_pruned: float
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    layers: list[LayerSummary] = field(default_factory=list)  # empty in stores of before there were
    fits: bool | None = None  # as the first layer's


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What a finished run came to.  Measured on the whole training and test sets."""

    iterations: int
    stop_reason: StopReason
    train_accuracy: float | None
    test_accuracy: float | None
    pruning_ratio: float | None
    train_accuracy_pruned: float | None
    test_accuracy_pruned: float | None
    tail_index: TailIndex | None
    seconds: float
    message: str = ""  # in words: why it stopped, and for a divergence what to change
    layers: list[LayerSummary] = field(default_factory=list)
    curve: KeptCurve | None = None  # None in stores of before there was one
    prunable: float | None = None  # percent of the units that can go within 1 point of accuracy
    later: Later | None = None  # where it went on after its target
    guess: float | None = None  # test accuracy of always naming the most frequent class
    members: list[MemberResult] = field(default_factory=list)  # of a run of several networks
    note: str = ""  # where its last bits may depend on the number of threads, and what to do


@dataclass(frozen=True, kw_only=True)
class KeptCurve:
    """Test accuracy after pruning, smallest norms first; no retraining."""

    pruned: list[float]  # fractions removed, ascending from 0 to 1
    test_accuracy: list[float]  # percent


@dataclass(frozen=True, kw_only=True)
class Later:
    """How a network stands that went on for as many steps again after it reached its target."""

    iterations: int  # all of them, or at which it diverged
    diverged: bool = False
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    pruning_ratio: float | None = None
    prunable: float | None = None
    curve: KeptCurve | None = None


@dataclass(frozen=True, kw_only=True)
class MemberResult:
    """One network of several; ``arm`` and ``seed`` as in `hts.config.arms`."""

    arm: str
    seed: int
    result: RunResult


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Every network of a run at about the same step, in the order of `hts.config.arms.members`.

    One that has ended stays as it ended; one that has diverged, and one not looked at yet, is None.
    """

    step: int
    seconds: float
    members: list[Snapshot | None]


Record = TypeVar("Record")


def encode(record: object) -> bytes:
    """JSON text of a record (UTF-8)."""
    return msgspec.json.encode(record)


def decode(text: bytes | str, kind: type[Record]) -> Record:
    """A record of ``kind`` from its JSON; raises ``msgspec.ValidationError`` if it is not one."""
    decoder = _decoders.get(kind)
    if decoder is None:
        with _making:
            decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    found: Record = decoder.decode(text)
    return found


# Made by one thread at a time.  msgspec keeps what it learns of a class at the class, from before
# it has learned all; a second thread that decodes one meanwhile ends the process (seen with 0.22,
# sixty pages opened at once).
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_making = threading.Lock()


def layer_summaries(snapshot: Snapshot) -> list[LayerSummary]:
    """The scalars of each layer of ``snapshot``."""
    return [
        LayerSummary(
            name=layer.name,
            units=layer.units,
            of=layer.of,
            alpha=layer.tail.alpha if layer.tail else None,
            alpha_low=layer.tail.low if layer.tail else None,
            alpha_high=layer.tail.high if layer.tail else None,
            pruning_ratio=layer.pruning_ratio,
            fits=layer.tail.fits if layer.tail else None,
            gradient_alpha=layer.gradient.alpha if layer.gradient else None,
            gradient_alpha_low=layer.gradient.low if layer.gradient else None,
            gradient_alpha_high=layer.gradient.high if layer.gradient else None,
            gradient_fits=layer.gradient.fits if layer.gradient else None,
        )
        for layer in snapshot.layers
    ]


def summarise(snapshot: Snapshot) -> SnapshotSummary:
    """The scalars of ``snapshot``; the tail index is the first hidden layer's."""
    tail = snapshot.layers[0].tail if snapshot.layers else None
    return SnapshotSummary(
        layers=layer_summaries(snapshot),
        step=snapshot.step,
        train_accuracy=snapshot.train_accuracy,
        test_accuracy=snapshot.test_accuracy,
        pruning_ratio=snapshot.pruning_ratio,
        test_accuracy_pruned=snapshot.test_accuracy_pruned,
        alpha=tail.alpha if tail else None,
        alpha_low=tail.low if tail else None,
        alpha_high=tail.high if tail else None,
        fits=tail.fits if tail else None,
    )
