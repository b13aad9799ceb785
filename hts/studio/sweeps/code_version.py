"""Which code computed something: results of two versions may differ in their last bits."""

from __future__ import annotations

import functools
import hashlib

from hts.version import PACKAGE, VERSION

_DIGITS = 12


@functools.lru_cache(maxsize=1)
def code_version() -> str:
    """The package's version, ``+``, and the start of a SHA-256 over its sources as they lie here.

    Two installations with one version number and different sources differ.
    """
    root = PACKAGE
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        found.update(f"{path.relative_to(root).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{VERSION}+{found.hexdigest()[:_DIGITS]}"
