"""What a listed run came to."""

from __future__ import annotations

from typing import Any

from hts.records import TailIndex


def tail(alpha: float, **changes: Any) -> TailIndex:
    values: dict[str, Any] = {
        "alpha": alpha, "low": alpha - 0.1, "high": alpha + 0.1, "level": 0.95, "method": "mle",
        "sample": "units", "size": 100, "scale": 1.0, "location": 0.0, "distance": 0.01,
        "fits": True,
    }  # fmt: skip
    return TailIndex(**{**values, **changes})
