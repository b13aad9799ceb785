"""The setups of ``reproduce --quick``: digits and ECG5000.  No torch.

Reasons for their settings are in docs/reproduce.md.
"""

from __future__ import annotations

from typing import Any

from hts.reproduce.setup import FAINT, STRONG, WEAK, Level, Setup

ALPHAS = (1.9, 1.75, 1.5, 1.25)
WIDTHS = (60, 500, 2000, 10_000)
EARLY = ("early-80", "early-90", "early-95")

_AS_GIVEN = Level(name="sigma 0.3", sigma=0.3)
_DIGITS: dict[str, Any] = {"data": "digits", "lr": 0.02, "batch_size": 500, "iterations": 200}
_ECG: dict[str, Any] = {
    "data": "ecg5000-binary", "lr": 0.001, "batch_size": 500, "iterations": 100,
}  # fmt: skip
PAPER = {**_ECG, "lr": 0.01, "iterations": 1000}
# Pixels are not negative, so that noise which is the same on all weights of a unit adds up.
PIXELS = {"I": (FAINT,), "II": (STRONG,), "III": (STRONG,)}
BEATS = dict.fromkeys(("I", "II", "III"), (STRONG,))

FIRST_LOOK = Setup(
    name="digits-first-look",
    title="Digits, 2000 units, sigma 0.3",
    base=_DIGITS,
    regimes=("tens-80", "early-80"),
    widths=(2000,),
    levels=dict.fromkeys(("II", "III"), (_AS_GIVEN,)),
    alphas=(1.5,),
    steps=100,
    says="The preset First look, also stopped at the very step.",
)
DIGITS = Setup(
    name="digits",
    title="Digits",
    base={**_DIGITS, "lr": 0.05, "batch_size": 100, "iterations": 150},
    regimes=EARLY,
    widths=(500,),
    levels=PIXELS,
    alphas=ALPHAS,
    steps=50,
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
    levels=BEATS,
    alphas=ALPHAS,
    steps=20,
)
ECG_PAPER = Setup(
    name="ecg5000-paper",
    title="ECG5000, the published setting",
    base=PAPER,
    regimes=("paper",),
    widths=(60, 500, 2000),
    levels=BEATS,
    alphas=(1.9, 1.75),
    steps=20,
)
ECG_FULL = Setup(
    name="ecg5000-full",
    title="ECG5000, 200 steps",
    base={**PAPER, "iterations": 200},
    regimes=("full",),
    widths=(500,),
    levels={"II": (WEAK,), "III": (WEAK,)},
    alphas=(1.75, 1.5),
    steps=200,
)
QUICK = (FIRST_LOOK, DIGITS, DIGITS_FULL, ECG, ECG_PAPER, ECG_FULL)
