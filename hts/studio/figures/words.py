"""Numbers in words: the same wording in titles, read-outs and text alternatives."""

from __future__ import annotations

import math
from collections.abc import Iterable

from hts.config import RunConfig
from hts.records import TailIndex
from hts.validate import capitalised

UNFIT = "the sample does not look stable, so alpha describes no tail"


def percent(value: float | None, digits: int = 1) -> str:
    """``94.2 %``; a dash for what is not known."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f} %"


def number(value: float | None, digits: int = 2) -> str:
    """``1.75``; a dash for what is not known."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def count(value: int) -> str:
    """``12 000``, with narrow spaces between thousands from five digits on."""
    return f"{value:,}".replace(",", "\u202f") if abs(value) >= 10_000 else str(value)


def many(value: int, word: str) -> str:
    """``1 run``, ``12 000 runs``."""
    return f"{count(value)} {word}{'' if value == 1 else 's'}"


def duration(seconds: float) -> str:
    """``45 s``, ``3 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


def tail_index(tail: TailIndex) -> str:
    """Estimate with its interval and what was taken as independent."""
    level = f"{tail.level * 100:g} %"
    return (
        f"tail index {tail.alpha:.2f} ({level} interval {tail.low:.2f} to {tail.high:.2f}"
        f" by {tail.sample})"
    )


def injected(config: RunConfig) -> str:
    """The noise of a run: ``type III noise, alpha 1.75``, ``Gaussian noise`` or ``no noise``."""
    return _noise(config, " noise", "alpha")


def injected_briefly(config: RunConfig) -> str:
    """The same for a legend: ``type III, α 1.75``, ``Gaussian`` or ``no noise``."""
    return _noise(config, "", "α")


def _noise(config: RunConfig, noise: str, alpha: str) -> str:
    if config.stability is None:
        return "no noise"
    kind = config.noise_type
    return kind.word + noise + (f", {alpha} {config.alpha:g}" if kind.heavy else "")


def sentence(parts: Iterable[str]) -> str:
    """Parts joined by semicolons, the first letter large, a full stop at the end."""
    text = "; ".join(part for part in parts if part)
    return f"{capitalised(text)}." if text else ""
