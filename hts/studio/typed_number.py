"""Numbers as people type them: ``1e4``, ``0,07``, ``10 000``.

What can mean two numbers is refused: ``1,500`` is 1.5 to some and 1500 to others.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from hts.validate import BadInput

LARGEST = 10**20  # of whole numbers; what a setting accepts is checked where it is used

_NUMBER = re.compile(r"([+-]?)([0-9.,]*[0-9][0-9.,]*)((?:[eE][+-]?[0-9]{1,4})?)")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f'\u2019][0-9]{3})+(?:[.,][0-9]*)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_COMMA = re.compile(
    "az|be|bg|bs|ca|cs|da|de|el|es|et|eu|fi|fr|gl|hr|hu|hy|id|is|it|ka|kk|lt|lv|mk|nb|nl|nn|no|pl|"
    "pt|ro|ru|sk|sl|sq|sr|sv|tr|uk|vi"
)
"""Languages that write a decimal comma."""
_POINT_REGIONS = ("CH", "LI", "MX", "US")


def decimal_mark(locale: str | None) -> str:
    """The decimal mark of a browser's locale, as ``de-DE``."""
    language, _, region = (locale or "").replace("_", "-").partition("-")
    if region.upper().endswith(_POINT_REGIONS) or not _COMMA.fullmatch(language.lower()):
        return "."
    return ","


def read_number(text: str, *, whole: bool = False, mark: str = ".") -> int | float:
    """The number that was typed; raises `BadInput` where there is none, or may be two.

    ``mark``: the decimal mark of the reader's country; the other one is taken too where it can
    only be that.
    """
    plain = text.strip().replace("\u2212", "-")
    if _SPACED.fullmatch(plain):
        plain = re.sub(r"[^0-9.,+-]", "", plain)
    kind = "a whole number" if whole else "a number"
    found = _NUMBER.fullmatch(plain)
    digits = None if found is None else _with_point(found[2], whole, mark, bool(found[3]), text)
    if found is None or digits is None:
        raise BadInput(f"{text.strip()[:40]!r} is not {kind}: write it like {_example(whole)}.")
    value = Decimal(found[1] + digits + found[3])
    if not whole:
        if math.isinf(float(value)):
            raise BadInput(f"{text.strip()[:40]!r} is too large.")
        return float(value)
    if abs(value) > LARGEST:
        raise BadInput(f"{text.strip()[:40]!r} is too large.")
    if value != int(value):
        raise BadInput(f"{text.strip()[:40]!r} is not a whole number.")
    return int(value)


def as_typed(value: float, mark: str = ".") -> str:
    """A number as `read_number` takes it in that country: all its digits, and no more."""
    short = f"{value:.10g}" if isinstance(value, float) else str(value)
    text = short if float(short) == value else str(value)
    return f"{text}0" if mark != "." and "." in text and _GROUPED.fullmatch(text) else text


def _with_point(digits: str, whole: bool, mark: str, power: bool, text: str) -> str | None:
    """The same with a decimal point and nothing between thousands; None: no number."""
    marks = [sign for sign in digits if sign in ".,"]
    if not marks:
        return digits
    if len(marks) == 1:
        (own,) = marks
        if _GROUPED.fullmatch(digits) and not power:
            joined = digits.replace(own, "")
            if whole and own != mark:
                return joined
            if own != mark or (whole and digits.endswith("000")):
                one = digits.partition(own)[0] if whole else digits.replace(own, mark)
                raise BadInput(f"{text.strip()!r} can mean {one} or {joined}: write one of these.")
        return digits.replace(own, ".")
    head, last = digits, ""
    if marks[-1] != marks[0]:
        head, _, last = digits.rpartition(marks[-1])
    if len(set(head) & set(".,")) != 1 or not _GROUPED.fullmatch(head):
        return None
    return f"{head.replace(marks[0], '')}.{last}"


def _example(whole: bool) -> str:
    return "1000 or 1e3" if whole else "0.05 or 5e-2"
