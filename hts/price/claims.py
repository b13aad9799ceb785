"""The claims of follow-up papers that are tried, in the order of lists."""

from __future__ import annotations

from hts.price.claim import Claim
from hts.price.claims_on_cost import Momentum, Robustness, Threshold
from hts.price.claims_on_weights import LargeRates, StudentOverStable

CLAIMS: tuple[Claim, ...] = (
    Robustness(),
    LargeRates(),
    Threshold(),
    Momentum(),
    StudentOverStable(),
)
