"""The claims, each an object that makes its parts from a result and holds them to its rule."""

from __future__ import annotations

from hts.reproduce.accuracy_claims import Cost, Criterion, EqualShare, Holds
from hts.reproduce.claim import Claim, Judged
from hts.reproduce.result import Reproduction
from hts.reproduce.weight_claims import Alpha, Beyond, Gaussian, Width, WidthProbability

CLAIMS: tuple[Claim, ...] = (
    Alpha(), Width(), WidthProbability(), Cost(), Holds(), Gaussian(), EqualShare(), Criterion(),
    Beyond(),
)  # fmt: skip


def judged(result: Reproduction) -> list[Judged]:
    """Every claim that ``result`` has networks for."""
    found = [claim.judge(result) for claim in CLAIMS]
    return [one for one in found if one.families]
