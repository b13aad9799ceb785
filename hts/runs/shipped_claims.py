"""The networks on which the claims of the presets were checked, as they come with the program.

Only the networks are stored: figures, sentences and verdicts are worked out whenever they are read.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from hts.records import decode
from hts.runs.measured import LEVELS, Measured
from hts.version import ROOT

SHIPPED = ROOT / "results" / "presets"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The networks of one preset.  ``settings``: `Preset.mark` of the settings they had."""

    preset: str
    settings: str
    command: str
    created: str  # date, UTC
    version: str
    levels: list[float]  # pruned shares of the accuracies
    networks: list[Measured]


def write(checked: Checked, folder: Path) -> Path:
    """Store it in ``folder``, a network a line; gives the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ",\n".join(msgspec.json.encode(one).decode() for one in checked.networks)
    head = msgspec.json.encode(replace(checked, networks=[])).decode().removesuffix("]}")
    path = folder / f"{checked.preset}.json"
    path.write_text(f"{head}\n{rows}\n]}}\n", encoding="utf-8")
    return path


def shipped(preset: str, settings: str) -> list[Measured] | None:
    """The networks that come with the program; None without, or if theirs were other settings."""
    found = _read(SHIPPED / f"{preset}.json")
    return found.networks if found is not None and found.settings == settings else None


@functools.cache
def _read(path: Path) -> Checked | None:
    """A stored file; None where there is none, or it is of another program."""
    try:
        found = decode(path.read_bytes(), Checked)
    except (OSError, msgspec.DecodeError):
        return None
    return found if tuple(found.levels) == LEVELS else None
