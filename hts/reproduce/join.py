"""Results put together: networks of several files as one result, where no verdict loses a seed.

What they came to decides nothing here, only which networks there are.  No torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hts.reproduce.claim import named
from hts.reproduce.records import Cell, Network
from hts.reproduce.result import Reproduction
from hts.reproduce.setup import Setup
from hts.validate import BadInput


def differences(ours: Reproduction, theirs: Reproduction) -> list[str]:
    """Why networks of ``theirs`` must not stand beside ``ours``, a sentence each; none if they may.

    Another version of the noise gives other networks of a seed, other data other accuracies, and a
    setup of the same name with other settings is another experiment.
    """
    found = []
    if theirs.noise != ours.noise:
        found.append(f"its noise version differs ({theirs.noise}, here {ours.noise})")
    for name in sorted(set(ours.data) & set(theirs.data)):
        if ours.data[name].sha256 != theirs.data[name].sha256:
            found.append(f"its copy of {name} differs (SHA-256 {theirs.data[name].sha256[:10]})")
    known = {setup.name: setup for setup in ours.setups}
    for setup in theirs.setups:
        other = known.get(setup.name)
        if other is not None and _differ(other, setup):
            found.append(f"its setup {setup.name} has other settings")
    sigmas = {network.cell: network.sigma for network in ours.networks}
    if any(sigmas.get(network.cell, network.sigma) != network.sigma for network in theirs.networks):
        found.append("it has networks with another sigma")
    return found


def joined(ours: Reproduction, others: Sequence[tuple[str, Reproduction]]) -> Reproduction:
    """``ours`` with the networks and looks that it lacks of ``others``, results by name.

    Raises `BadInput`, naming the file, for one that cannot be compared, for another copy of a
    network that went another way, and where a verdict would rest on fewer seeds than before:
    results of one setup have the same cells, or all their cells together have the same seeds.
    """
    found = ours
    for name, theirs in others:
        found = _pooled(found, theirs, name)
    for setup in found.setups:
        _no_seed_is_lost(setup, [("these runs", ours), *others], found)
    return found


def _pooled(ours: Reproduction, theirs: Reproduction, name: str) -> Reproduction:
    if why := differences(ours, theirs):
        raise BadInput(f"{name} cannot be compared with these runs: {', '.join(why)}.")
    setups = {setup.name: setup for setup in ours.setups}
    for setup in theirs.setups:
        mine = setups.get(setup.name)
        setups[setup.name] = setup if mine is None else mine.with_those_of(setup)
    networks = dict(ours.found)
    for one in theirs.networks:
        known = networks.get((one.cell, one.seed))
        networks[one.cell, one.seed] = one if known is None else _one(known, one, name)
    return replace(
        ours,
        command=f"{ours.command} --with {name}",
        setups=tuple(setups.values()),
        data={**theirs.data, **ours.data},
        planned=sum(setup.planned for setup in setups.values()),
        networks=tuple(networks.values()),
    )


def _one(ours: Network, theirs: Network, name: str) -> Network:
    if (found := ours.with_looks_of(theirs)) is None:
        raise BadInput(
            f"{name} has another network with seed {ours.seed} than these runs: {ours.setup}, n = "
            f"{ours.width}, {named(ours.cell)}. Its steps or accuracies differ, as they can on "
            "another kind of processor: show each by itself with --from."
        )
    return found


def _no_seed_is_lost(
    setup: Setup, sources: Sequence[tuple[str, Reproduction]], found: Reproduction
) -> None:
    there = [(name, seeds) for name, one in sources if (seeds := _seeds(one, setup.name))]
    if all(set(seeds) == set(there[0][1]) for _, seeds in there):
        return
    seeds = _seeds(found, setup.name)
    most = set[int]().union(*seeds.values())
    if cell := next((cell for cell in seeds if seeds[cell] != most), None):
        count = " and ".join(f"{len(of[cell])} in {name}" for name, of in there if cell in of)
        raise BadInput(
            f"{' and '.join(name for name, _ in there)} have networks of {setup.name} with "
            f"{len(most)} seeds, but of n = {cell.width}, {named(cell)} there are {count}: "
            "verdicts would rest on fewer seeds than now. Train the same seeds of each, or show "
            "each by itself with --from."
        )


def _seeds(result: Reproduction, setup: str) -> dict[Cell, set[int]]:
    """The seeds of each cell of ``setup`` that there are networks of."""
    found: dict[Cell, set[int]] = {}
    for network in result.networks:
        if network.setup == setup:
            found.setdefault(network.cell, set()).add(network.seed)
    return found


def _differ(one: Setup, other: Setup) -> bool:
    """Whether their networks were trained in different ways."""
    levels = [{x.name: x for xs in setup.levels.values() for x in xs} for setup in (one, other)]
    same = all(levels[1].get(name, level) == level for name, level in levels[0].items())
    ways = [(dict(setup.base), setup.regimes, setup.steps, setup.first) for setup in (one, other)]
    return ways[0] != ways[1] or not same
