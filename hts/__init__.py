"""Heavy-tailed SGD: train with alpha-stable noise, measure the tails, prune the columns.

Conventions used everywhere:

* Symmetric stable laws are in the S1 parameterisation: ``E exp(i u X) = exp(-|s u|^alpha)``
  with ``0 < alpha <= 2`` and scale ``s``.  At ``alpha = 2`` that is ``N(0, 2 s^2)``.
* Weights are ``(units, inputs)`` arrays: row ``i`` is the paper's column ``theta^i``.
* Accuracies and pruning ratios are in percent in records, configurations and on screen.

Importing ``hts`` is cheap: neither torch nor streamlit is loaded until something needs torch.
"""

from __future__ import annotations

import os

# Read once, when torch loads its libraries, hence here.  MKL's strict mode: products whose bits do
# not depend on the number of threads (no slower where measured).  Passive waiting: threads that
# have nothing to do sleep; spinning made two threads 100 times slower on a busy two-core machine.
os.environ.setdefault("MKL_CBWR", "AVX2,STRICT")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from hts.config import RunConfig

__version__ = "0.1.0"

__all__ = ["RunConfig", "__version__"]
