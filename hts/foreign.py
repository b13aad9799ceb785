"""The guard at the trust boundary: whatever a parser makes of foreign bytes becomes one sentence.

A damaged file makes parsers raise anything: `tokenize.TokenError`, `zlib.error`, `struct.error`,
`RecursionError`, `MemoryError`, `OverflowError` and a dozen more.  Listing them never ends, so the
guard takes every `Exception`.  It therefore belongs tightly around the parser and not around code
of ours; what it caught stays the cause of the `BadInput`, and ``HTS_TRACEBACK=1`` makes the command
line print it, so that a fault of ours can be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hts.validate import BadInput, printable

_LONGEST = 200  # characters of what a parser says


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
    said = (error.strerror or "") if isinstance(error, OSError) else str(error)
    line = " ".join(said[: 4 * _LONGEST].split())
    return printable(line, _LONGEST).rstrip(".") or type(error).__name__
