"""From an example as it stands in somebody's file to what a network is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RAW = "raw."  # what the names of its arrays begin with, in a file of weights


@dataclass(frozen=True, kw_only=True, eq=False)
class Scaling:
    """Network inputs are ``(raw[used] - mean) / sd``, in float64, then rounded to float32.

    ``said``: what a raw example is, for whoever has the network and not this program.  ``mean`` and
    ``sd``: one per input, per channel of an image, or one for all.  ``pixels``: raw values are
    divided first, by 255 if they are whole numbers from 0 to 255, not if they are fractions up to
    1.  ``used``: which of the raw ``columns`` are inputs; None takes all.
    """

    said: str
    mean: Sequence[float] | np.ndarray = (0.0,)
    sd: Sequence[float] | np.ndarray = (1.0,)
    pixels: bool = False
    columns: Sequence[str] = ()
    used: Sequence[int] | None = None

    def arrays(self) -> dict[str, np.ndarray]:
        """The constants by their names in a file of weights."""
        found = {
            f"{RAW}mean": np.asarray(self.mean, np.float64),
            f"{RAW}sd": np.asarray(self.sd, np.float64),
        }
        if self.used is not None:
            found[f"{RAW}used"] = np.asarray(self.used, np.int64)
        return found

    def about(self) -> dict[str, Any]:
        """The rest, ready for JSON."""
        return {"said": self.said, "pixels": self.pixels, "columns": list(self.columns)}

    def rows(self) -> list[tuple[str, str, str]]:
        """Name, mean and standard deviation of every input that has its own."""
        mean, sd = np.asarray(self.mean), np.asarray(self.sd)
        names = list(self.columns) or [f"channel {k + 1}" for k in range(len(mean))]
        if self.used is not None:
            names = [names[k] for k in self.used]
        if len(names) != len(mean):
            names = ["every input"]
        return [
            (name, f"{m:.10g}", f"{s:.10g}") for name, m, s in zip(names, mean, sd, strict=True)
        ]
