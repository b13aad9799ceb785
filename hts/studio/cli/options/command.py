"""A command, or a part of one: its help ends with an example, its options are written out."""

from __future__ import annotations

import argparse
from typing import Any

PROGRAM = "python -m hts"


class Command(argparse.ArgumentParser):
    """``example``: what follows ``python -m hts`` in it.  Its parts are of this class too."""

    def __init__(self, *, example: str | None = None, **options: Any) -> None:
        if example is not None:
            options["epilog"] = f"example: {PROGRAM} {example}"
        super().__init__(allow_abbrev=False, **options)
