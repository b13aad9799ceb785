"""The guard at the trust boundary: whatever a parser makes of foreign bytes becomes one sentence.

A damaged file makes parsers raise anything: `tokenize.TokenError`, `zlib.error`, `struct.error`,
`RecursionError`, `MemoryError`, `OverflowError` and a dozen more.  Listing them never ends, so the
guard takes every `Exception`.  It therefore belongs tightly around the parser and not around code
of ours; what it caught stays the cause of the `BadInput`, and ``HTS_TRACEBACK=1`` makes the command
line print it, so that a fault of ours can be found.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hts.validate import BadInput, printable

_LONGEST = 200  # characters of what a parser says
LARGEST_TEXT = 2**20  # characters of JSON or TOML that a person wrote
_DEEPEST = 32  # lists and tables within each other


@contextmanager
def guarded(
    what: str, hint: str = "", *, says: str = "cannot be read", kind: type[BadInput] = BadInput
) -> Iterator[None]:
    """Turn whatever is raised inside into ``"{what} {says}: {why}. {hint}"``, a ``kind``.

    ``what``: the subject of the sentence, such as ``the header of net.npy``; ``hint``: a sentence
    that says what to do.  `BadInput` passes through, and so does what ends the program.
    """
    try:
        yield
    except BadInput:
        raise
    except Exception as error:
        raise kind(f"{what} {says}: {reason(error)}.{' ' * bool(hint)}{hint}") from error


def reason(error: BaseException) -> str:
    """What a parser's error says, on one line, without the full stop; never empty."""
    if isinstance(error, MemoryError):
        return "it asks for more memory than there is"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if "int_max_str_digits" in str(error):
        return "it holds a number of thousands of digits"
    said = (isinstance(error, OSError) and error.strerror) or str(error)
    line = " ".join(said[: 4 * _LONGEST].split())
    return printable(line, _LONGEST).rstrip(".") or type(error).__name__


def from_json(text: str | bytes, what: str, most: int = LARGEST_TEXT) -> Any:
    """The value of JSON text of at most ``most`` characters, or `BadInput`; ``what`` names it."""
    return _values(json.loads, "JSON", text, what, most)


def from_toml(text: str | bytes, what: str, most: int = LARGEST_TEXT) -> dict[str, Any]:
    """The tables of TOML text of at most ``most`` characters, or `BadInput`."""
    return _values(tomllib.loads, "TOML", text, what, most)


def text_of(path: Path, most: int = LARGEST_TEXT) -> str:
    """The text of a UTF-8 file, with or without a byte order mark, or `BadInput`."""
    with guarded(str(path)), path.open("rb") as handle:
        content = handle.read(4 * most + 1)
        if len(content) > 4 * most:
            raise ValueError(f"it has more than {4 * most:,} bytes")
        return content.decode("utf-8-sig")


def _values(parse: Callable[[str], Any], kind: str, text: str | bytes, what: str, most: int) -> Any:
    with guarded(what, says=f"cannot be read as {kind}"):
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        if len(text) > most:
            raise ValueError(f"it has {len(text):,} characters, at most {most:,} are accepted")
        values = parse(text.removeprefix("\ufeff"))
        if text.isascii() and "\\" not in text and text.count("[") + text.count("{") < _DEEPEST:
            return values
        level = [values]
        for _ in range(_DEEPEST):
            level = [inner for value in level for inner in _inside(value)]
        if level:
            raise RecursionError
    return values


def _inside(value: Any) -> list[Any]:
    """What a list or table holds; its texts are valid Unicode."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
