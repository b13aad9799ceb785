"""What somebody expected of a run before they looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hts.validate import number

SHARE = 0.8  # of the units removed, in the question
QUESTION = f"What accuracy will be left with {100 * SHARE:g} % of the units removed?"
WHY = "it is the test accuracy in percent that you expect"


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Expected test accuracy in percent with `SHARE` of the units removed."""

    noisy: float
    noise_free: float

    def to_address(self) -> dict[str, str]:
        """Query parameters from which `prediction_of` gives it back."""
        return {"noisy": f"{self.noisy:g}", "noise_free": f"{self.noise_free:g}"}


def prediction_of(params: Mapping[str, str]) -> Prediction | None:
    """That of an address, None without one; raises `BadInput` for what is no percentage."""
    if "noisy" not in params or "noise_free" not in params:
        return None
    values = {
        name: number(name, _read(params[name]), low=0, high=100, why=WHY, open_low=False)
        for name in ("noisy", "noise_free")
    }
    return Prediction(**values)


def _read(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
