"""What each setting of a run may be, checked one by one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from hts.families import FAMILIES
from hts.models.activations import ACTIVATIONS
from hts.noise.types import NOISE_TYPES, SMALLEST_ALPHA
from hts.registry import Registry
from hts.schedule import is_schedule, parse_schedule
from hts.seeds import LARGEST_SEED
from hts.training.optimizers import OPTIMIZERS
from hts.validate import BadInput, choice, flag, number, whole

CONV_NOISES = ("filter", "kernel")
SCALINGS = ("standard", "mean_field")
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("float32", "tf32")
REFERENCE_SCALINGS = ("off", "gpu", "cpu")
KINDS: dict[str, Registry[Any]] = {
    "model": FAMILIES,
    "noise": NOISE_TYPES,
    "activation": ACTIVATIONS,
    "optimizer": OPTIMIZERS,
}
"""The settings that name a kind; each has a ``label`` for forms and a ``sentence``."""
CHOICES: dict[str, Collection[str]] = {
    **KINDS,
    "conv_noise": CONV_NOISES,
    "scaling": SCALINGS,
    "device": DEVICES,
    "precision": PRECISIONS,
    "reference_scaling": REFERENCE_SCALINGS,
}
"""What settings made of a few words may be."""
MOST_REPLICATES = 64
LARGEST_WIDTH = 10**12  # a typing guard only: what fits is decided by the memory estimate

_DATASET_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(:[0-9a-f]{12})?")


Check = Callable[[str, object], Any]


def _number(low: float, high: float, why: str, *, open_low: bool = True) -> Check:
    return lambda name, got: number(name, got, low=low, high=high, why=why, open_low=open_low)


def _whole(low: int, high: int, why: str) -> Check:
    return lambda name, got: whole(name, got, low=low, high=high, why=why)


def _choice(accepted: tuple[str, ...], why: str) -> Check:
    return lambda name, got: choice(name, got, accepted, why=why)


def _kind(name: str, got: object) -> str:
    return str(KINDS[name].named(got, setting=name).name)


def _flag(why: str) -> Check:
    return lambda name, got: flag(name, got, why=why)


def _dataset_name(name: str, got: object) -> str:
    if isinstance(got, str) and _DATASET_NAME.fullmatch(got):
        return got
    raise BadInput(
        f"{name} must be a dataset name such as digits, got {got!r}: "
        "`python -m hts datasets` lists what there is."
    )


def _target(name: str, got: object) -> float | None:
    why = "it is a training accuracy in percent, or none"
    return None if got is None else number(name, got, low=0, high=100, open_low=True, why=why)


def _alpha(name: str, got: object) -> float:
    why = "stable laws exist only there; 2 is Gaussian"
    value = number(name, got, low=0, high=2, open_low=True, why=why)
    if value < SMALLEST_ALPHA:
        raise BadInput(
            f"{name} must be at least {SMALLEST_ALPHA} here, got {value:g}: below that single "
            "draws exceed what float32 can hold."
        )
    return value


def _momentum(name: str, got: object) -> float:
    why = "it is the share of the last move that goes on, and all of it would never fade"
    value = number(name, got, low=0, high=1, open_low=False, why=why)
    if value == 1:
        raise BadInput(f"{name} must be below 1, got 1: {why}.")
    return value


def _noise(name: str, got: object) -> str:
    if isinstance(got, str) and got.upper() in NOISE_TYPES:
        got = got.upper()
    return str(NOISE_TYPES.named(got, setting=name).name)


def _controls(name: str, got: object) -> str:
    """Noise types with commas between them, each once, in the order given; or ``off``."""
    texts = got.split(",") if isinstance(got, str) else got
    if not isinstance(texts, Iterable):
        raise BadInput(f"{name} must be noise types such as none,gaussian, got {got!r}.")
    words = [text.strip() if isinstance(text, str) else text for text in texts]
    if words in ([], ["off"]):
        return "off"
    return ",".join(dict.fromkeys(_noise(name, word) for word in words))


_LR_WHY = "the noise scales with a power of it; for pure noise turn gradient off instead"

CHECKS: dict[str, Check] = {
    "data": _dataset_name,
    "model": _kind,
    "width": _whole(1, LARGEST_WIDTH, "a hidden layer needs units"),
    "depth": _whole(1, 8, "deeper nets do not train here without normalisation layers"),
    "activation": _kind,
    "scaling": _choice(SCALINGS, "it sets the factor 1/n and the drift"),
    "train_output": _flag("the last layer is trained or fixed"),
    "noise": _noise,
    "conv_noise": _choice(CONV_NOISES, "it says what the draws that weights share belong to"),
    "alpha": _alpha,
    "sigma": _number(0, math.inf, "it is the scale of the noise", open_low=False),
    "gradient": _flag("off leaves pure noise"),
    "lr": _number(0, math.inf, _LR_WHY),
    "optimizer": _kind,
    "momentum": _momentum,
    "nesterov": _flag("it looks ahead along the momentum or does not"),
    "weight_decay": _number(0, math.inf, "it pulls the weights to 0", open_low=False),
    "batch_size": _whole(1, 10**9, "a step needs examples"),
    "iterations": _whole(1, 10**9, "a run needs a budget"),
    "target_accuracy": _target,
    "go_on": _flag("a run that has reached its target is followed further, or not"),
    "eval_every": _whole(1, 10**9, "accuracy is measured every so many steps"),
    "replicates": _whole(1, MOST_REPLICATES, "they train side by side, each with its own seed"),
    "controls": _controls,
    "equal_steps": _flag("controls are trained for as many steps too, or not"),
    "seed": _whole(0, LARGEST_SEED, "it names the random streams"),
    "device": _choice(DEVICES, "it is where the tensors live"),
    "precision": _choice(PRECISIONS, "it is how NVIDIA GPUs multiply; the CPU uses float32"),
    "reference_scaling": _choice(
        REFERENCE_SCALINGS, "it imitates the scale of the noise in the authors' released code"
    ),
}


def check_setting(name: str, got: object) -> Any:
    """The value ``got`` of one setting as a `RunConfig` holds it, checked by itself.

    A schedule is given back as its text.  Raises `BadInput` for an unknown setting and for a value
    that it cannot have.
    """
    check = CHECKS[choice("a setting", name, CHECKS)]
    if not is_schedule(got):
        return check(name, got)
    schedule = parse_schedule(name, str(got), check)
    return str(schedule) if len(schedule.pieces) > 1 else schedule.start
