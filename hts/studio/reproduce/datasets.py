"""The protocols there are, by dataset and mode, with the reasons for their settings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TypeVar

from hts.studio.reproduce.protocol import (
    MODES,
    PUBLISHED_ALPHAS,
    TYPES,
    Beyond,
    Mode,
    Protocol,
)
from hts.validate import BadInput, choice

_CNN = Beyond(
    name="CNN",
    settings={
        "data": "cifar10", "model": "cnn", "width": 32, "lr": 0.2, "batch_size": 50,
        "iterations": 1200, "eval_every": 1200, "target_accuracy": None,
    },
    noises={"II": 0.0003},
    most_seeds=3,
)  # fmt: skip
_LONGER_CNN = dataclasses.replace(
    _CNN,
    settings={**_CNN.settings, "iterations": 1600, "eval_every": 1600},
    noises={"II": 0.0003, "III": 0.0005},
)
_DEPTH_2 = Beyond(
    name="Depth 2", settings={"depth": 2, "width": 500}, noises={"II": 0.1, "III": 0.1}
)
_LITTLE_NOISE = dataclasses.replace(_DEPTH_2, noises={"II": 0.001, "III": 0.001})
_DEPTH_3 = dataclasses.replace(_DEPTH_2, name="Depth 3", settings={"depth": 3, "width": 500})
_ECG_QUICK = Protocol(
    data="ecg5000-binary",
    mode="quick",
    base={
        "lr": 0.01,
        "batch_size": 500,
        "target_accuracy": 95.0,
        "eval_every": 10,
        "iterations": 3000,
    },
    widths=(2000, 10000),
    alphas=(2.0, 1.9, 1.75),
    sigmas=dict.fromkeys(TYPES, (0.1, 1.0)),
    headline={"I": 0.1, "II": 1.0, "III": 1.0},
    why_sigmas="The same sigmas for every type, since sigma cannot be compared between types. "
    "Heartbeats are normalised to sum 0, so noise of type I, the same on all weights of a unit, "
    "does not reach the network's outputs at any sigma: it can only mislead the choice of what is "
    "pruned, and 0.1 is where it begins to. For types II and III 1 is where the noise of a run of "
    "some ten steps outgrows the initial weights.",
    beyond=(_DEPTH_3, _CNN),
    released_width=2000,
    says="Full batches of 500, learning rate 0.01, until training accuracy reaches 95 %.",
)

PROTOCOLS = (
    Protocol(
        data="digits",
        mode="quick",
        base={"lr": 0.02, "batch_size": 100, "iterations": 600, "eval_every": 600},
        widths=(200, 1000),
        alphas=(2.0, 1.9, 1.75),
        sigmas={"I": (0.003, 0.01), "II": (0.02, 0.05), "III": (0.02, 0.05)},
        headline={"I": 0.003, "II": 0.02, "III": 0.02},
        why_sigmas="Pixels are not negative, so noise of type I, the same on all weights of a "
        "unit, adds up over them; types II and III largely cancel. Type I therefore takes a "
        "smaller sigma.",
        beyond=(Beyond(name="Depth 2", settings={"depth": 2, "width": 200}, noises={"III": 0.02}),),
        released_width=200,
        says="Not one of the paper's datasets: small, and always there. 600 steps of 100 examples, "
        "learning rate 0.02.",
    ),
    _ECG_QUICK,
    dataclasses.replace(
        _ECG_QUICK,
        mode="full",
        alphas=PUBLISHED_ALPHAS,
        sigmas=dict.fromkeys(TYPES, (0.03, 0.1, 0.3, 1.0)),
        beyond=(_DEPTH_2, _DEPTH_3, _LONGER_CNN),
    ),
    Protocol(
        data="mnist",
        mode="full",
        base={"lr": 0.1, "batch_size": 100, "iterations": 600, "eval_every": 600},
        widths=(2000, 10000),
        alphas=PUBLISHED_ALPHAS,
        sigmas=dict.fromkeys(TYPES, (0.001, 0.003)),
        headline={"I": 0.001, "II": 0.003, "III": 0.003},
        why_sigmas="0.003 is the sigma of the example that the authors publish (type I, learning "
        "rate 0.01, batches of 5000). Pixels do not sum to 0, so type I, the same on all weights "
        "of a unit, moves a unit's input the most, and takes the smaller one.",
        beyond=(_LITTLE_NOISE,),
        released_width=2000,
        says="One epoch in batches of 100, learning rate 0.1, no target: the published way, "
        "batches of 5000 at learning rate 0.01 until 95 %, takes about a second a step on two CPU "
        "cores and more than 900 steps a run.",
    ),
    Protocol(
        data="cifar10",
        mode="full",
        base={"lr": 0.05, "batch_size": 100, "iterations": 500, "eval_every": 500},
        widths=(2000, 10000),
        alphas=PUBLISHED_ALPHAS,
        sigmas={"I": (0.0001, 0.0003), "II": (0.001, 0.003), "III": (0.001, 0.003)},
        headline={"I": 0.0001, "II": 0.003, "III": 0.003},
        why_sigmas="Pixels of a photograph agree with their neighbours, so noise of type I, the "
        "same on all weights of a unit, adds up over 3072 of them: on the subset at 0.0003 it "
        "costs accuracy before it changes the norms that pruning looks at. For types II and III "
        "0.003 is where the noise of a run outgrows the initial weights.",
        beyond=(
            _LITTLE_NOISE,
            _LONGER_CNN,
        ),
        released_width=2000,
        says="500 steps in batches of 100, learning rate 0.05, no target: one epoch of the 50 000 "
        "images, or more of a subset.",
    ),
)
_ALIASES = {"ecg5000": "ecg5000-binary"}


def datasets() -> list[str]:
    return list(dict.fromkeys([*_ALIASES, *(known.data for known in PROTOCOLS)]))


def protocol(
    data: str,
    mode: Mode,
    *,
    seeds: Sequence[int] | None = None,
    widths: Sequence[int] | None = None,
    alphas: Sequence[float] | None = None,
    headline: bool = False,
    reference_scaling: str = "off",
) -> Protocol:
    """The protocol of a dataset, with other seeds, or with some of its widths and alphas only.

    ``headline``: the sigmas that most claims are about, and no deeper networks or other scales.
    Raises `BadInput` for a dataset that has none, and for widths and alphas that are not in it.
    """
    choice("mode", mode, MODES, why="one takes minutes, the other is the whole protocol")
    name = choice("data", data, datasets(), why="others have no protocol here")
    name = _ALIASES.get(name, name)
    there = {known.mode: known for known in PROTOCOLS if known.data == name}
    if mode not in there:
        raise BadInput(
            f"{data} has no {mode} protocol: give --{', --'.join(there)}, or --data ecg5000."
        )
    found = dataclasses.replace(there[mode], reference_scaling=reference_scaling)
    if seeds is not None:
        found = dataclasses.replace(found, seeds=tuple(seeds))
    if widths is not None:
        kept = _some("widths", found.widths, widths)
        released = found.released_width if found.released_width in kept else None
        found = dataclasses.replace(found, widths=kept, released_width=released)
    if alphas is not None:
        left = _some("alphas", found.alphas, alphas)
        released = None if {2.0, 1.75} - set(left) else found.released_width
        found = dataclasses.replace(found, alphas=left, released_width=released)
    if headline:
        sigmas = {kind: (sigma,) for kind, sigma in found.headline.items()}
        found = dataclasses.replace(found, sigmas=sigmas, beyond=(), released_width=None)
    return found


_Value = TypeVar("_Value", int, float)


def _some(what: str, there: Sequence[_Value], asked: Sequence[_Value]) -> tuple[_Value, ...]:
    """Those of ``there`` that are asked for, in their order."""
    if not asked or set(asked) - set(there):
        raise BadInput(
            f"{what} must be some of {', '.join(f'{value:g}' for value in there)}, got "
            f"{', '.join(f'{value:g}' for value in asked) or 'none'}: the protocol has no others."
        )
    return tuple(value for value in there if value in asked)
