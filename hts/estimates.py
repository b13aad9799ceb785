"""Estimates in words; of an index the end of a search is told apart from what was found in it."""

from __future__ import annotations

LOWEST_ALPHA = 0.25  # where every search for a stability index ends
_NEAR = 5e-4
AT_END = "the lower end of the search"


def rounded(value: float, digits: int, *, signed: bool = False) -> str:
    """``170`` of 171.3 with 2 significant ``digits``, ``+170`` where it is ``signed``.

    From 10^-4 to 10^15 no power of ten is written.
    """
    return f"{float(f'{value:.{digits}g}'):{'+' * signed}.15g}"


def at_end(alpha: float | None) -> bool:
    """Whether the search ended at its lower end: alpha is at most that."""
    return alpha is not None and alpha < LOWEST_ALPHA + _NEAR


def alpha_words(alpha: float, digits: int = 2) -> str:
    """``1.75``, or ``≤ 0.25`` at the end of the search."""
    return f"{'≤ ' * at_end(alpha)}{alpha:.{digits}f}"


def with_interval(
    alpha: float, low: float, high: float, digits: int = 2, ends: str = "({} to {})"
) -> str:
    """``1.75 (1.70 to 1.80)``; at the end of the search that is said, since no interval holds."""
    said = alpha_words(alpha, digits)
    if at_end(alpha):
        return f"{said} ({AT_END})"
    return f"{said} {ends.format(alpha_words(low, digits), alpha_words(high, digits))}"
