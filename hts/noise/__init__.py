"""Stable laws and the noise of a training step.

Convention, here and below: symmetric alpha-stable (S1), ``E exp(iuX) = exp(-|su|^alpha)`` with
0 < alpha <= 2 and scale s.  At alpha = 2 that is N(0, 2 s^2): the variance is twice s^2.

``types``, ``law``, ``fast_law``, ``any_law``, ``skewed`` and ``general`` need NumPy and SciPy only;
``draws``, ``sources`` and ``stacked`` bring torch.  Importing this package brings neither: its
names load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hts.noise.fast_law import cdf, pdf, ppf, sf
    from hts.noise.general import sample_stable
    from hts.noise.sources import NoiseSource, sample

__all__ = ["NoiseSource", "cdf", "pdf", "ppf", "sample", "sample_stable", "sf"]

_HOMES = {
    "NoiseSource": "hts.noise.sources",
    "sample": "hts.noise.sources",
    "sample_stable": "hts.noise.general",
    **dict.fromkeys(("cdf", "pdf", "ppf", "sf"), "hts.noise.fast_law"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
