"""The model families there are: `base` says what each of them says, one file holds one.  No torch.

Whoever has a run's settings asks its family (`RunConfig.family`) instead of comparing names.
"""

from __future__ import annotations

from hts.families.base import ModelFamily
from hts.registry import Registry

FAMILIES = Registry(
    "model",
    ModelFamily,  # type: ignore[type-abstract]
    package=__name__,
    path=__path__,
)
