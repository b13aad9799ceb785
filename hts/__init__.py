"""Heavy-tailed SGD: train with alpha-stable noise, measure the tails, prune the columns.

Conventions used everywhere:

* Symmetric stable laws are in the S1 parameterisation: ``E exp(i u X) = exp(-|s u|^alpha)``
  with ``0 < alpha <= 2`` and scale ``s``.  At ``alpha = 2`` that is ``N(0, 2 s^2)``.
* Weights are ``(units, inputs)`` arrays: row ``i`` is the paper's column ``theta^i``.
* Accuracies and shares of units are in percent in records, configurations and on screen.

Importing ``hts`` is cheap: neither torch nor streamlit is loaded until something needs torch, and
no setting of the process changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.config import RunConfig
from hts.lazy import lazily
from hts.version import VERSION

if TYPE_CHECKING:
    from hts import data, noise, pruning, tails
    from hts.inspection.network import inspect
    from hts.laws.stable_distribution import StableDistribution
    from hts.laws.stable_law import stable
    from hts.runs.in_memory.swept import sweep
    from hts.runs.in_memory.trained import train
    from hts.training.heavy_tailed_noise import HeavyTailedNoise
    from hts.training.heavy_tailed_sgd import HeavyTailedSGD
    from hts.training.noise_scheduler import NoiseScheduler
    from hts.training.noisy_groups import noisy_groups
    from hts.watching.live import watch

__version__ = VERSION

__all__ = [
    "HeavyTailedNoise",
    "HeavyTailedSGD",
    "NoiseScheduler",
    "RunConfig",
    "StableDistribution",
    "__version__",
    "data",
    "inspect",
    "noise",
    "noisy_groups",
    "pruning",
    "stable",
    "sweep",
    "tails",
    "train",
    "watch",
]

_HOMES = {
    "HeavyTailedNoise": "hts.training.heavy_tailed_noise",
    "HeavyTailedSGD": "hts.training.heavy_tailed_sgd",
    "NoiseScheduler": "hts.training.noise_scheduler",
    "StableDistribution": "hts.laws.stable_distribution",
    "inspect": "hts.inspection.network",
    "noisy_groups": "hts.training.noisy_groups",
    "stable": "hts.laws.stable_law",
    "sweep": "hts.runs.in_memory.swept",
    "train": "hts.runs.in_memory.trained",
    "watch": "hts.watching.live",
}

if not TYPE_CHECKING:  # or every misspelt name would be Any to a type checker
    __getattr__, __dir__ = lazily(__name__, _HOMES, __all__)
