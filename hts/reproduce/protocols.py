"""The protocols: the setups that ``reproduce --quick`` and ``--full`` train, by dataset.  No torch.

Reasons for their settings, and the rules that verdicts follow, are in docs/reproduce.md.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hts.reproduce.setup import FAINT, STRONG, WEAK, Level, Setup
from hts.validate import BadInput, choice

MODES = ("quick", "full")
Value = TypeVar("Value", int, float)
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
    levels=_PIXELS,
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
    title="ECG5000, 200 steps",
    base={**_PAPER, "iterations": 200},
    regimes=("full",),
    widths=(500,),
    levels={"II": (WEAK,), "III": (WEAK,)},
    alphas=(1.75, 1.5),
    steps=200,
)
QUICK = (FIRST_LOOK, DIGITS, DIGITS_FULL, ECG, ECG_PAPER, ECG_FULL)

_WIDTH = Setup(
    name="ecg5000-width",
    title="ECG5000, 20 steps at four widths",
    base={**_PAPER, "iterations": 20},
    regimes=("full",),
    widths=WIDTHS,
    levels=_BEATS,
    alphas=(1.9, 1.75),
    steps=20,
    seeds=40,
    first=101,
    says="As many steps at every width, so that no width receives more noise.",
)
_BOTH = {"I": (WEAK, STRONG), "II": (WEAK, STRONG), "III": (WEAK, STRONG)}
_DEPTH_2, _DEPTH_3 = (
    Setup(
        name=f"ecg5000-depth-{depth}",
        title=f"ECG5000, {depth} hidden layers",
        base={**_PAPER, "depth": depth},
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
        base={**_PAPER, "reference_scaling": where},
        regimes=("paper",),
        widths=(2000,),
        levels=_BEATS,
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
        levels=_PIXELS,
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
    seeds=10,
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
    _DEPTH_2,
    _DEPTH_3,
    *_AS_RELEASED,
    *_MNIST_SETUPS,
    _CIFAR,
    _CNN,
)  # fmt: skip
_MODES = {"quick": QUICK, "full": FULL}
_NAMES = {"ecg5000": "ecg5000-binary"}


def datasets(mode: str = "full") -> list[str]:
    """What ``--data`` may be."""
    called = {data: name for name, data in _NAMES.items()}
    return sorted({called.get(setup.data, setup.data) for setup in _MODES[mode]})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reproduction is to train.  Fields that are None leave a setup as it is."""

    mode: str = "quick"
    data: str | None = None
    setups: Sequence[str] | None = None
    seeds: int | None = None
    widths: Sequence[int] | None = None
    alphas: Sequence[float] | None = None

    @property
    def command(self) -> str:
        """The command that trains it."""
        words = ["python", "-m", "hts", "reproduce", f"--{self.mode}"]
        for name, value in (("data", self.data), ("seeds", self.seeds)):
            words += [] if value is None else [f"--{name}", str(value)]
        for name, values in (
            ("setup", self.setups), ("widths", self.widths), ("alphas", self.alphas),
        ):  # fmt: skip
            words += [] if values is None else [f"--{name}", ",".join(map(str, values))]
        return shlex.join(words)


def protocol(asked: Asked) -> tuple[Setup, ...]:
    """The setups asked for; `BadInput` for a dataset, setup, width or alpha that none has."""
    mode = choice("mode", asked.mode, MODES, why="one takes minutes, the other is the whole")
    found = list(_MODES[mode])
    if asked.data is not None:
        data = choice("data", asked.data, datasets(mode), why=f"the {mode} protocol has no others")
        found = [setup for setup in found if setup.data == _NAMES.get(data, data)]
    if asked.setups is not None:
        names = [setup.name for setup in found]
        kept = {choice("setup", name, names, why="it is one of these") for name in asked.setups}
        found = [setup for setup in found if setup.name in kept]
    kept_setups = []
    for setup in found:
        widths = _some(setup.widths, asked.widths)
        alphas = _some(setup.alphas, asked.alphas)
        if widths and alphas:
            seeds = setup.seeds if asked.seeds is None else asked.seeds
            kept_setups.append(setup.smaller(widths=widths, alphas=alphas, seeds=seeds))
    if not kept_setups:
        raise BadInput(
            f"no setup has the widths and alphas asked for: widths are some of "
            f"{_listed(w for s in found for w in s.widths)}, alphas some of "
            f"{_listed(a for s in found for a in s.alphas)}."
        )
    return tuple(kept_setups)


def left_out(setups: Sequence[Setup]) -> str:
    """The widths, alphas and levels of the full protocol that ``setups`` leave out; or nothing."""
    here = {setup.name: setup for setup in setups}
    lines = []
    for whole in FULL:
        part = here.get(whole.name)
        if part is None:
            continue
        widths = [w for w in whole.widths if w not in part.widths]
        alphas = [a for a in whole.alphas if a not in part.alphas]
        levels = [
            f"type {kind} {level.name}"
            for kind, known in whole.levels.items()
            for level in known
            if level not in part.levels.get(kind, ())
        ]
        said = [f"{what} {_listed(found)}" for what, found in (("n =", widths), ("alpha", alphas))
                if found]  # fmt: skip
        said += [f"noise {', '.join(levels)}"] if levels else []
        if said:
            lines.append(f"{whole.title}: {'; '.join(said)}")
    lines += [f"{whole.title}: all of it" for whole in FULL if whole.name not in here]
    return "Left out of the full protocol. " + ". ".join(lines) + "." if lines else ""


def _some(there: tuple[Value, ...], asked: Sequence[Value] | None) -> tuple[Value, ...]:
    return there if asked is None else tuple(value for value in there if value in asked)


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in dict.fromkeys(values))
