"""What commands print, without what a terminal would obey: colours, moves, text turned round.

Names of files, arrays, sweeps and people are printed as they are kept, and may hold such letters.
"""

from __future__ import annotations

import re
from typing import TextIO

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Plain:
    """A stream that spells out control characters; ``bars``: it shows bars of progress."""

    def __init__(self, stream: TextIO, *, bars: bool = False) -> None:
        self._stream = stream
        self._bars = bars

    def write(self, text: str) -> int:
        self._stream.write(_OBEYED.sub(self._spelt, text))
        return len(text)

    def _spelt(self, found: re.Match[str]) -> str:
        if self._bars and found[0] == "\r":
            return "\r"
        return f"\\u{ord(found[0]):04x}"  # also within JSON

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)
