"""What a price list holds: the networks of every method and value, seed by seed.  No torch.

Everything that is said of a price list is worked out from these.
"""

from __future__ import annotations

from dataclasses import dataclass

from hts.price.settings import PriceSettings

VERSION = 1  # of these records
SHARES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98)
"""Shares of the units removed, smallest norms first."""
PRICED = 0.9
"""The share at which attacks look at what is left, and for which the list's rows are chosen."""
AFTERWARDS = {
    "nothing": "as it is",
    "tuned": "fine-tuned",
    "refitted": "last layer refitted",
}
"""What may be done to the network that is left."""


@dataclass(frozen=True, kw_only=True)
class Distances:
    """From an example to the nearest of another class, median over examples."""

    l2: float
    linf: float


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One network.  Accuracies are in percent; of one that diverged 0, and all else None.

    ``test`` and ``validation``: accuracies at `SHARES`, by what was done afterwards.  ``kept_*``:
    percent of the right answers that an attack leaves right, of the whole network and with `PRICED`
    of its units removed; ``adversarial_*``: percent of all attacked that are right under it.
    ``left_out``: attacked examples whose gradient vanishes, before and after pruning.
    """

    seed: int
    diverged: bool
    test: dict[str, list[float]]
    validation: dict[str, list[float]]
    train_accuracy: float = 0.0
    train_loss: float | None = None  # nats
    test_loss: float | None = None
    calibration: float | None = None  # expected calibration error, points
    compressible: float | None = None  # norm-compressible share at criterion 0.1, percent
    steps: int | None = None  # to the training accuracy of the settings
    adversarial_l2: float | None = None
    adversarial_linf: float | None = None
    adversarial_l2_pruned: float | None = None
    adversarial_linf_pruned: float | None = None
    kept_l2: float | None = None
    kept_linf: float | None = None
    left_out: list[int] | None = None
    student_gain: float | None = None  # log-likelihood a weight over the stable law's, nats


@dataclass(frozen=True, kw_only=True)
class Block:
    """The networks of one method at one value of its hyperparameter."""

    method: str
    value: float
    rate: float  # learning rate
    sigma: float  # noise level; 0 without noise
    networks: list[Trained]
    seconds: float  # of processor time


@dataclass(frozen=True, kw_only=True)
class Made:
    """Where a price list comes from."""

    command: str
    date: str  # UTC, ISO 8601
    version: str  # of hts
    noise: str  # its mark, see hts.noise.mark
    machine: str  # in words
    seconds: float  # of processor time, all blocks
    source: str  # where the data came from
    sha256: str  # of the arrays as networks see them


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """A whole result: one file."""

    record: int
    made: Made
    settings: PriceSettings
    distances: Distances
    step_times: dict[str, float]  # of a method over that without noise
    choosing: list[Block]
    reported: list[Block]
