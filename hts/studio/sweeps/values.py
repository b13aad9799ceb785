"""Values of settings as people write them: ``alpha=1.5,1.75,2``, ``seed=1..5``, ``noise=I,II``."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hts.config import RunConfig, check_setting
from hts.studio.typed_number import read_number
from hts.validate import BadInput, choice

MOST_VALUES = 100_000  # of one setting

_DEFAULTS: dict[str, Any] = {f.name: f.default for f in dataclasses.fields(RunConfig)}
_RANGE = re.compile(r"\s*([0-9]{1,18})\s*\.\.\s*([0-9]{1,18})\s*")
_ZERO_FIRST = re.compile(r"0[0-9]+")
_WORDS = {"true": True, "false": False}


def parse_grid(words: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """``["alpha=1.5,2", "seed=1..5"]`` -> the values of each setting, in the given order.

    Raises `BadInput` naming the setting, what was got, and what it accepts.
    """
    grid: dict[str, tuple[Any, ...]] = {}
    for word in words:
        name, text = _split(word, "alpha=1.5,1.75,2 or seed=1..5")
        if name in grid:
            raise BadInput(
                f"{name} is given twice, the second time as {word!r}: list its values once."
            )
        grid[name] = parse_values(name, text)
    return grid


def parse_settings(words: Iterable[str]) -> dict[str, Any]:
    """``["width=2000", "noise=I"]`` -> one value of each setting; the last one counts."""
    pairs = (_split(word, "width=2000") for word in words)
    return {name: parse_value(name, text) for name, text in pairs}


def parse_values(name: str, got: object) -> tuple[Any, ...]:
    """The values of one setting, each once, from text, from a list, or from one value.

    Text lists values with commas between them, or with semicolons where they have decimal commas;
    ``1..5`` stands for the whole numbers 1 to 5.
    """
    _known(name)
    given: Iterable[object]
    if isinstance(got, str):
        given = got.split(";" if ";" in got else ",")
    elif isinstance(got, Iterable) and not isinstance(got, Mapping):
        given = got
    else:
        given = [got]
    parts: list[object] = []
    for part in given:
        several = _unfold(name, part) if isinstance(part, str) else [part]
        if len(parts) + len(several) > MOST_VALUES:  # counted before a range is written out
            raise BadInput(
                f"{name} has too many values: at most {MOST_VALUES} are accepted, since each is at "
                "least one run."
            )
        parts += several
    values = tuple(dict.fromkeys(parse_value(name, part) for part in parts))
    if not values:
        raise BadInput(f"{name} has no values: give at least one, for instance {_example(name)}.")
    return values


def parse_value(name: str, got: object) -> Any:
    """One value of one setting, from text (``none``, ``true``, ``1.75``) or as it is."""
    _known(name)
    if isinstance(got, str):
        got = got.strip()
        if isinstance(_DEFAULTS[name], bool):
            got = _WORDS.get(got.lower(), got)
        elif _DEFAULTS[name] is None and got.lower() == "none":
            got = None
        elif _ZERO_FIRST.fullmatch(got):  # of 0,07: to some 0.07, here the two values 0 and 07
            raise BadInput(f"{name} has the value {got!r}: write a decimal point, as in 0.{got}.")
        elif _DEFAULTS[name] is None or isinstance(_DEFAULTS[name], int | float):
            with contextlib.suppress(BadInput):
                got = read_number(got, whole=isinstance(_DEFAULTS[name], int))
    return check_setting(name, got)


def _known(name: str) -> None:
    choice("a setting", name, _DEFAULTS)


def _split(word: str, example: str) -> tuple[str, str]:
    name, equals, text = word.partition("=")
    if not equals or not name.strip() or not text.strip():
        raise BadInput(f"a setting is given as NAME=VALUE, for instance {example}; got {word!r}.")
    name = name.strip().replace("-", "_")
    _known(name)
    return name, text


def _unfold(name: str, text: str) -> Sequence[object]:
    """The whole numbers of ``first..last``, or the text itself."""
    found = _RANGE.fullmatch(text)
    if found is None:
        if ".." in text:
            raise BadInput(
                f"{name} has the range {text.strip()[:80]!r}: a range is two whole numbers such as "
                "1..5; list other values with commas."
            )
        return [text]
    first, last = int(found[1]), int(found[2])
    if last < first:
        raise BadInput(f"{name} has the range {text.strip()}, which ends before it begins.")
    return range(first, last + 1)


def _example(name: str) -> str:
    return f"{name}={'none' if _DEFAULTS[name] is None else _DEFAULTS[name]}"
