"""`SweepSpec`: the frozen, checked description of many runs: a grid, or a list, of settings."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hts.config import RunConfig
from hts.config.arms import TOGETHER, members
from hts.foreign import from_json, from_toml
from hts.studio.sweeps.values import parse_value, parse_values
from hts.validate import BadInput, choice, flag

MOST_RUNS = 100_000
LONGEST_NAME = 200
LARGEST = 2**26  # characters of a stored sweep
_KEYS = ("name", "base", "grid", "runs", "keep_weights")


@dataclass(frozen=True, kw_only=True)
class SweepSpec:
    """What is to be run: every combination of the ``grid``, on ``base``.

    With ``runs``, a list of settings, each of them takes the place of the base in turn: their
    settings are put over it, and the grid is crossed with each.  The seed is a setting like any
    other; several seeds are replicates, also given as ``replicates`` of the base: the seeds from
    its seed upwards.  ``controls`` of the base are trained for every combination, paired by seed.
    Raises `BadInput` for values that no run can have.
    """

    name: str
    base: RunConfig = field(default_factory=RunConfig)
    grid: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    runs: tuple[Mapping[str, Any], ...] = ()
    keep_weights: bool = False  # keep every run's final weights, 4 bytes each

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not 0 < len(self.name.strip()) <= LONGEST_NAME:
            raise BadInput(
                f"name must be a text of 1 to {LONGEST_NAME} characters, got {self.name!r}: it "
                "names the sweep in lists."
            )
        object.__setattr__(self, "name", " ".join(self.name.split()))
        flag("keep_weights", self.keep_weights, why="final weights are kept or not")
        grid = {name: parse_values(name, values) for name, values in self.grid.items()}
        runs = tuple({k: parse_value(k, v) for k, v in run.items()} for run in self.runs)
        for name in grid:
            if any(name in run for run in runs):
                raise BadInput(
                    f"{name} is in the grid and in the listed runs: give it in one place."
                )
        object.__setattr__(self, "grid", grid)
        object.__setattr__(self, "runs", runs)
        self._check_together()
        if self.most_runs > MOST_RUNS:
            parts = [f"{len(values)} {name}" for name, values in grid.items()]
            parts = [f"{len(runs)} listed runs", *parts] if runs else parts
            if self.base.replicates > 1:
                parts.append(f"{self.base.replicates} replicates")
            if self.base.control_noises:
                parts.append(f"a network and {len(self.base.control_noises)} controls")
            raise BadInput(
                f"the sweep has {self.most_runs} runs ({' x '.join(parts)}): at most {MOST_RUNS} "
                "are accepted. Take fewer values, or make several sweeps."
            )

    def _check_together(self) -> None:
        """Replicates and controls are the base's, and the seeds are given once."""
        varying = set(self.grid).union(*self.runs)
        for name in TOGETHER:
            if name in varying:
                raise BadInput(
                    f"{name} cannot vary within a sweep: give it once, as a setting of the base."
                )
        if self.base.replicates > 1 and "seed" in varying:
            raise BadInput(
                f"replicates {self.base.replicates} and a seed axis both say which seeds are run: "
                "give one of them."
            )
        if self.base.equal_steps:
            raise BadInput(
                "equal_steps is not possible in a sweep: how many steps a control takes would be "
                "known only once its noisy network has ended. Use `python -m hts train`."
            )

    @property
    def combinations(self) -> int:
        """Combinations times seeds, without controls; runs that come to the same count each."""
        several = max(1, len(self.runs)) * math.prod(map(len, self.grid.values()))
        return several * self.base.replicates

    @property
    def most_runs(self) -> int:
        """How many runs there are at most: the combinations, each with its controls."""
        return self.combinations * (1 + len(self.base.control_noises))

    @property
    def datasets(self) -> tuple[str, ...]:
        """All data that it names."""
        runs = [str(run["data"]) for run in self.runs if "data" in run]
        return tuple(dict.fromkeys([self.base.data, *self.grid.get("data", ()), *runs]))

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the replicates; with a seed axis the base's seed."""
        return tuple(range(self.base.seed, self.base.seed + self.base.replicates))

    @property
    def axes(self) -> dict[str, tuple[Any, ...]]:
        """The settings with more than one value, in the given order; the seed last."""
        found: dict[str, tuple[Any, ...]] = {}
        for name in dict.fromkeys(itertools.chain(*self.runs)):
            base = self.base.given(name)
            found[name] = tuple(dict.fromkeys(run.get(name, base) for run in self.runs))
        found.update(self.grid)
        axes = {name: values for name, values in found.items() if len(values) > 1}
        if "seed" in axes:
            axes["seed"] = axes.pop("seed")
        elif len(self.seeds) > 1:
            axes["seed"] = self.seeds
        return axes

    def cells(self) -> list[RunConfig]:
        """The runs without their controls, in order, each once, as every network trains alone.

        Settings without effect make no second run: five alphas without noise, for instance, are
        one.  Raises `BadInput` for settings that do not go together.
        """
        found: dict[str, RunConfig] = {}
        for run, values in itertools.product(
            self.runs or ({},), itertools.product(*self.grid.values())
        ):
            config = self.base.replace(
                **{**run, **dict(zip(self.grid, values, strict=True)), "controls": "off"}
            )
            for member in members(config):
                found.setdefault(member.config.hash, member.config)
        return list(found.values())

    def configs(self) -> list[RunConfig]:
        """The runs, each once: first `cells`, then their controls.

        A control that several cells share is one run, and so is one that is a cell itself.
        """
        cells = self.cells()
        found = {config.hash: config for config in cells}
        for noise in self.base.control_noises:
            for config in cells:
                if (control := control_of(config, noise)) is not None:
                    found.setdefault(control.hash, control)
        return list(found.values())

    # -- text, and back -----------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary; `from_dict` gives back an equal description."""
        return {
            "name": self.name,
            "base": self.base.to_dict(),
            "grid": {name: list(values) for name, values in self.grid.items()},
            "runs": [dict(run) for run in self.runs],
            "keep_weights": self.keep_weights,
        }

    def to_json(self) -> str:
        """JSON text; `from_json` gives back an equal description."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SweepSpec:
        """Build from a dictionary; ``base`` holds the settings that differ from the defaults.

        The grid's values may be lists, single values, or text such as ``"1..5"``.
        """
        for key in values:
            choice("a part of a sweep", key, _KEYS)
        base = _table("base", values.get("base", {}))
        base = {name: parse_value(name, value) for name, value in base.items()}
        runs = values.get("runs", ())
        if not isinstance(runs, (list, tuple)):
            raise BadInput(f"runs must be a list of settings, got {runs!r}.")
        return cls(
            name=values.get("name", "sweep"),
            base=RunConfig.from_dict(base),
            grid=_table("grid", values.get("grid", {})),
            runs=tuple(_table("an entry of runs", run) for run in runs),
            keep_weights=values.get("keep_weights", False),
        )

    @classmethod
    def from_json(cls, text: str) -> SweepSpec:
        """Build from JSON text; text that is no JSON object raises `BadInput`."""
        values = from_json(text, "a sweep", LARGEST)
        return cls.from_dict(_table("a sweep", values))

    @classmethod
    def from_toml(cls, text: str) -> SweepSpec:
        """Build from a TOML file's text: ``name``, ``[base]``, ``[grid]``, ``[[runs]]``."""
        return cls.from_dict(from_toml(text, "a sweep's file"))

    def to_toml(self) -> str:
        """The text of a TOML file without what is as by default; `from_toml` reads it back."""
        usual = RunConfig().to_dict()
        base = {name: value for name, value in self.base.to_dict().items() if value != usual[name]}
        lines = [f"name = {_toml(self.name)}"]
        if self.keep_weights:
            lines.append("keep_weights = true")
        tables = [("[base]", base), ("[grid]", self.grid), *(("[[runs]]", r) for r in self.runs)]
        for head, values in tables:
            lines += ["", head, *(f"{name} = {_toml(value)}" for name, value in values.items())]
        return "\n".join(lines) + "\n"


def control_of(config: RunConfig, noise: str) -> RunConfig | None:
    """The control of one network, with its seed; None where that is the network itself."""
    _, *controls = members(config.replace(controls=noise))
    return controls[0].config if controls else None


def _toml(value: Any) -> str:
    if value is None:
        return '"none"'
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)  # TOML's basic strings escape as JSON's do,
        return quoted.replace("\x7f", "\\u007f")  # but for this one
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _table(what: str, got: object) -> dict[str, Any]:
    if isinstance(got, Mapping):
        return dict(got)
    raise BadInput(f"{what} must be a table of settings, got {type(got).__name__}.")
