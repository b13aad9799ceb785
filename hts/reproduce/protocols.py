"""The protocols: the setups that ``reproduce --quick`` and ``--full`` train, by dataset.  No torch.

Reasons for their settings, and the rules that verdicts follow, are in docs/reproduce.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hts.reproduce.setup import FAINT, STRONG, WEAK, Level, Setup
from hts.validate import BadInput, choice

MODES = ("quick", "full")
ALPHAS = (1.9, 1.75, 1.5, 1.25)
WIDTHS = (60, 500, 2000, 10_000)
EARLY = ("early-80", "early-90", "early-95")

_AS_GIVEN = Level(name="sigma 0.3", sigma=0.3)
_DIGITS: dict[str, Any] = {"data": "digits", "lr": 0.02, "batch_size": 500, "iterations": 200}
_ECG: dict[str, Any] = {
    "data": "ecg5000-binary", "lr": 0.001, "batch_size": 500, "iterations": 100,
}  # fmt: skip
_PAPER = {**_ECG, "lr": 0.01, "iterations": 1000}
# Pixels are not negative, so that noise which is the same on all weights of a unit adds up.
_PIXELS = {"I": (FAINT,), "II": (STRONG,), "III": (STRONG,)}
_BEATS = dict.fromkeys(("I", "II", "III"), (STRONG,))

FIRST_LOOK = Setup(
    name="digits-first-look",
    title="Digits, 2000 units, sigma 0.3",
    base=_DIGITS,
    regimes=("tens-80", "early-80", "early-90"),
    widths=(2000,),
    levels=dict.fromkeys(("II", "III"), (_AS_GIVEN,)),
    alphas=(1.5,),
    steps=100,
    says="The preset First look, also stopped at the very step.",
)
DIGITS = Setup(
    name="digits",
    title="Digits",
    base=_DIGITS,
    regimes=EARLY,
    widths=(500,),
    levels=_PIXELS,
    alphas=ALPHAS,
    steps=100,
)
DIGITS_FULL = Setup(
    name="digits-full",
    title="Digits, 500 steps",
    base={**_DIGITS, "batch_size": 100, "iterations": 500, "lr": 0.1},
    regimes=("full",),
    widths=(500,),
    levels={"II": (WEAK,), "III": (WEAK,)},
    alphas=(1.75, 1.5),
    steps=500,
)
ECG = Setup(
    name="ecg5000",
    title="ECG5000",
    base=_ECG,
    regimes=EARLY,
    widths=(500,),
    levels=_BEATS,
    alphas=ALPHAS,
    steps=20,
)
ECG_PAPER = Setup(
    name="ecg5000-paper",
    title="ECG5000, the published setting",
    base=_PAPER,
    regimes=("paper",),
    widths=(60, 500, 2000),
    levels=_BEATS,
    alphas=(1.9, 1.75),
    steps=20,
)
ECG_FULL = Setup(
    name="ecg5000-full",
    title="ECG5000, 300 steps",
    base={**_PAPER, "iterations": 300},
    regimes=("full",),
    widths=(500,),
    levels={"II": (WEAK,), "III": (WEAK,)},
    alphas=(1.75, 1.5),
    steps=300,
)
QUICK = (FIRST_LOOK, DIGITS, DIGITS_FULL, ECG, ECG_PAPER, ECG_FULL)
