"""What the scales of the authors' released code change, against the same runs at ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hts.studio.reproduce import pairs
from hts.studio.reproduce.protocol import RELEASED, Protocol
from hts.studio.reproduce.records import ReproducedRun, Runs
from hts.studio.reproduce.rules import Comparison, more_than

_MEASURED = {"ratio": pairs.ratio, "accuracy": pairs.accuracy, "after": pairs.after}


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """One deviation and its differences, released code's scale minus ours, paired by seed."""

    noise: str
    alpha: float
    where: str  # "gpu" or "cpu"
    why: str
    times: float  # scale of its noise over ours
    ratio: Comparison  # points of pruning ratio
    accuracy: Comparison  # points of test accuracy
    after: Comparison  # points of test accuracy after pruning
    diverged: int  # seeds left out because a run diverged


def deviations(protocol: Protocol, found: Sequence[ReproducedRun]) -> list[Deviation]:
    """Those that were run; none where the whole protocol is at the released code's scale."""
    if protocol.released_width is None or protocol.reference_scaling != "off":
        return []
    runs, made = Runs(found), []
    for (noise, alpha, where), why in RELEASED.items():
        ours = protocol.cell(protocol.released_width, noise, alpha)
        theirs = ours._replace(reference_scaling=where)
        compared = {
            name: pairs.differences(runs, [(theirs, ours)], value, protocol.seeds)
            for name, value in _MEASURED.items()
        }
        config = protocol.spec.base.replace(noise=noise, alpha=alpha, sigma=ours.sigma)
        made.append(
            Deviation(
                noise=noise,
                alpha=alpha,
                where=where,
                why=why,
                times=config.replace(reference_scaling=where).noise_scale / config.noise_scale,
                diverged=compared["ratio"].diverged,
                **{name: more_than(paired.values) for name, paired in compared.items()},
            )
        )
    return made
