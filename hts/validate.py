"""Checks that say what they got, what they accept and, where that teaches, why it matters."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable


class BadInput(ValueError):
    """A value a person gave that cannot be used; its text is meant to be shown as it is.

    Whatever a name or a cell of a foreign file brings into the text, it stays short and printable.
    """

    def __init__(self, text: object = "") -> None:
        super().__init__(printable(str(text), 4000))


def printable(text: str, most: int) -> str:
    """``text`` without control characters and lone surrogates, at most ``most`` characters long."""
    text = text if len(text) <= most else text[: most - 3] + "..."
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def number(
    name: str, got: object, *, low: float, high: float, open_low: bool, why: str = ""
) -> float:
    """Return ``got`` as a finite float within the bounds, or raise `BadInput`."""
    bracket = "(" if open_low else "["
    accepted = f"{name} must be a number in {bracket}{_plain(low)}, {_plain(high)}]"
    if math.isinf(high):
        accepted = (
            f"{name} must be a finite number {'above' if open_low else 'of at least'} {_plain(low)}"
        )
    try:
        if isinstance(got, bool):
            raise TypeError
        value = float(got)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise BadInput(f"{accepted}, got {_shown(got)}{_reason(why)}.") from None
    below = value <= low if open_low else value < low
    if not math.isfinite(value) or below or value > high:
        raise BadInput(f"{accepted}, got {_plain(value)}{_reason(why)}.")
    return value


def whole(name: str, got: object, *, low: int, high: int, why: str = "") -> int:
    """Return ``got`` as an int within ``[low, high]``, or raise `BadInput`."""
    accepted = f"{name} must be a whole number from {low} to {high}"
    try:
        if isinstance(got, bool):
            raise TypeError
        value = int(got)  # type: ignore[call-overload]
        if isinstance(got, float) and value != got:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise BadInput(f"{accepted}, got {_shown(got)}{_reason(why)}.") from None
    if not low <= value <= high:
        raise BadInput(f"{accepted}, got {_shown(value)}{_reason(why)}.")
    return value


def choice(name: str, got: object, accepted: Iterable[str], *, why: str = "") -> str:
    """Return ``got`` if it is one of ``accepted``, or raise `BadInput` naming the nearest."""
    options = list(accepted)
    if isinstance(got, str) and got in options:
        return got
    near = difflib.get_close_matches(str(got)[:100], options, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    accepted = ", ".join(options)
    raise BadInput(f"{name} must be one of {accepted}, got {_shown(got)}{_reason(why)}.{hint}")


def flag(name: str, got: object, *, why: str = "") -> bool:
    """Return ``got`` if it is a bool, or raise `BadInput`."""
    if isinstance(got, bool):
        return got
    raise BadInput(f"{name} must be true or false, got {_shown(got)}{_reason(why)}.")


def _reason(why: str) -> str:
    """After a colon, where there is something to learn from it."""
    return f": {why}" if why else ""


def capitalised(text: object) -> str:
    """The text of an error or a phrase, beginning with a capital letter."""
    said = str(text)
    return said[:1].upper() + said[1:]


def _shown(got: object) -> str:
    return printable(repr(got), 200)


def _plain(value: float) -> str:
    return f"{value:g}"
