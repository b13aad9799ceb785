"""Draws the rooms of this repository from its imports before the pages are read."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from bench.house.figure import draw


def _drawn(app: Sphinx) -> None:
    Path(app.srcdir, "house.svg").write_text(draw(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", _drawn)
    return {"parallel_read_safe": True}
