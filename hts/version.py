"""This package's version, and where its sources lie."""

from __future__ import annotations

from pathlib import Path

VERSION = "0.1.0"
PACKAGE = Path(__file__).resolve().parent  # the folder ``hts``
