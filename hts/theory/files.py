"""Results as files: those that come with the program, and reading one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from hts.theory.records import RESULTS, Found
from hts.validate import BadInput, choice

SHIPPED = Path(__file__).resolve().parents[2] / "results" / "theory"


def read(name: str, path: Path) -> Found[Any]:
    """The result of the experiment ``name`` in a file; `BadInput` if it is none."""
    choice("experiment", name, RESULTS, why="there are no others")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Found[RESULTS[name]])  # type: ignore
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    except msgspec.DecodeError as error:
        raise BadInput(f"{path} is no result of `python -m hts theory {name}`: {error}.") from None


def shipped(name: str) -> Path | None:
    """The file of the experiment ``name`` that comes with the program, if there is one."""
    path = SHIPPED / f"{name}.json"
    return path if path.exists() else None
