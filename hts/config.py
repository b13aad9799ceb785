"""`RunConfig`: the frozen, checked description of one run, and the short hash that names it."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hts.seeds import LARGEST_SEED
from hts.validate import BadInput, choice, flag, number, whole

NOISE_TYPES = ("none", "gaussian", "I", "II", "III")
MODELS = ("fcn", "cnn")
CONV_NOISES = ("filter", "kernel")
SCALINGS = ("standard", "mean_field")
ACTIVATIONS = ("relu", "tanh", "identity")
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("float32", "tf32")
REFERENCE_SCALINGS = ("off", "gpu", "cpu")
CHOICES = {
    "model": MODELS,
    "noise": NOISE_TYPES,
    "conv_noise": CONV_NOISES,
    "activation": ACTIVATIONS,
    "scaling": SCALINGS,
    "device": DEVICES,
    "precision": PRECISIONS,
    "reference_scaling": REFERENCE_SCALINGS,
}
"""What settings made of a few words may be."""
SMALLEST_ALPHA = 0.05
CNN_WIDTH_STEP = 8  # its stages have 1/8, 1/4, 1/2 and all of the width
LARGEST_WIDTH = 10**12  # a typing guard only: what fits is decided by the memory estimate

_DATASET_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(:[0-9a-f]{12})?")


Check = Callable[[str, object], Any]


def _number(low: float, high: float, why: str, *, open_low: bool = True) -> Check:
    return lambda name, got: number(name, got, low=low, high=high, why=why, open_low=open_low)


def _whole(low: int, high: int, why: str) -> Check:
    return lambda name, got: whole(name, got, low=low, high=high, why=why)


def _choice(accepted: tuple[str, ...], why: str) -> Check:
    return lambda name, got: choice(name, got, accepted, why=why)


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


def _noise(name: str, got: object) -> str:
    if isinstance(got, str) and got.upper() in NOISE_TYPES:
        got = got.upper()
    return choice(name, got, NOISE_TYPES, why="a noise type says which coordinates share a draw")


_LR_WHY = "the noise scales with lr^(1/alpha); for pure noise turn gradient off instead"

_CHECKS: dict[str, Check] = {
    "data": _dataset_name,
    "model": _choice(MODELS, "fcn is fully connected, cnn a VGG-11-like convolutional network"),
    "width": _whole(1, LARGEST_WIDTH, "a hidden layer needs units"),
    "depth": _whole(1, 8, "deeper nets do not train here without normalisation layers"),
    "activation": _choice(ACTIVATIONS, "these have closed-form gradients here"),
    "scaling": _choice(SCALINGS, "it sets the factor 1/n and the drift"),
    "train_output": _flag("the last layer is trained or fixed"),
    "noise": _noise,
    "conv_noise": _choice(CONV_NOISES, "it says what the draws of types I and III belong to"),
    "alpha": _alpha,
    "sigma": _number(0, math.inf, "it is the scale of the noise", open_low=False),
    "gradient": _flag("off leaves pure noise"),
    "lr": _number(0, math.inf, _LR_WHY),
    "batch_size": _whole(1, 10**9, "a step needs examples"),
    "iterations": _whole(1, 10**9, "a run needs a budget"),
    "target_accuracy": _target,
    "eval_every": _whole(1, 10**9, "accuracy is measured every so many steps"),
    "seed": _whole(0, LARGEST_SEED, "it names the random streams"),
    "device": _choice(DEVICES, "it is where the tensors live"),
    "precision": _choice(PRECISIONS, "it is how NVIDIA GPUs multiply; the CPU uses float32"),
    "reference_scaling": _choice(
        REFERENCE_SCALINGS, "it imitates the scale of the noise in the authors' released code"
    ),
}


def check_setting(name: str, got: object) -> Any:
    """The value ``got`` of one setting as a `RunConfig` holds it, checked by itself.

    Raises `BadInput` for an unknown setting and for a value that it cannot have.
    """
    return _CHECKS[choice("a setting", name, _CHECKS, why="no other setting exists")](name, got)


def _setting(default: Any, title: str, says: str) -> Any:
    return field(default=default, metadata={"title": title, "says": says})


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Everything that determines a run's result.  Bad values raise `BadInput`.

    Accuracies are in percent.  ``alpha`` is the stability index of the injected noise.
    """

    data: str = _setting("digits", "Dataset", "name of a dataset, or table:<id> of your own table")
    model: str = _setting(
        "fcn", "Model", "fcn: fully connected; cnn: VGG-11-like convolutions, for image data"
    )
    width: int = _setting(
        1000, "Width n", "units in each hidden layer; in a cnn channels of the widest stage"
    )
    depth: int = _setting(1, "Depth", "hidden layers; the theory is about one")
    activation: str = _setting("relu", "Activation", "nonlinearity h of the hidden units")
    scaling: str = _setting(
        "standard", "Scaling", "standard: the published experiments; mean_field: 1/n as in theory"
    )
    train_output: bool = _setting(True, "Train last layer", "off keeps the last layer as drawn")
    noise: str = _setting(
        "III", "Noise type", "none, gaussian, or I (one scalar), II (i.i.d.), III (isotropic)"
    )
    conv_noise: str = _setting(
        "filter", "Noise per", "in a cnn, types I and III draw once per filter or per 3 x 3 kernel"
    )
    alpha: float = _setting(1.75, "Alpha", "stability index of the noise, 2 is Gaussian")
    sigma: float = _setting(0.05, "Sigma", "noise level; a step adds sigma * lr^(1/alpha) * xi")
    gradient: bool = _setting(True, "Gradient steps", "off leaves pure noise, the known reference")
    lr: float = _setting(0.02, "Learning rate", "step size eta")
    batch_size: int = _setting(100, "Batch size", "examples per step, at most the training set")
    iterations: int = _setting(1000, "Iterations", "largest number of steps")
    target_accuracy: float | None = _setting(
        None, "Target accuracy", "stop at this training accuracy in percent; none: use the budget"
    )
    eval_every: int = _setting(10, "Evaluate every", "steps between accuracy evaluations")
    seed: int = _setting(1, "Seed", "one seed for initialisation, data order and noise")
    device: str = _setting("auto", "Device", "cpu, cuda, mps, or auto for the best there is")
    precision: str = _setting(
        "float32",
        "Products in",
        "tf32: on NVIDIA GPUs faster, to three digits; no effect elsewhere",
    )
    reference_scaling: str = _setting(
        "off",
        "Released code's scale",
        "gpu, cpu: scale the noise as the authors' released code does there; off: as published",
    )

    def __post_init__(self) -> None:
        for name, check in _CHECKS.items():
            object.__setattr__(self, name, check(name, getattr(self, name)))
        if self.scaling == "mean_field" and self.depth != 1:
            raise BadInput(
                f"scaling mean_field needs depth 1, got depth {self.depth}: the mean-field limit "
                "implemented here is that of one hidden layer."
            )
        if self.model == "cnn":
            self._check_cnn()
        if self.reference_scaling != "off" and self.noise == "III" and self.stability == 2:
            raise BadInput(
                f"reference_scaling {self.reference_scaling} has no type III noise at alpha 2: the "
                "released code draws NaN there. Take alpha below 2, gaussian noise, or "
                "reference_scaling off."
            )

    def _check_cnn(self) -> None:
        if self.width % CNN_WIDTH_STEP:
            below = max(CNN_WIDTH_STEP, self.width // CNN_WIDTH_STEP * CNN_WIDTH_STEP)
            raise BadInput(
                f"width must be a multiple of {CNN_WIDTH_STEP} in a cnn, got {self.width}: its "
                f"first stages have 1/8, 1/4 and 1/2 of it. {below} would do."
            )
        if self.depth != 1:
            raise BadInput(
                f"depth must be 1 in a cnn, got {self.depth}: its eight convolutions are fixed, "
                "and depth counts hidden layers of a fully connected network."
            )
        if self.scaling != "standard":
            raise BadInput(
                f"scaling must be standard in a cnn, got {self.scaling}: the mean-field limit "
                "implemented here is that of one hidden layer."
            )

    # -- noise as it enters a step ------------------------------------------------------------

    @property
    def stability(self) -> float | None:
        """Stability index of the injected noise: alpha, 2 for gaussian, None without noise."""
        if self.noise == "none" or self.sigma == 0:
            return None
        return 2.0 if self.noise == "gaussian" else self.alpha

    @property
    def noise_scale(self) -> float:
        """Scale of one step's noise, ``sigma * lr^(1/alpha)`` (the Levy increment over time lr).

        Times the `reference_factor`; with ``reference_scaling`` cpu that factor alone.
        """
        alpha = self.stability
        if alpha is None:
            return 0.0
        if self.reference_scaling == "cpu":
            return self.reference_factor
        return self.sigma * self.lr ** (1.0 / alpha) * self.reference_factor

    @property
    def reference_factor(self) -> float:
        """What the draws of the authors' released code are multiples of ours by; 1 when off.

        Its type III lacks the factor 2 in A, so that sqrt(A) is 1/sqrt(2) of what the
        characteristic function exp(-||u||^alpha) needs, and its type I at alpha = 2 draws variance
        1 where type II has 2.  The noise of its CPU runs is not multiplied by sigma lr^(1/alpha).
        """
        if self.reference_scaling == "off":
            return 1.0
        too_small = self.noise == "III" or (self.noise == "I" and self.alpha == 2)
        return math.sqrt(0.5) if too_small else 1.0

    @property
    def without_effect(self) -> frozenset[str]:
        """Settings whose value changes nothing, given the others, such as alpha without noise."""
        found = set()
        if self.stability is None:
            found |= {"noise", "alpha", "sigma", "reference_scaling"}
        elif self.noise == "gaussian":
            found.add("alpha")
        if self.model == "fcn" or self.stability is None or self.noise not in ("I", "III"):
            found.add("conv_noise")
        if self.stability is not None and self.reference_scaling == "cpu":
            found.add("sigma")
        return frozenset(found)

    # -- text, and back -----------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary in field order."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}

    def to_json(self) -> str:
        """JSON text; `from_json` gives back an equal configuration."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RunConfig:
        """Build from a dictionary; an unknown key raises `BadInput` naming the nearest one."""
        known = [f.name for f in dataclasses.fields(cls)]
        for key in values:
            choice("a setting", key, known, why="no other setting exists")
        return cls(**values)

    @classmethod
    def from_json(cls, text: str) -> RunConfig:
        """Build from JSON text; text that is no JSON object raises `BadInput`."""
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise BadInput(
                f"a run description must be JSON, got text that is not: {error}."
            ) from None
        if not isinstance(values, dict):
            raise BadInput(f"a run description must be a JSON object, got {type(values).__name__}.")
        return cls.from_dict(values)

    def replace(self, **changes: Any) -> RunConfig:
        """A checked copy with some settings changed."""
        return self.from_dict({**self.to_dict(), **changes})

    @functools.cached_property
    def hash(self) -> str:
        """Ten hex digits naming what was asked; settings without effect do not enter it."""
        values = self.to_dict()
        if self.stability is None:
            values.update(noise="none", alpha=2.0, sigma=0.0)
        elif self.noise == "gaussian":
            values.update(alpha=2.0)
        if self.model == "fcn":  # runs from before there was a choice keep their names
            del values["model"], values["conv_noise"]
        elif values["noise"] not in ("I", "III"):
            del values["conv_noise"]  # every weight has its own draw
        if self.precision == "float32":
            del values["precision"]
        if self.stability is None or self.reference_scaling == "off":
            del values["reference_scaling"]
        elif self.reference_scaling == "cpu":
            values.update(sigma=1.0)
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:10]
