"""The settings of a price list: one dataset, one network, one budget for all methods.  No torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hts.seeds import LARGEST_SEED
from hts.validate import BadInput, choice, number, whole

REPORTED = tuple(range(1, 21))
CHOOSING = tuple(range(101, 106))
VALIDATION = 0.2  # share of the training set that hyperparameters are chosen on


@dataclass(frozen=True, kw_only=True)
class PriceSettings:
    """One-layer networks, practical form, both layers trained, noise on the hidden one.

    Hyperparameters are chosen with the seeds ``choosing`` on a validation part of the training set,
    and reported with ``seeds`` on the test set.  Raises `BadInput`.
    """

    data: str = "digits"
    width: int = 1000
    lr: float = 0.1
    batch_size: int = 100
    steps: int = 1000  # of every method
    seeds: tuple[int, ...] = REPORTED
    choosing: tuple[int, ...] = CHOOSING
    most_train: int = 12_500  # examples of the training set, the first ones
    target: float = 95.0  # training accuracy in percent whose first step is told
    tuning: int = 100  # steps of fine-tuning after pruning, of every method
    attacked: int = 300  # test examples, the first ones
    attack_steps: int = 20
    radius: float = 0.125  # of attacks, over the median distance to another class

    def __post_init__(self) -> None:
        whole("width", self.width, low=50, high=10**5, why="up to 98 % of the units are removed")
        number("lr", self.lr, low=0, high=100, open_low=True)
        whole("batch-size", self.batch_size, low=1, high=10**5, why="a step needs examples")
        whole("steps", self.steps, low=2, high=10**6)
        whole("most-train", self.most_train, low=100, high=10**7, why="networks learn from them")
        whole("tuning", self.tuning, low=1, high=10**5)
        whole("attacked", self.attacked, low=10, high=10**6, why="accuracies are over them")
        whole("attack-steps", self.attack_steps, low=1, high=1000, why="an attack needs some")
        number("radius", self.radius, low=0, high=10, open_low=True)
        number("target", self.target, low=0, high=100, open_low=True)
        for seed in (*self.seeds, *self.choosing):
            whole("seed", seed, low=0, high=LARGEST_SEED, why="it names the random streams")
        for seeds in (self.seeds, self.choosing):
            if len(set(seeds)) < len(seeds):
                raise BadInput(f"each seed must be there once, got {list(seeds)}.")
        if not self.seeds or not self.choosing or set(self.seeds) & set(self.choosing):
            raise BadInput(
                f"seeds and choosing must share no seed, got {list(self.seeds)} and "
                f"{list(self.choosing)}: what is reported must not have been chosen on."
            )


DATA: dict[str, PriceSettings] = {
    "digits": PriceSettings(),
    "ecg5000-binary": PriceSettings(data="ecg5000-binary", steps=800, width=800),
    "mnist": PriceSettings(data="mnist", width=400, steps=800, attacked=200),
}
"""What is run unless something else is asked for."""

QUICK: dict[str, Any] = {
    "width": 200, "steps": 100, "seeds": (1, 2, 3), "choosing": (101,), "most_train": 1000,
    "tuning": 20, "attacked": 100, "attack_steps": 5,
}  # fmt: skip
"""What ``--quick`` changes: a look at the table in about two minutes, no result."""


def settings_for(data: str, *, quick: bool = False, **given: Any) -> PriceSettings:
    """The settings for a dataset; unknown ones and bad values raise `BadInput`."""
    found = DATA[choice("data", data, DATA)]
    return replace(found, **{**(QUICK if quick else {}), **given})


def command(data: str, *, quick: bool = False) -> str:
    """What makes the price list of a dataset."""
    return f"python -m hts reproduce price --data {data}{' --quick' * quick}"
