"""Small setups, and reproductions made up so that the answer to every claim is known."""

from __future__ import annotations

import sys
from collections.abc import Callable

from hts.reproduce import protocols
from hts.reproduce.records import Cell, Look, Network
from hts.reproduce.result import Reproduction, Source
from hts.reproduce.setup import STRONG, Setup
from hts.runs.measured import LEVELS

TINY = Setup(
    name="digits-tiny",
    title="Digits, tiny",
    base={"data": "digits", "lr": 0.1, "batch_size": 200, "iterations": 12, "device": "cpu"},
    regimes=("early-80", "full"),
    widths=(20, 40),
    levels={"III": (STRONG,)},
    alphas=(1.5,),
    steps=10,
    seeds=2,
)
MADE = TINY.smaller(levels=dict.fromkeys(("I", "II", "III"), (STRONG,)), alphas=(1.75, 1.5),
                    seeds=20)  # fmt: skip

Numbers = Callable[[Cell], tuple[float, float]]


def as_claimed(cell: Cell) -> tuple[float, float]:
    """Norm-compressible share and accuracy lost by removing 80 %: the claims hold."""
    heavy = cell.alpha is not None and cell.alpha < 2
    share = 12 + (100 * (2 - (cell.alpha or 2)) + cell.width / 4) * heavy
    return share, 5.0 if heavy else 40.0


def flat(cell: Cell) -> tuple[float, float]:
    """Noise changes nothing."""
    return 12.0, 20.0


def made_up(setup: Setup = MADE, numbers: Numbers = as_claimed) -> list[Network]:
    """Every network of a setup; seeds differ by a hundredth of a point."""
    cells = [c for w in setup.widths for c in (*setup.heavy_cells(w), *setup.control_cells(w))]
    return [_network(setup, cell, seed, numbers) for cell in cells for seed in setup.seed_list()]


def _network(setup: Setup, cell: Cell, seed: int, numbers: Numbers) -> Network:
    share, lost = numbers(cell)
    jitter = 0.01 * (seed % 7) + 0.003 * len(cell.noise)
    accuracy = tuple(round(90 + jitter - lost * level / 0.8, 4) for level in LEVELS)
    look = Look(
        step=10, stops=setup.regimes, train_accuracy=95.0, accuracy=accuracy,
        compressible=share + jitter, pruned=accuracy[0] - 0.5, by_gradient=0.1, by_noise=3.0,
    )  # fmt: skip
    return Network(**cell._asdict(), sigma=setup.sigma(cell), seed=seed, seconds=0.1, looks=(look,))


def reproduction(setup: Setup = MADE, numbers: Numbers = as_claimed) -> Reproduction:
    """A whole made-up result."""
    networks = made_up(setup, numbers)
    return Reproduction(
        command="python -m hts reproduce --quick",
        created="2026-01-02 03:04 UTC",
        version="0",
        noise="0123456789",
        machine="2 CPU cores",
        planned=len(networks),
        left_out="",
        setups=(setup,),
        data={"digits": Source(source="made up", sha256="0" * 64, train=1438, test=359)},
        networks=tuple(networks),
    )


if __name__ == "__main__":  # `python -m hts reproduce` on something that takes longer than a look
    from hts.studio.cli.main import main

    long = TINY.smaller(seeds=400)
    protocols._MODES["quick"] = (long,)
    sys.exit(main(["reproduce", *sys.argv[1:]]))
