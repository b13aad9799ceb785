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
        """Seconds of one core, summed over networks."""
        return sum(network.seconds for network in self.networks)

    @property
    def complete(self) -> bool:
        return len(self.networks) == self.planned

    @functools.cached_property
    def found(self) -> dict[tuple[Cell, int], Network]:
        """Networks by cell and seed."""
        return {(network.cell, network.seed): network for network in self.networks}


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
    with guarded(name, says="is no result of `python -m hts reproduce`"):
        schema = decode(text, _Any).schema
        if not schema:
            raise ValueError("it names no form")
        if schema == SCHEMA:
            found = decode(text, Reproduction)
    if schema != SCHEMA:
        raise BadInput(
            f"{name} has form {schema} of a result of `python -m hts reproduce`; this program "
            f"reads form {SCHEMA}: such runs cannot be compared with today's."
        )
    if found.shares != LEVELS:
        raise BadInput(f"{name} has accuracies at other pruned shares than {SHARES}.")
    return found


class _Any(msgspec.Struct):
    schema: int = 0


def differences(ours: Reproduction, theirs: Reproduction) -> list[str]:
    """Why networks of ``theirs`` must not stand beside ``ours``, a sentence each; none if they may.

    Another version of the noise gives other networks of a seed, other data other accuracies, and a
    setup of the same name with other settings is another experiment.
    """
    found = []
    if theirs.noise != ours.noise:
        found.append(f"its noise is another ({theirs.noise}, here {ours.noise})")
    for name in sorted(set(ours.data) & set(theirs.data)):
        if ours.data[name].sha256 != theirs.data[name].sha256:
            found.append(f"its copy of {name} is another (SHA-256 {theirs.data[name].sha256[:10]})")
    known = {setup.name: setup for setup in ours.setups}
    for setup in theirs.setups:
        other = known.get(setup.name)
        if other is not None and _differ(other, setup):
            found.append(f"its setup {setup.name} has other settings")
    sigmas = {network.cell: network.sigma for network in ours.networks}
    if any(sigmas.get(network.cell, network.sigma) != network.sigma for network in theirs.networks):
        found.append("it has networks with another sigma")
    return found


def joined(ours: Reproduction, theirs: Reproduction, name: str) -> Reproduction:
    """``ours`` with the networks and looks of ``theirs`` (called ``name``) that it lacks.

    Raises `BadInput`, naming what differs, where the two cannot be compared.
    """
    if why := differences(ours, theirs):
        raise BadInput(f"{name} cannot be compared with these runs: {', '.join(why)}.")
    setups = {setup.name: setup for setup in ours.setups}
    for setup in theirs.setups:
        mine = setups.get(setup.name)
        setups[setup.name] = setup if mine is None else mine.with_those_of(setup)
    networks = dict(ours.found)
    for one in theirs.networks:
        known = networks.get((one.cell, one.seed))
        networks[one.cell, one.seed] = one if known is None else known.with_looks_of(one)
    return replace(
        ours,
        command=f"{ours.command} --with {name}",
        setups=tuple(setups.values()),
        data={**theirs.data, **ours.data},
        planned=sum(setup.planned for setup in setups.values()),
        networks=tuple(networks.values()),
    )


def shipped() -> Sequence[Path]:
    """The files that come with the program, in the order of their names."""
    return sorted(SHIPPED.glob("*.json"))


def _differ(one: Setup, other: Setup) -> bool:
    """Whether their networks were trained in different ways."""
    levels = [{x.name: x for xs in setup.levels.values() for x in xs} for setup in (one, other)]
    same = all(levels[1].get(name, level) == level for name, level in levels[0].items())
    ways = [(dict(setup.base), setup.regimes, setup.steps, setup.first) for setup in (one, other)]
    return ways[0] != ways[1] or not same
