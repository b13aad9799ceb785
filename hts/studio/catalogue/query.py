"""The words of a filter, such as ``alpha<1.9 noise=II|III test_accuracy>90 tag=course moons``.

A term is a column, a comparison and a value; ``|`` stands between values of which one will do,
``none`` for a value that is not there.  Any other word is looked for in names, notes, tags, run ids
and datasets.  All terms hold at once.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from hts.config import CHOICES
from hts.studio.catalogue.columns import COLUMNS, Column
from hts.validate import BadInput, choice

Condition = tuple[str, list[Any]]

_TERM = re.compile(
    r"""\s*(?:(?P<name>[a-z_]\w*)\s*(?P<how>!=|<=|>=|=|<|>)\s*(?P<value>"[^"]*"|[^\s"<>=]+)
    |(?P<word>"[^"]+"|[^\s"<>=!]+))(?=\s|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_BOOLS = {"true": 1, "yes": 1, "on": 1, "1": 1, "false": 0, "no": 0, "off": 0, "0": 0}
_PLACES = ("name", "note", "tag", "run", "data")  # where words are looked for
EXAMPLE = "alpha<1.9 noise=II|III test_accuracy>90 tag=course"


def conditions(text: str) -> list[Condition]:
    """What a filter asks of rows of ``catalogue``; `BadInput` for what cannot be read."""
    found, place = [], 0
    text = text.strip()
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None:
            raise BadInput(
                f"a filter is words and comparisons such as {EXAMPLE}, got {text[place:][:60]!r}."
            )
        place = term.end()
        if word := term["word"]:
            found.append(_anywhere(word.strip('"')))
        else:
            found.append(_compared(term["name"].lower(), term["how"], term["value"]))
    return found


def _anywhere(word: str) -> Condition:
    pattern = "%" + re.sub(r"([%_\\])", r"\\\1", word) + "%"
    some = " OR ".join(rf"{COLUMNS[name].sql} LIKE ? ESCAPE '\'" for name in _PLACES)
    return f"({some})", [pattern] * len(_PLACES)


def _compared(name: str, how: str, text: str) -> Condition:
    column = COLUMNS[choice("a filter's column", name, COLUMNS)]
    values = [_value(column, how, part) for part in text.strip('"').split("|")]
    if how not in ("=", "!="):
        if len(values) > 1 or isinstance(values[0], str) or values[0] is None:
            raise BadInput(f"{name} {how} must be followed by one number, got {text!r}.")
        number = f"typeof({column.sql}) IN ('integer', 'real')"  # a schedule is a text
        return f"({number} AND {column.sql} {how} ?)", values
    one = " OR ".join([_same(column)] * len(values))
    return f"{'NOT ' * (how == '!=')}({one})", values


def _same(column: Column) -> str:
    if column.several:
        return (f"EXISTS (SELECT 1 FROM json_each({column.sql}) AS one "
                "WHERE one.value = ? COLLATE NOCASE)")  # fmt: skip
    return f"{column.sql} IS ? COLLATE NOCASE"


def _value(column: Column, how: str, text: str) -> Any:
    """``text`` as the column has it: a number, a truth, a word, or none."""
    if text.lower() == "none" and "none" not in CHOICES.get(column.name, ()):
        return None
    if column.time:
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            raise BadInput(
                f"{column.name} must be compared with a day such as 2026-03-01, got {text!r}."
            ) from None
    if isinstance(column.default, bool):
        if text.lower() not in _BOOLS:
            raise BadInput(f"{column.name} must be yes or no, got {text!r}.")
        return _BOOLS[text.lower()]
    if not column.numeric:
        return text
    try:
        return float(text)
    except ValueError:
        if how in ("=", "!=") and column.setting and re.search(r"[@:>]", text):
            return text  # a schedule
        raise BadInput(f"{column.name} must be compared with a number, got {text!r}.") from None
