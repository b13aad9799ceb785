"""Numbers in words: the same wording in titles, read-outs and text alternatives."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from hts.config import KINDS, RunConfig
from hts.config.arms import MAIN, Arm
from hts.estimates import AT_END, alpha_words, at_end
from hts.paired.median import median_of
from hts.records import TailIndex
from hts.validate import capitalised

OF_EQUAL_STEPS = ", equal steps"  # ends the name of such a control
UNFIT = "the sample does not look stable, so alpha describes no tail"
REJECTED = "– (fit rejected)"
_LETTERS = {"alpha": "α", "sigma": "σ", "eta": "η"}
OPEN_MARKS = "Open grey marks: fit rejected."  # ends a caption


def percent(value: float | None, digits: int = 1) -> str:
    """``94.2 %``; a dash for what is not known."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f} %"


def number(value: float | None, digits: int = 2) -> str:
    """``1.75``; a dash for what is not known."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def alpha(value: float | None, digits: int = 2) -> str:
    """An estimated index; ``≤ 0.25`` where the search for it ended at its lower end."""
    return number(value) if value is None else alpha_words(value, digits)


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
    """Estimate with its interval and what was taken as independent; none of a rejected fit."""
    if not tail.fits:
        return f"tail index {REJECTED}: {UNFIT}"
    if at_end(tail.alpha):
        return f"tail index {alpha(tail.alpha)} ({AT_END}, by {tail.sample})"
    level = f"{tail.level * 100:g} %"
    return (
        f"tail index {alpha(tail.alpha)} ({level} interval {alpha(tail.low)} to {alpha(tail.high)}"
        f" by {tail.sample})"
    )


def median_tail_index(tails: Iterable[TailIndex]) -> str:
    """The median of the estimates whose fit was not rejected, and how many were."""
    known = list(tails)
    fitting = [tail.alpha for tail in known if tail.fits]
    if not fitting:
        return REJECTED if known else number(None)
    rejected = len(known) - len(fitting)
    return alpha(median_of(fitting).median) + (f" ({rejected} rejected)" if rejected else "")


def injected(config: RunConfig) -> str:
    """The noise of a run: ``type III noise, alpha 1.75``, ``Gaussian noise`` or ``no noise``."""
    return _noise(config, " noise", "alpha")


def injected_briefly(config: RunConfig) -> str:
    """The same for a legend: ``type III, α 1.75``, ``Gaussian`` or ``no noise``."""
    return _noise(config, "", "α")


def control(config: RunConfig) -> str:
    """What a run of ``config`` is called beside another: ``noise-free control``, ..."""
    if config.stability is None:
        return "noise-free control"
    return f"{'Gaussian' if config.stability == 2 else config.noise_type.word} control"


def arm(one: Arm[RunConfig]) -> str:
    """What the networks of an arm are called in legends and lists."""
    if one.key == MAIN:
        return injected_briefly(one.config)
    return control(one.config) + (OF_EQUAL_STEPS if one.equal_steps else "")


def _noise(config: RunConfig, noise: str, alpha: str) -> str:
    if config.stability is None:
        return "no noise"
    kinds = [KINDS["noise"][name] for name in _values(config, "noise")]
    said = _course([kind.word for kind in kinds]) + noise
    return said + (f", {alpha} {course(config, 'alpha')}" if any(k.heavy for k in kinds) else "")


def setting(name: str, value: Any) -> str:
    """A setting that may change with its value: ``alpha 1.5``, ``type II noise``."""
    if name == "noise":
        return f"{KINDS[name][value].word} noise"
    return f"{'learning rate' if name == 'lr' else name} {value:g}"


def course(config: RunConfig, name: str) -> str:
    """The values that a number has one after the other: ``2 → 1.5``, or just ``2``."""
    return _course([f"{value:g}" for value in _values(config, name)])


def _values(config: RunConfig, name: str) -> list[Any]:
    schedule = config.schedules.get(name)
    return [getattr(config, name)] if schedule is None else [p.value for p in schedule.pieces]


def _course(values: list[str]) -> str:
    return " → ".join(values if len(values) <= 3 else [values[0], "…", values[-1]])


def minus(says: str) -> str:
    """With minus signs before numbers, where hyphens stand for them."""
    return re.sub(r"(?<![\w.)-])-(?=\d)", "−", says)


def greek(says: str) -> str:
    """With the letters for alpha, sigma and eta."""
    return re.sub(r"\b(alpha|sigma|eta)\b", lambda found: _LETTERS[found[0]], says)


def sentence(parts: Iterable[str]) -> str:
    """Parts joined by semicolons, the first letter large, a full stop at the end."""
    text = "; ".join(part for part in parts if part)
    return f"{capitalised(text)}." if text else ""
