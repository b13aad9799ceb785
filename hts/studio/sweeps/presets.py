"""Sweeps worth starting from, each with the sentence that says what to look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hts.studio.sweeps.spec import SweepSpec


@dataclass(frozen=True, kw_only=True)
class SweepPreset:
    """A sweep: settings that differ from the defaults, and the values of those that vary."""

    name: str
    title: str
    sentence: str
    grid: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> SweepSpec:
        return SweepSpec.from_dict({"name": self.title, "base": self.settings, "grid": self.grid})


SWEEP_PRESETS = (
    SweepPreset(
        name="small",
        title="Digits: alpha by width",
        sentence="Handwritten digits for 200 steps, three alphas at two widths, five seeds each: "
        "how the norm-compressible share changes from Gaussian noise (alpha 2, the control) down.",
        settings={"iterations": 200, "eval_every": 20, "replicates": 5},
        grid={"alpha": "1.5, 1.75, 2", "width": "100, 500"},
    ),
    SweepPreset(
        name="controls",
        title="Digits to 80 %: alpha by width, with controls",
        sentence="Handwritten digits stopped at 80 % training accuracy, three alphas at three "
        "widths, eight seeds each: at which widths heavy tails gain on each control, with 80 % "
        "of the units removed from both, and how many steps they take.",
        settings={
            "sigma": 0.3,
            "batch_size": 500,
            "target_accuracy": 80.0,
            "replicates": 8,
            "controls": "none,gaussian",
        },
        grid={"alpha": "1.25, 1.5, 1.75", "width": "60, 500, 2000"},
    ),
    SweepPreset(
        name="heartbeats",
        title="ECG5000: alpha, width, noise type",
        sentence="ECG5000 to 95 % training accuracy, five alphas at three widths and all noise "
        "types, five seeds each: how the norm-compressible share changes from Gaussian noise "
        "(alpha 2, the control) down.",
        settings={
            "data": "ecg5000-binary",
            "sigma": 1.0,
            "lr": 0.01,
            "batch_size": 500,
            "iterations": 3000,
            "target_accuracy": 95.0,
            "replicates": 5,
        },
        grid={
            "alpha": "1.5, 1.625, 1.75, 1.875, 2",
            "width": "500, 2000, 10000",
            "noise": "I, II, III",
        },
    ),
)
