"""Who trains in a run: the noisy networks and their controls, each with every seed.

An *arm* is one kind of noise; its networks have the seeds of the run, ``seed`` upwards.  Networks
of one seed share their start, data order and random bits.  Learning rate and sigma, with their
schedules, are everybody's; alpha and the noise type move the first arm only: another heavy-tailed
control keeps the alpha of the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, Protocol, Self, TypeVar

from hts.validate import BadInput

# Who trains beside whom; a network of such a run has none of them.
TOGETHER: Mapping[str, Any] = MappingProxyType(
    {"replicates": 1, "controls": "off", "equal_steps": False}
)
MAIN = "main"  # the key of the noisy networks
EQUAL_STEPS = "-steps"  # ends the key of a control that trains as long as the noisy network


class Settings(Protocol):
    """What `hts.config.RunConfig` has of this."""

    @property
    def seed(self) -> int: ...
    @property
    def alpha(self) -> float: ...
    @property
    def noise(self) -> str: ...
    @property
    def replicates(self) -> int: ...
    @property
    def control_noises(self) -> tuple[str, ...]: ...
    @property
    def equal_steps(self) -> bool: ...
    @property
    def target_accuracy(self) -> float | None: ...
    @property
    def hash(self) -> str: ...
    def replace(self, **changes: Any) -> Self: ...


Config = TypeVar("Config", bound=Settings)


@dataclass(frozen=True, kw_only=True)
class Arm(Generic[Config]):
    """One kind of network of a run.  ``config``: of its first seed, alone.

    ``key`` names it in files, addresses and JSON: `MAIN`, or a control's noise type, with
    `EQUAL_STEPS` at the end where it trains as many steps as the noisy network of its seed.
    """

    key: str
    config: Config

    @property
    def equal_steps(self) -> bool:
        """Whether it ends with the noisy network of its seed, not at a target of its own."""
        return self.key.endswith(EQUAL_STEPS)


@dataclass(frozen=True, kw_only=True)
class Member(Generic[Config]):
    """One network of a run.  ``config``: as it would train alone."""

    arm: Arm[Config]
    seed: int

    @property
    def key(self) -> str:
        """``gaussian.3``: its arm and its seed."""
        return f"{self.arm.key}.{self.seed}"

    @property
    def config(self) -> Config:
        return self.arm.config.replace(seed=self.seed)


def trains_several(config: Settings) -> bool:
    """Whether a run of ``config`` is more than one network."""
    return config.replicates > 1 or (bool(config.control_noises) and len(arms(config)) > 1)


def in_words(config: Settings) -> str:
    """``8 seeds, 2 controls``; of one network ``seed 3``."""
    seeds = config.replicates
    controls = len(arms(config)) - 1 if config.control_noises else 0
    said = f"{seeds} seeds" if seeds > 1 else f"seed {config.seed}"
    return f"{said}, {controls} control{'s' * (controls > 1)}" if controls else said


def arms(config: Config) -> list[Arm[Config]]:
    """The noisy arm, then the controls in the order given, each once.

    A control that begins as the noisy network itself is left out, whatever that becomes.
    """
    alone = config.replace(**TOGETHER)
    begun = alone.replace(noise=config.noise, alpha=config.alpha)
    found = {begun.hash: Arm(key=MAIN, config=alone)}
    for noise in config.control_noises:
        control = alone.replace(noise=noise, alpha=config.alpha)
        found.setdefault(control.hash, Arm(key=noise, config=control))
    several = list(found.values())
    if config.equal_steps and config.target_accuracy is not None:
        several += [
            Arm(key=arm.key + EQUAL_STEPS, config=arm.config.replace(target_accuracy=None))
            for arm in several[1:]
        ]
    return several


def members(config: Config) -> list[Member[Config]]:
    """Every network of a run of ``config``: arm by arm, and within one by seed."""
    seeds = range(config.seed, config.seed + config.replicates)
    return [Member(arm=arm, seed=seed) for arm in arms(config) for seed in seeds]


def member_named(config: Config, key: str) -> tuple[int, Member[Config]]:
    """The network called ``key`` and its place in `members`; `BadInput` if there is none."""
    for place, member in enumerate(members(config)):
        if member.key == key:
            return place, member
    known = ", ".join(member.key for member in members(config)[:8])
    raise BadInput(f"there is no network {key!r} in this run: its networks are {known}, ...")
