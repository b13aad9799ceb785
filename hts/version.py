"""This package's version, where its sources lie, and which code computed something."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from hts.registry import plugin_files

VERSION = "0.1.0"
PACKAGE = Path(__file__).resolve().parent  # the folder ``hts``
_BUNDLED = PACKAGE / "bundled"  # made by the build, see pyproject.toml
ROOT = _BUNDLED if _BUNDLED.is_dir() else PACKAGE.parent
"""The folder of app.py, pages and results: the checkout, or their copy in an installed package."""


@functools.lru_cache(maxsize=1)
def code_version() -> str:
    """The package's version, ``+``, and the start of a SHA-256 over its sources as they lie here.

    Those of plugins are among them, app and pages are not.  Two installations with one version
    number and different sources differ, and so may the last bits of their results.
    """
    found = hashlib.sha256()
    for path in sorted(p for p in PACKAGE.rglob("*.py") if not p.is_relative_to(_BUNDLED)):
        found.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    for path in plugin_files():
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{VERSION}+{found.hexdigest()[:12]}"
