"""The pages there are: the files in ``pages/`` and those of the folders named by ``HTS_PAGES``.

Each says in its first assignment what the navigation shows of it, as plain values that are read
without running the page::

    PAGE = {"title": "Train", "icon": "play_circle", "place": 10}

``icon`` is a name of Google's Material Symbols, ``place`` orders the navigation, ``group`` is the
menu it stands in (none: by itself), ``admin`` says that only admins see it and ``hidden`` that no
menu names it.
"""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hts.validate import BadInput

OWN = Path(__file__).resolve().parents[2]
VARIABLE = "HTS_PAGES"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as the navigation shows it; its address is the name of its file."""

    path: Path
    title: str
    icon: str
    place: float
    group: str = ""
    admin: bool = False
    hidden: bool = False


@cache
def pages() -> tuple[Page, ...]:
    """Every page, in the order of the navigation; raises `BadInput` for one without its header."""
    named = os.environ.get(VARIABLE, "").split(os.pathsep)
    folders = [OWN, *(Path(name) for name in named if name)]
    found = [_read(path) for folder in folders for path in sorted(folder.glob("*.py"))]
    return tuple(sorted(found, key=lambda page: page.place))


def _read(path: Path) -> Page:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGE":
            try:
                return Page(path=path, **ast.literal_eval(node.value))
            except (TypeError, ValueError) as error:
                raise BadInput(f"PAGE of {path} cannot be used: {error}.") from None
    raise BadInput(
        f'{path} is no page: it needs PAGE = {{"title": ..., "icon": ..., "place": ...}}.'
    )
