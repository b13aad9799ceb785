"""`RunConfig`: the frozen, checked description of one run, and the short hash that names it.

What its settings may be is said by `checks`, how they change meanwhile by `schedule`, who trains
beside it by `arms`.  No torch.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hts.config.arms import TOGETHER
from hts.config.checks import CHECKS, CHOICES, KINDS, REFERENCE_SCALINGS, check_setting
from hts.families import FAMILIES
from hts.families.base import ModelFamily
from hts.foreign import from_json
from hts.glossary import term
from hts.noise.types import NOISE_TYPES, NoiseType
from hts.schedule import SCHEDULED, Piece, Schedule, is_schedule, parse_schedule
from hts.seeds import LARGEST_SEED
from hts.training.optimizers import OPTIMIZERS
from hts.training.optimizers.base import Optimizer
from hts.validate import BadInput, choice

__all__ = [
    "CHOICES", "KINDS", "REFERENCE_SCALINGS", "VARYING", "RunConfig", "check_setting", "says",
]  # fmt: skip

# In what runs may differ that are trained together: nothing that shapes a product.
VARYING = (
    "seed", "alpha", "sigma", "noise", "lr", "iterations", "target_accuracy", "eval_every",
)  # fmt: skip
MOST_IN_FORCE = 64  # configurations that a schedule remembers
# What runs were before there was a choice: their hash does not name it.
BEFORE = {
    "model": "fcn", "precision": "float32", "optimizer": "sgd", "momentum": 0.0, "nesterov": False,
    "weight_decay": 0.0,
}  # fmt: skip


def _setting(default: Any, title: str, says: str, formula: str = "") -> Any:
    return field(default=default, metadata={"title": title, "says": says, "formula": formula})


def _word(default: Any, name: str) -> Any:
    """A setting that is a word of the glossary."""
    word = term(name)
    return _setting(default, word.head, word.says, word.formula)


@dataclass(frozen=True, kw_only=True, eq=False)
class RunConfig:
    """Everything that determines a run's result.  Bad values raise `BadInput`.

    Accuracies are in percent.  ``alpha`` is the stability index of the injected noise.  ``alpha``,
    ``sigma``, ``noise`` and ``lr`` may be given as a schedule (`hts.schedule`): the field
    then holds the value at the beginning, `schedules` the whole, `at` what is in force at a step.
    """

    data: str = _setting("digits", "Dataset", "name of a dataset, or table:<id> of your own table")
    model: str = _setting("fcn", "Model", "kind of network")
    width: int = _word(1000, "width")
    depth: int = _setting(1, "Depth", "hidden layers; the theory is about one")
    activation: str = _setting("relu", "Activation", "nonlinearity h of the hidden units")
    scaling: str = _word("standard", "scaling")
    train_output: bool = _setting(True, "Train last layer", "off keeps the last layer as drawn")
    noise: str = _word("III", "noise")
    conv_noise: str = _setting(
        "filter",
        "Noise per",
        "in a cnn, draws that weights share are per filter or per 3 x 3 kernel",
    )
    alpha: float = _word(1.75, "alpha")
    sigma: float = _word(0.05, "sigma")
    gradient: bool = _setting(True, "Gradient steps", "off leaves pure noise, the known reference")
    lr: float = _setting(0.02, "Learning rate", "step size eta")
    optimizer: str = _setting(
        "sgd", "Optimizer", "how the gradient moves the weights; the noise is added after it"
    )
    momentum: float = _setting(0.0, "Momentum", "share of the last move that goes on, in sgd")
    nesterov: bool = _setting(False, "Nesterov", "look ahead along the momentum")
    weight_decay: float = _setting(0.0, "Weight decay", "pull of every weight to 0, times itself")
    batch_size: int = _setting(100, "Batch size", "examples per step, at most the training set")
    iterations: int = _setting(1000, "Iterations", "largest number of steps")
    target_accuracy: float | None = _word(None, "target")
    go_on: bool = _setting(
        False,
        "Go on after the target",
        "take as many steps again after the target, and tell what became of the network",
    )
    eval_every: int = _setting(10, "Evaluate every", "steps between accuracy evaluations")
    seed: int = _word(1, "seed")
    replicates: int = _word(1, "replicates")
    controls: str = _setting(
        "off",
        "Controls",
        "noise types trained beside it with the same seeds, such as none,gaussian; or off",
    )
    equal_steps: bool = _setting(
        False,
        "Equal-steps controls",
        "with a target accuracy: also controls that train as long as the noisy network of their "
        "seed",
    )
    device: str = _setting("auto", "Device", "cpu, cuda, mps, or auto for the best there is")
    precision: str = _setting(
        "float32",
        "Products in",
        "tf32: on NVIDIA GPUs faster, to three digits; no effect elsewhere",
    )
    reference_scaling: str = _word("off", "reference-scaling")

    def __post_init__(self) -> None:
        schedules: dict[str, Schedule] = {}
        for name, check in CHECKS.items():
            got = getattr(self, name)
            if is_schedule(got):
                schedule = parse_schedule(name, got, check)
                got = schedule.start
                if len(schedule.pieces) > 1:
                    schedules[name] = schedule
            object.__setattr__(self, name, check(name, got))
        object.__setattr__(self, "_schedules", MappingProxyType(schedules))
        object.__setattr__(self, "_in_force", {})
        self.optimizer_kind.check(self)
        self.family.check(self)
        if self.seed + self.replicates - 1 > LARGEST_SEED:
            raise BadInput(
                f"replicates {self.replicates} from seed {self.seed} on go beyond the largest "
                f"seed, {LARGEST_SEED}."
            )
        for step in self.change_steps:
            self.replace(**self._values(step))
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

    @property
    def control_noises(self) -> tuple[str, ...]:
        """The noise types of its controls."""
        return () if self.controls == "off" else tuple(self.controls.split(","))

    # -- settings that change -----------------------------------------------------------------

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """The settings that change while it trains, by name."""
        found: Mapping[str, Schedule] = self.__dict__["_schedules"]
        return found

    def given(self, name: str) -> object:
        """A setting as it was given: a schedule as its text."""
        return str(self.schedules[name]) if name in self.schedules else getattr(self, name)

    @property
    def change_steps(self) -> list[int]:
        """The steps at which a piece of a schedule begins, without the beginning."""
        schedules = self.schedules.values()
        return sorted({at for one in schedules for at in one.changes()}) if schedules else []

    def at(self, step: int) -> RunConfig:
        """The settings in force for step ``step`` (counted from 1), without schedules."""
        if not self.schedules:
            return self
        values = self._values(step)
        known: dict[tuple[Any, ...], RunConfig] = self.__dict__["_in_force"]
        key = tuple(values.values())
        found = known.get(key)
        if found is None:
            if len(known) >= MOST_IN_FORCE:
                known.clear()
            found = known[key] = self._holding(values)
        return found

    def _values(self, step: int) -> dict[str, Any]:
        return {name: schedule.at(step) for name, schedule in self.schedules.items()}

    def _holding(self, values: dict[str, Any]) -> RunConfig:
        """A copy with values that lie between checked ones: as fast as a step needs it."""
        found = object.__new__(RunConfig)
        fields = {f.name: self.__dict__[f.name] for f in dataclasses.fields(self)}
        found.__dict__.update(fields | values, _schedules=MappingProxyType({}), _in_force={})
        return found

    def steered(self, step: int, **changes: object) -> RunConfig:
        """These settings up to step ``step`` - 1, with ``changes`` from ``step`` on.

        Raises `BadInput` for settings that cannot change, and for values they cannot have.
        """
        texts = {}
        for name, value in changes.items():
            choice("a setting to steer", name, SCHEDULED, why="others are fixed once it trains")
            whole = self.schedules.get(name) or Schedule(name, (Piece(getattr(self, name), 0),))
            texts[name] = str(whole.steered(step, CHECKS[name](name, value)))
        return self.replace(**texts)

    @property
    def optimizer_kind(self) -> Optimizer:
        """What makes steps of its gradients."""
        return OPTIMIZERS[self.optimizer]

    @property
    def plain_steps(self) -> bool:
        """Whether a step only adds -lr times the gradient, and then the noise."""
        return self.optimizer_kind.plain(self)

    # -- noise as it enters a step ------------------------------------------------------------

    @property
    def noise_type(self) -> NoiseType:
        """What draws its noise."""
        return NOISE_TYPES[self.noise]

    @property
    def stability(self) -> float | None:
        """Stability index of the injected noise: alpha, 2 for gaussian, None without noise.

        With schedules, that of the first noise there is.
        """
        found = None if self.sigma == 0 else self.noise_type.stability(self.alpha)
        if found is not None or not self.schedules:
            return found
        later = (self.at(step).stability for step in self.change_steps)
        return next((one for one in later if one is not None), None)

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
        if self.schedules:
            pieces = (self.at(step).without_effect for step in (1, *self.change_steps))
            return frozenset.intersection(*pieces)
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
        """What runs trained together share: all but `VARYING`, and whether these change."""
        same = (value for name, value in self.to_dict().items() if name not in VARYING)
        return (*same, bool(self.schedules))

    # -- text, and back -----------------------------------------------------------------------

    def to_dict(self) -> dict[str, object]:
        """Plain dictionary in field order; a schedule stands as its text."""
        plain = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return plain | {name: str(schedule) for name, schedule in self.schedules.items()}

    def to_json(self) -> str:
        """JSON text; `from_json` gives back an equal configuration."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> RunConfig:
        """Build from a dictionary; an unknown key raises `BadInput` naming the nearest one."""
        for key in values:
            if key not in CHECKS:
                known = [f.name for f in dataclasses.fields(cls)]
                choice("a setting", key, known)
        return cls(**values)  # type: ignore[arg-type]  # which it checks

    @classmethod
    def from_json(cls, text: str) -> RunConfig:
        """Build from JSON text; text that is no JSON object raises `BadInput`."""
        values = from_json(text, "a run description")
        if not isinstance(values, dict):
            raise BadInput(f"a run description must be a JSON object, got {type(values).__name__}.")
        return cls.from_dict(values)

    def replace(self, **changes: object) -> RunConfig:
        """A checked copy with some settings changed."""
        return self.from_dict({**self.to_dict(), **changes})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunConfig) and self.to_dict() == other.to_dict()

    def __reduce__(self) -> tuple[Any, ...]:
        return RunConfig.from_dict, (self.to_dict(),)

    def __hash__(self) -> int:
        return hash(tuple(self.to_dict().values()))

    @functools.cached_property
    def hash(self) -> str:
        """Ten hex digits naming what was asked; settings without effect do not enter it."""
        return self.hash_without()

    def hash_without(self, *names: str) -> str:
        """The same where the settings ``names`` are as usual."""
        usual = {f.name: f.default for f in dataclasses.fields(self) if f.name in names}
        values = {**self.to_dict(), **usual}
        if self.stability is None:
            values.update(noise="none", alpha=2.0, sigma=0.0)
        elif "alpha" in self.without_effect:
            values.update(alpha=2.0)
        for name, before in BEFORE.items():
            if values[name] == before:
                del values[name]
        if "conv_noise" in self.without_effect:
            del values["conv_noise"]
        if self.target_accuracy is None or not self.control_noises:
            values["equal_steps"] = TOGETHER["equal_steps"]
        if self.target_accuracy is None or not self.go_on:
            del values["go_on"]
        for name, alone in TOGETHER.items():
            if values[name] == alone:
                del values[name]
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
