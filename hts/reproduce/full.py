"""The setups of ``reproduce --full``: more of the quick ones, deeper networks, MNIST, CIFAR-10.

Reasons for their settings are in docs/reproduce.md.  No torch.
"""

from __future__ import annotations

from typing import Any

from hts.reproduce.quick import (
    ALPHAS,
    BEATS,
    DIGITS,
    DIGITS_FULL,
    EARLY,
    ECG,
    ECG_FULL,
    ECG_PAPER,
    FIRST_LOOK,
    PAPER,
    PIXELS,
    WIDTHS,
)  # fmt: skip
from hts.reproduce.setup import FAINT, STRONG, WEAK, Level, Setup

_WIDTH = Setup(
    name="ecg5000-width",
    title="ECG5000, 20 steps at four widths",
    base={**PAPER, "iterations": 20},
    regimes=("full",),
    widths=WIDTHS,
    levels=BEATS,
    alphas=(1.9, 1.75),
    steps=20,
    seeds=40,
    first=101,
    says="As many steps at every width, so that no width receives more noise.",
)
_AGAIN = FIRST_LOOK.smaller(
    name="digits-first-look-100",
    title="Digits, first look, 100 seeds",
    seeds=100,
    first=101,
)
_BOTH = {"I": (WEAK, STRONG), "II": (WEAK, STRONG), "III": (WEAK, STRONG)}
_DEPTH_2, _DEPTH_3 = (
    Setup(
        name=f"ecg5000-depth-{depth}",
        title=f"ECG5000, {depth} hidden layers",
        base={**PAPER, "depth": depth},
        regimes=("paper",),
        widths=(500,),
        levels={"II": (WEAK,), "III": (WEAK,)},
        alphas=(1.75,),
        steps=20,
    )
    for depth in (2, 3)
)
_AS_RELEASED = tuple(
    Setup(
        name=f"ecg5000-released-{where}",
        title=f"ECG5000, the noise of the released code on a {where.upper()}",
        base={**PAPER, "reference_scaling": where},
        regimes=("paper",),
        widths=(2000,),
        levels=BEATS,
        alphas=(1.75,),
        steps=20,
        says="Sigma as for our noise; the code scales its noise in another way.",
    )
    for where in ("gpu", "cpu")
)
_MNIST: dict[str, Any] = {"data": "mnist", "lr": 0.1, "batch_size": 100, "iterations": 600}
_PUBLISHED: dict[str, Any] = {
    "data": "mnist", "lr": 0.01, "batch_size": 5000, "iterations": 3000,
}  # fmt: skip
_EXAMPLE = Level(name="sigma 0.003", sigma=0.003)
_MNIST_SETUPS = (
    Setup(
        name="mnist",
        title="MNIST",
        base=_MNIST,
        regimes=(*EARLY, "full"),
        widths=(2000, 5000),
        levels=PIXELS,
        alphas=(1.75, 1.5),
        steps=100,
        seeds=10,
        says="Batches of 100 at learning rate 0.1, one epoch.",
    ),
    *(
        Setup(
            name=f"mnist-published{'' if where == 'off' else f'-{where}'}",
            title=f"MNIST, the published example{said}",
            base={**_PUBLISHED, "reference_scaling": where},
            regimes=("paper-100",),
            widths=(5000,),
            levels={"I": (_EXAMPLE,)},
            alphas=(1.75,),
            steps=1000,
            seeds=1,
            says="Type I, alpha 1.75, sigma 0.003, batches of 5000 at learning rate 0.01.",
        )
        for where, said in (
            ("off", ""),
            ("gpu", ", noise as released on a GPU"),
            ("cpu", ", noise as released on a CPU"),
        )
    ),
)
_CIFAR = Setup(
    name="cifar10",
    title="CIFAR-10",
    base={"data": "cifar10", "lr": 0.05, "batch_size": 100, "iterations": 500},
    regimes=("full",),
    widths=(2000,),
    levels={"I": (Level(name="very faint", strength=0.01),), "II": (WEAK,), "III": (WEAK,)},
    alphas=(1.75, 1.5),
    steps=500,
    seeds=16,
    first=11,
)
_CNN = Setup(
    name="cifar10-cnn",
    title="CIFAR-10, convolutional network",
    base={
        "data": "cifar10", "model": "cnn", "lr": 0.2, "batch_size": 50, "iterations": 1200,
    },
    regimes=("full",),
    widths=(32,),
    levels={"II": (Level(name="sigma 0.0003", sigma=0.0003),),
            "III": (Level(name="sigma 0.0005", sigma=0.0005),)},
    alphas=(1.75,),
    steps=1200,
    seeds=6,
)  # fmt: skip
FULL = (
    FIRST_LOOK,
    DIGITS.smaller(widths=WIDTHS, levels={**_BOTH, "I": (FAINT,)}),
    DIGITS_FULL.smaller(widths=(500, 2000), alphas=ALPHAS, levels={"I": (FAINT,), "II": (WEAK,),
                                                                   "III": (WEAK,)}),
    ECG.smaller(widths=WIDTHS, levels=_BOTH),
    ECG_PAPER.smaller(widths=WIDTHS, alphas=ALPHAS, levels=_BOTH),
    ECG_FULL.smaller(widths=(500, 2000), alphas=ALPHAS, levels=dict.fromkeys(_BOTH, (WEAK,))),
    _WIDTH,
    _AGAIN,
    _DEPTH_2,
    _DEPTH_3,
    *_AS_RELEASED,
    *_MNIST_SETUPS,
    _CIFAR,
    _CNN,
)  # fmt: skip
