"""Cells of a CSV file: what somebody else called something is no formula in a spreadsheet."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|inf|nan)"
_FIGURE = re.compile(rf"{_NUMBER}(?: \({_NUMBER} to {_NUMBER}\)(?:, \d+ of \d+)?)?")


def cell(value: object) -> object:
    """``value`` as it is, or with ``'`` before it where it is a text that reads like a formula.

    A number with its interval, ``-3 (-8 to +2), 9 of 20``, is no formula to any spreadsheet.
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _FIGURE.fullmatch(value):
        return f"'{value}"
    return value
