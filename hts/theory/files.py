"""Results as files: those that come with the program, and reading one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hts.foreign import guarded
from hts.records import decode
from hts.theory.records import RESULTS, VERSION, Found
from hts.validate import BadInput, choice
from hts.version import ROOT

SHIPPED = ROOT / "results" / "theory"


@dataclass(frozen=True)
class _Record:
    record: int


def read(name: str, path: Path) -> Found[Any]:
    """The result of the experiment ``name`` in a file; `BadInput` if it is none."""
    choice("experiment", name, RESULTS)
    with guarded(str(path), says=f"is no result of python -m hts theory {name}"):
        content = path.read_bytes()
        record = decode(content, _Record).record
        if record != VERSION:
            raise BadInput(
                f"{path} holds record {record} of `python -m hts theory {name}`, and this program "
                f"reads record {VERSION}: run it again."
            )
        return decode(content, Found[RESULTS[name]])  # type: ignore


def shipped(name: str) -> Path | None:
    """The file of the experiment ``name`` that comes with the program, if there is one."""
    path = SHIPPED / f"{name}.json"
    return path if path.exists() else None


def all_shipped(name: str) -> dict[str, Path]:
    """The files of the experiment ``name`` by what is said of them, the usual one first.

    ``chaos-alpha-1.5.json`` is said to be ``alpha 1.5``.
    """
    usual = shipped(name)
    others = sorted(SHIPPED.glob(f"{name}-*.json"))
    found = {path.stem[len(name) + 1 :].replace("-", " "): path for path in others}
    return {**({"standard": usual} if usual else {}), **found}
