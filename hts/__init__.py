"""Heavy-tailed SGD: train with alpha-stable noise, measure the tails, prune the columns.

Conventions used everywhere:

* Symmetric stable laws are in the S1 parameterisation: ``E exp(i u X) = exp(-|s u|^alpha)``
  with ``0 < alpha <= 2`` and scale ``s``.  At ``alpha = 2`` that is ``N(0, 2 s^2)``.
* Weights are ``(units, inputs)`` arrays: row ``i`` is the paper's column ``theta^i``.
* Accuracies and shares of units are in percent in records, configurations and on screen.

Importing ``hts`` is cheap: neither torch nor streamlit is loaded until something needs torch.
"""

from __future__ import annotations

import os

# Read once, when torch loads its libraries, hence here.  MKL's strict mode: products whose bits do
# not depend on the number of threads (no slower where measured).  Passive waiting: threads that
# have nothing to do sleep; spinning made two threads 100 times slower on a busy two-core machine.
os.environ.setdefault("MKL_CBWR", "AVX2,STRICT")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hts.config import RunConfig
from hts.version import VERSION

if TYPE_CHECKING:
    from hts.inspection.network import inspect
    from hts.training.heavy_tailed_noise import HeavyTailedNoise
    from hts.training.heavy_tailed_sgd import HeavyTailedSGD
    from hts.training.noisy_groups import noisy_groups

__version__ = VERSION

__all__ = [
    "HeavyTailedNoise",
    "HeavyTailedSGD",
    "RunConfig",
    "__version__",
    "inspect",
    "noisy_groups",
]

_HOMES = {
    "HeavyTailedNoise": "hts.training.heavy_tailed_noise",
    "HeavyTailedSGD": "hts.training.heavy_tailed_sgd",
    "inspect": "hts.inspection.network",
    "noisy_groups": "hts.training.noisy_groups",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
