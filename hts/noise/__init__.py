"""Stable laws and the noise of a training step.

Convention, here and below: symmetric alpha-stable (S1), ``E exp(iuX) = exp(-|su|^alpha)`` with
0 < alpha <= 2 and scale s.  At alpha = 2 that is N(0, 2 s^2): the variance is twice s^2.

``types``, ``law``, ``fast_law``, ``any_law``, ``skewed`` and ``general`` need NumPy and SciPy only;
``draws``, ``sources`` and ``stacked`` bring torch.  Importing this package brings neither: its
names load when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.lazy import lazily

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

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES, __all__)
