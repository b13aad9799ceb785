"""A result that somebody else made is held to what every result is, before anything uses it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from hts.config import RunConfig
from hts.data import info
from hts.paired.trend_test import MOST_TREATMENTS
from hts.reproduce.records import Look, Network
from hts.reproduce.regimes import REGIMES
from hts.reproduce.result import Reproduction
from hts.reproduce.setup import Setup
from hts.runs.measured import LEVELS
from hts.validate import BadInput, choice, whole

MOST_NETWORKS, MOST_SEEDS = 20_000, 200  # more are for the command line
_WHY = "a result has no others"


def checked(
    found: Reproduction, name: str, *, networks: int = MOST_NETWORKS, seeds: int = MOST_SEEDS
) -> Reproduction:
    """``found`` itself; `BadInput` names what a file called ``name`` holds that no result does.

    ``networks`` and ``seeds``: how many it may have at most.
    """
    known = checked_setups(found, name, networks=networks, seeds=seeds)
    for network in found.networks:
        if network.setup not in known:
            raise BadInput(f"{name} has networks of a setup that it does not have.")
        _network(network, known[network.setup], name)
    _cells(found, known, name)
    return found


def checked_setups(
    found: Reproduction, name: str, *, networks: int, seeds: int
) -> dict[str, Setup]:
    """The setups of ``found`` by name, held to the same, whatever became of its networks."""
    for setup in found.setups:
        _setup(setup, name, seeds)
        if setup.data not in found.data:
            raise BadInput(f"{name} does not say which copy of {setup.data} it was trained on.")
    planned = sum(setup.planned for setup in found.setups)
    if not found.setups or max(planned, len(found.networks)) > networks:
        raise BadInput(f"{name} must hold up to {networks:,} networks, got {planned:,}.")
    if found.planned != planned:
        raise BadInput(f"{name} must plan {planned:,} networks as its setups do, got "
                       f"{found.planned:,}.")  # fmt: skip
    known = {setup.name: setup for setup in found.setups}
    if len(known) < len(found.setups):
        raise BadInput(f"{name} has two setups of one name.")
    return known


def _setup(setup: Setup, name: str, seeds: int) -> None:
    for regime in setup.regimes:
        choice(f"a regime of {name}", regime, REGIMES, why=_WHY)
    whole(f"the seeds of {name}", setup.seeds, low=1, high=seeds, why=_WHY)
    whole(f"the first seed of {name}", setup.first, low=0, high=10**9, why=_WHY)
    whole(f"the steps of {name}", setup.steps, low=1, high=10**7, why=_WHY)
    if not {"data", "lr", "iterations"} <= set(setup.base):
        raise BadInput(f"{name} has a setup without data, learning rate or budget.")
    for what, given, most in (
        ("widths", setup.widths, MOST_TREATMENTS), ("alphas", setup.alphas, MOST_TREATMENTS - 1),
        ("types of noise", tuple(setup.levels), 3), ("regimes", setup.regimes, len(REGIMES)),
        *(("levels", [level.name for level in levels], 5) for levels in setup.levels.values()),
    ):  # fmt: skip
        if not 1 <= len(given) <= most or len(set(given)) < len(given):
            raise BadInput(
                f"{name} must have 1 to {most} different {what} in a setup, got "
                f"{', '.join(map(str, given)) or 'none'}."
            )
    if not _falls((2.0, *setup.alphas)) or not _falls(setup.widths[::-1]):
        raise BadInput(
            f"{name} must have alphas below 2 that fall and widths that grow in a setup, got "
            f"{setup.alphas} and {setup.widths}."
        )
    info(setup.data)  # says which there are
    for level in (level for levels in setup.levels.values() for level in levels):
        sizes = [size for size in (level.strength, level.sigma) if size is not None]
        if len(sizes) != 1 or not 0.001 <= sizes[0] < 10**6:
            raise BadInput(f"{name} must have a strength or a sigma for each level of its noise.")
    for cell in setup.cells(setup.widths[0]):
        noise = {"noise": cell.noise, "alpha": cell.alpha or 2.0, "width": cell.width}
        RunConfig.from_dict({**setup.base, **noise, "seed": setup.first})


def _cells(found: Reproduction, known: Mapping[str, Setup], name: str) -> None:
    """Every network is there once, and is one of its setup."""
    if len(found.found) < len(found.networks):
        raise BadInput(f"{name} has a network twice.")
    cells = {c for setup in known.values() for width in setup.widths for c in setup.cells(width)}
    for network in found.networks:
        if network.cell not in cells or network.seed not in known[network.setup].seed_list():
            raise BadInput(f"{name} has a network that its setup {network.setup} does not have.")


def _network(network: Network, setup: Setup, name: str) -> None:
    for look in network.looks:
        if len(look.accuracy) not in (0, len(LEVELS)) or not _percents(_of(look)):
            raise BadInput(f"{name} has accuracies or shares that are no percentages.")
        if look.by_gradient < 0 or look.by_noise < 0:
            raise BadInput(f"{name} has distances below 0.")
    if network.seconds < 0 or (network.sigma > 0) != (network.alpha is not None):
        raise BadInput(
            f"{name} must have seconds of at least 0 and a sigma above 0, or 0 without noise, got "
            f"{network.seconds:g} and {network.sigma:g}."
        )
    steps = [look.step for look in network.looks]
    if not _falls((setup.budget + 1, *steps[::-1], 0)):
        raise BadInput(
            f"{name} must look at a network at steps that grow from 1 to its setup's budget of "
            f"{setup.budget}, got {_few(steps)}."
        )
    stops = [regime for look in network.looks for regime in look.stops]
    if sorted(stops) != sorted(setup.regimes):
        raise BadInput(
            f"{name} must end a network once in each regime, {', '.join(setup.regimes)}, got "
            f"{_few(stops)}."
        )
    if any(look.diverged for look in network.looks[:-1]):
        raise BadInput(f"{name} has looks at a network after it diverged.")


def _falls(values: Sequence[float]) -> bool:
    return all(a > b for a, b in itertools.pairwise(values))


def _few(values: Sequence[object]) -> str:
    return ", ".join(map(str, values[:10])) or "none"


def _of(look: Look) -> Iterable[float]:
    return (*look.accuracy, look.compressible, look.pruned, look.train_accuracy)


def _percents(values: Iterable[float]) -> bool:
    return all(0 <= value <= 100 for value in values)
