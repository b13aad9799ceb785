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
        sentence="Handwritten digits, three alphas at two widths, five seeds each: the heavier "
        "the tails, the larger the norm-compressible share.",
        settings={"iterations": 200, "eval_every": 20, "replicates": 5},
        grid={"alpha": "1.5, 1.75, 2", "width": "100, 500"},
    ),
    SweepPreset(
        name="heartbeats",
        title="ECG5000: alpha, width, noise type",
        sentence="ECG5000 to 95 % training accuracy, five alphas at three widths and all noise "
        "types, five seeds each: the norm-compressible share grows with the tails in every type.",
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
