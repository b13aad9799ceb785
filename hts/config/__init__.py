"""`RunConfig`: the frozen, checked description of one run, and the short hash that names it.

What its settings may be is said by `checks`.  No torch.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from hts.config.checks import CHECKS, CHOICES, KINDS, REFERENCE_SCALINGS, check_setting
from hts.families import FAMILIES
from hts.families.base import ModelFamily
from hts.noise.types import NOISE_TYPES, NoiseType
from hts.validate import BadInput, choice

__all__ = [
    "CHOICES", "KINDS", "REFERENCE_SCALINGS", "VARYING", "RunConfig", "check_setting", "says",
]  # fmt: skip

# In what runs may differ that are trained together: nothing that shapes a product.
VARYING = (
    "seed", "alpha", "sigma", "noise", "lr", "iterations", "target_accuracy", "eval_every",
)  # fmt: skip
BEFORE_MODELS = "fcn"  # what runs were before there was a choice: their hash does not name it


def _setting(default: Any, title: str, says: str) -> Any:
    return field(default=default, metadata={"title": title, "says": says})


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Everything that determines a run's result.  Bad values raise `BadInput`.

    Accuracies are in percent.  ``alpha`` is the stability index of the injected noise.
    """

    data: str = _setting("digits", "Dataset", "name of a dataset, or table:<id> of your own table")
    model: str = _setting(BEFORE_MODELS, "Model", "kind of network")
    width: int = _setting(
        1000, "Width n", "units in each hidden layer; in a cnn channels of the widest stage"
    )
    depth: int = _setting(1, "Depth", "hidden layers; the theory is about one")
    activation: str = _setting("relu", "Activation", "nonlinearity h of the hidden units")
    scaling: str = _setting(
        "standard", "Scaling", "standard: the published experiments; mean_field: 1/n as in theory"
    )
    train_output: bool = _setting(True, "Train last layer", "off keeps the last layer as drawn")
    noise: str = _setting("III", "Noise type", "which weights of a unit share a draw")
    conv_noise: str = _setting(
        "filter",
        "Noise per",
        "in a cnn, draws that weights share are per filter or per 3 x 3 kernel",
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
        for name, check in CHECKS.items():
            object.__setattr__(self, name, check(name, getattr(self, name)))
        self.family.check(self)
        if self.reference_scaling != "off" and self._released_factor is None:
            kind = self.noise_type
            raise BadInput(
                f"reference_scaling {self.reference_scaling} has no {kind.word} noise at alpha "
                f"{self.stability:g}: {kind.unreleased}, or reference_scaling off."
            )

    @property
    def family(self) -> ModelFamily:
        """What answers everything about its kind of network."""
        return FAMILIES[self.model]

    # -- noise as it enters a step ------------------------------------------------------------

    @property
    def noise_type(self) -> NoiseType:
        """What draws its noise."""
        return NOISE_TYPES[self.noise]

    @property
    def stability(self) -> float | None:
        """Stability index of the injected noise: alpha, 2 for gaussian, None without noise."""
        return None if self.sigma == 0 else self.noise_type.stability(self.alpha)

    @property
    def noise_scale(self) -> float:
        """Scale of one step's noise, ``sigma * lr^(1/alpha)`` (the Levy increment over time lr).

        Times the `reference_factor`; with ``reference_scaling`` cpu that factor alone.
        """
        if self.stability is None:
            return 0.0
        if self.reference_scaling == "cpu":
            return self.reference_factor
        scale = self.noise_type.step_scale(self.sigma, self.lr, self.alpha)
        return scale * self.reference_factor

    @property
    def reference_factor(self) -> float:
        """What the draws of the authors' released code are multiples of ours by; 1 when off.

        The noise of its CPU runs is not multiplied by sigma lr^(1/alpha).
        """
        factor = None if self.reference_scaling == "off" else self._released_factor
        return 1.0 if factor is None else factor

    @property
    def _released_factor(self) -> float | None:
        """1 without noise, None for noise that the released code does not have."""
        return 1.0 if self.stability is None else self.noise_type.released_factor(self.stability)

    @property
    def without_effect(self) -> frozenset[str]:
        """Settings whose value changes nothing, given the others, such as alpha without noise."""
        found = set()
        if self.stability is None:
            found |= {"noise", "alpha", "sigma", "reference_scaling"}
        elif not self.noise_type.heavy:
            found.add("alpha")
        drawn_once = self.stability is not None and self.noise_type.independent == "units"
        if "conv_noise" not in self.family.uses or not drawn_once:
            found.add("conv_noise")
        if self.stability is not None and self.reference_scaling == "cpu":
            found.add("sigma")
        return frozenset(found)

    @property
    def shape(self) -> tuple[object, ...]:
        """What runs that are trained together share: all but `VARYING`."""
        return tuple(value for name, value in self.to_dict().items() if name not in VARYING)

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
        elif not self.noise_type.heavy:
            values.update(alpha=2.0)
        if self.model == BEFORE_MODELS:
            del values["model"]
        if "conv_noise" in self.without_effect:
            del values["conv_noise"]
        if self.precision == "float32":
            del values["precision"]
        if self.stability is None or self.reference_scaling == "off":
            del values["reference_scaling"]
        elif self.reference_scaling == "cpu":
            values.update(sigma=1.0)
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:10]


def says(name: str) -> str:
    """What a setting is, in a sentence; of one that names a kind also what each kind is."""
    text = next(f.metadata["says"] for f in dataclasses.fields(RunConfig) if f.name == name)
    kinds = KINDS[name].values() if name in KINDS else ()
    return "; ".join([text, *(f"{kind.name}: {kind.sentence}" for kind in kinds)])
