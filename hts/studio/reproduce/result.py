"""A reproduction as a file: what was run, on what data, by which command, and every run's numbers.

Verdicts and table are worked out from the runs whenever the file is read, so they cannot differ
from them.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from hts.data import Dataset, info
from hts.data import load as load_data
from hts.foreign import guarded
from hts.records import decode
from hts.studio.reproduce.claims import Claim, claims
from hts.studio.reproduce.equal_share import Compared, compared
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.records import ReproducedRun, reproduced
from hts.studio.reproduce.released import Deviation, deviations
from hts.studio.reproduce.table import Row, rows
from hts.studio.store.paths import replacing
from hts.studio.store.sweep_row import Member
from hts.version import PACKAGE, VERSION

SCHEMA = 1
SHIPPED = PACKAGE.parent / "results" / "reproduce"
"""Where the results that come with the program lie, each made by the command it names."""


@dataclass(frozen=True, kw_only=True)
class Kick:
    """Median over training examples: how far noise of scale 1 moves a unit's preactivation."""

    all_alike: float  # type I: |sum_j x_j|
    independent: float  # type II at alpha 1.75: (sum_j |x_j|^1.75)^(1/1.75)
    round: float  # type III: ||x||_2

    def of(self, kind: str) -> float:
        return {"I": self.all_alike, "II": self.independent, "III": self.round}[kind]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A dataset that runs were trained on."""

    source: str  # one line: where its bytes came from
    sha256: str  # of the bytes of x_train, y_train, x_test, y_test as networks see them
    train: int
    test: int


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """A whole reproduction.  ``planned``: how many runs its protocol has."""

    command: str
    created: str  # date and time, UTC
    version: str
    machine: str  # in words
    planned: int
    protocol: Protocol
    data: dict[str, Source]
    kick: Kick
    runs: list[ReproducedRun] = field(default_factory=list)
    schema: int = SCHEMA

    @functools.cached_property
    def claims(self) -> list[Claim]:
        return claims(self.protocol, self.runs)

    @functools.cached_property
    def deviations(self) -> list[Deviation]:
        return deviations(self.protocol, self.runs)

    @functools.cached_property
    def rows(self) -> list[Row]:
        return rows(self.runs)

    @functools.cached_property
    def compared(self) -> list[Compared]:
        return compared(self.protocol, self.runs)

    @property
    def seconds(self) -> float:
        """Training time summed over runs; several go at a time."""
        return sum(run.seconds for run in self.runs)

    @property
    def complete(self) -> bool:
        return len(self.runs) == self.planned


def kick(dataset: Dataset) -> Kick:
    """From the characteristic functions of the types: exp(-|sum_j u_j|^alpha) and its like."""
    x = dataset.x_train.astype(np.float64)
    return Kick(
        all_alike=float(np.median(np.abs(x.sum(1)))),
        independent=float(np.median((np.abs(x) ** 1.75).sum(1) ** (1 / 1.75))),
        round=float(np.median(np.sqrt((x**2).sum(1)))),
    )


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


def to_json(result: Reproduction) -> str:
    """JSON text, one run a line, with the verdicts beside them to be read by people."""
    found = dataclasses.asdict(result)
    lines = [msgspec.json.encode(run).decode() for run in found.pop("runs")]
    told = [
        {"claim": c.title, "verdict": c.ruling, "parts": {p.name: p.says for p in c.parts}}
        for c in result.claims
    ]
    head = msgspec.json.format(msgspec.json.encode({**found, "verdicts": told}), indent=1).decode()
    body = ",\n".join(lines)
    return f'{head[:-2]},\n "runs": [\n{body}\n]\n}}\n'


def save(result: Reproduction, path: Path) -> None:
    with replacing(path) as file:
        file.write(to_json(result).encode())


def load(path: Path) -> Reproduction:
    """Read a file that `save` wrote; `BadInput` if it is none."""
    with guarded(str(path), says="is no result of `python -m hts reproduce`"):
        return decode(path.read_bytes(), Reproduction)


def shipped() -> Sequence[Path]:
    """The files that come with the program, in the order of their names."""
    return sorted(SHIPPED.glob("*.json"))


def made(protocol: Protocol, members: Sequence[Member], *, command: str) -> Reproduction:
    """The result of a sweep over ``protocol``; runs that failed or have not ended are missing."""
    done = [member for member in members if member.result is not None]
    names = dict.fromkeys(member.config.data for member in members)
    loaded = {name: load_data(name) for name in names}
    return Reproduction(
        command=command,
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=VERSION,
        machine=f"{os.cpu_count()} CPU cores, {platform.machine()}",
        planned=len(members),
        protocol=protocol,
        data={name: source(dataset) for name, dataset in loaded.items()},
        kick=kick(loaded[info(protocol.data).name]),
        runs=[reproduced(m.config, m.result) for m in done if m.result is not None],
    )
