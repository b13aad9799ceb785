"""A reproduction as a file: what was trained, on what data, by which command, and every look.

Verdicts and tables are worked out from the networks whenever the file is read, so they cannot
differ from them.  No torch.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from hts.data import Dataset
from hts.foreign import guarded
from hts.paired.effect import SHARES
from hts.records import decode
from hts.reproduce.records import Cell, Network
from hts.reproduce.setup import Setup
from hts.runs.measured import LEVELS
from hts.validate import BadInput
from hts.version import ROOT, VERSION

SCHEMA = 2
SHIPPED = ROOT / "results" / "reproduce"
"""Where the results that come with the program lie, each made by the command it names."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A dataset that networks were trained on."""

    source: str  # one line: where its bytes came from
    sha256: str  # of the bytes of x_train, y_train, x_test, y_test as networks see them
    train: int
    test: int


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """A whole reproduction.  ``noise``: mark of the noise's values; ``planned``: networks."""

    command: str
    created: str  # date and time, UTC
    version: str
    noise: str
    machine: str  # in words
    planned: int
    left_out: str  # what a larger protocol would have, in words
    setups: tuple[Setup, ...]
    data: dict[str, Source]
    networks: tuple[Network, ...] = ()
    shares: tuple[float, ...] = LEVELS
    schema: int = SCHEMA

    @property
    def seconds(self) -> float:
        """Seconds of one core, summed over networks; one that setups share counts once."""
        alike = {
            msgspec.structs.replace(network, setup="", looks=()): network.seconds
            for network in self.networks
        }
        return sum(alike.values())

    @property
    def complete(self) -> bool:
        return len(self.networks) == self.planned

    @functools.cached_property
    def found(self) -> dict[tuple[Cell, int], Network]:
        """Networks by cell and seed."""
        return {(network.cell, network.seed): network for network in self.networks}

    @functools.cached_property
    def cells(self) -> frozenset[Cell]:
        """What there are networks of."""
        return frozenset(network.cell for network in self.networks)


def source(dataset: Dataset) -> Source:
    """Where ``dataset`` came from, with its checksum."""
    total = hashlib.sha256()
    for part in (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test):
        total.update(np.ascontiguousarray(part).view(np.uint8).data)
    sizes = dataset.sizes
    return Source(
        source=dataset.source,
        sha256=total.hexdigest(),
        train=sizes["train"],
        test=sizes["test"],
    )


def made(
    setups: Sequence[Setup],
    networks: Sequence[Network],
    *,
    sources: dict[str, Source],
    noise: str,
    planned: int,
    command: str,
    left_out: str = "",
) -> Reproduction:
    """The result of networks that were trained now, on this machine."""
    return Reproduction(
        command=command,
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=VERSION,
        noise=noise,
        machine=f"{os.cpu_count()} CPU cores, {platform.machine()}",
        planned=planned,
        left_out=left_out,
        setups=tuple(setups),
        data=sources,
        networks=tuple(networks),
    )


def to_json(result: Reproduction) -> str:
    """JSON text, one network a line."""
    rows = ",\n".join(msgspec.json.encode(one).decode() for one in result.networks)
    bare = msgspec.json.encode(replace(result, networks=()))
    head = msgspec.json.format(bare, indent=1).decode()
    return head.replace('"networks": []', f'"networks": [\n{rows}\n ]')


def load(path: Path) -> Reproduction:
    """Read such a file; `BadInput` if it is none, or one of another program."""
    with guarded(path.name):
        text = path.read_bytes()
    return parsed(text, path.name)


def parsed(text: bytes, name: str) -> Reproduction:
    """The content of such a file that is called ``name``."""
    with guarded(name, says="is no result of python -m hts reproduce"):
        schema = decode(text, _Any).schema
        if not schema:
            raise ValueError("it has no schema")
        if schema == SCHEMA:
            found = decode(text, Reproduction)
    if schema != SCHEMA:
        raise BadInput(
            f"{name} has schema {schema}, this program reads {SCHEMA}: such runs cannot be "
            "compared with today's."
        )
    if found.shares != LEVELS:
        raise BadInput(f"{name} has accuracies at other pruned shares than {SHARES}.")
    return found


class _Any(msgspec.Struct):
    schema: int = 0


def shipped() -> Sequence[Path]:
    """The files that come with the program: that of the quick protocol, then by name."""
    return sorted(SHIPPED.glob("*.json"), key=lambda path: (path.stem != "quick", path.stem))
