"""The presets that claim something, the first look first.

Words hold no measured figure of their own: those in braces are filled in from the stored result
(`hts.runs.shipped_claims`), which ``python -m hts verify presets`` makes and checks.
"""

from __future__ import annotations

from typing import Any

from hts.runs.claims import Claim, Compressible, Gain, Growth, Part, Steps, Trend
from hts.runs.preset import Preset

BOTH = "none,gaussian"
_TO_80: dict[str, Any] = {
    "width": 2000,
    "alpha": 1.5,
    "sigma": 0.3,
    "batch_size": 500,
    "target_accuracy": 80.0,
}

CLAIMED = (
    Preset(
        "first-look",
        "First look",
        "Handwritten digits, training stopped at 80 % accuracy.",
        _TO_80,
        {"replicates": 8, "controls": BOTH, "equal_steps": True},
        Claim(
            parts=(
                Part(
                    measure=Gain(share=0.8, over="none"),
                    at_least=10.0,
                    words="With {share} % of its units removed, the network with heavy-tailed "
                    "noise keeps {kept} % test accuracy: {change} than without noise",
                ),
                Part(
                    measure=Gain(share=0.8, over="gaussian"),
                    at_least=10.0,
                    words="and {change} than with Gaussian noise.",
                ),
                Part(
                    measure=Steps(over="none"),
                    words="The price: {noisy} steps instead of {other}.",
                ),
                Part(
                    measure=Gain(share=0.0, over="none-steps"),
                    words="Against as many steps without noise it has {change} before pruning",
                ),
                Part(
                    measure=Gain(share=0.8, over="none-steps"),
                    words="and {change} with {share} % removed.",
                ),
            )
        ),
    ),
    Preset(
        "wide",
        "Wide and heavier",
        "Ten thousand units, heavier tails, training stopped at 90 % accuracy.",
        {
            "width": 10_000,
            "alpha": 1.1,
            "sigma": 0.1,
            "lr": 0.1,
            "target_accuracy": 90.0,
        },
        {"replicates": 2, "controls": BOTH, "equal_steps": True},
        Claim(
            quick=False,
            parts=(
                Part(
                    measure=Gain(share=0.98, over="none"),
                    words="With {share} % of the units removed it keeps {kept} % test accuracy: "
                    "{change} than without noise",
                ),
                Part(
                    measure=Gain(share=0.98, over="gaussian"),
                    at_least=5.0,
                    words="and {change} than with Gaussian noise.",
                ),
                Part(
                    measure=Steps(over="none"),
                    words="The price: {noisy} steps instead of {other}.",
                ),
                Part(
                    measure=Gain(share=0.98, over="none-steps"),
                    words="Against as many steps without noise it has {change},",
                ),
                Part(
                    measure=Gain(share=0.8, over="none-steps"),
                    at_most=0.0,
                    words="with {share} % removed {change}.",
                ),
            ),
        ),
    ),
    Preset(
        "full-budget",
        "Where heavy tails hurt",
        "The digits again, but trained for all 1000 steps, with alpha 1.75.",
        {},
        {"replicates": 8, "controls": BOTH},
        Claim(
            parts=(
                Part(
                    measure=Gain(share=0.8, over="none"),
                    at_most=-10.0,
                    words="With {share} % of the units removed the noisy network keeps {kept} % "
                    "test accuracy, the noise-free one {other} %: {change}.",
                ),
                Part(
                    measure=Gain(share=0.8, over="gaussian"),
                    words="Against Gaussian noise it has {change}.",
                ),
                Part(
                    measure=Compressible(over="none"),
                    at_least=10.0,
                    words="And yet its weights are more compressible in norm: the smallest {noisy} "
                    "% of the units hold a tenth of the squared norm, {other} % without noise.",
                ),
            )
        ),
    ),
    Preset(
        "width",
        "The theorem: wider is more compressible",
        "The digits for 100 steps with ten thousand units, the widest of four widths.",
        {"width": 10_000, "alpha": 1.5, "sigma": 0.3, "iterations": 100},
        {"replicates": 4, "controls": "gaussian"},
        Claim(
            widths=(60, 500, 2000, 10_000),
            parts=(
                Part(
                    measure=Growth(),
                    at_least=5.0,
                    words="A tenth of the squared norm is held by the smallest {narrow} % of the "
                    "units at 60 units and by the smallest {wide} % at 10 000",
                ),
                Part(
                    measure=Trend(),
                    at_most=0.05,
                    words="(trend test by ranks over four widths: p {p}).",
                ),
                Part(
                    measure=Growth(arm="gaussian"),
                    at_most=5.0,
                    words="With Gaussian noise it is {narrow} % and {wide} %.",
                ),
            ),
        ),
    ),
    Preset(
        "decision-boundary",
        "Watch the boundary",
        "Two moons in the plane, all 2000 steps: you can see what pruning does to the decision "
        "boundary.",
        {
            "data": "moons",
            "noise": "II",
            "alpha": 1.6,
            "sigma": 0.1,
            "width": 500,
            "lr": 0.2,
            "iterations": 2000,
        },
        {"replicates": 8, "controls": "gaussian,none"},
        Claim(
            parts=(
                Part(
                    measure=Gain(share=0.9, over="gaussian"),
                    at_least=0.0,
                    words="With {share} % of the units removed, heavy tails keep {kept} % test "
                    "accuracy: {change} than Gaussian noise of the same sigma,",
                ),
                Part(
                    measure=Gain(share=0.9, over="none"),
                    words="but {change} than no noise.",
                ),
            )
        ),
    ),
    Preset(
        "ecg-to-target",
        "Heartbeats to 95 %",
        "ECG5000, normal against the rest, in full batches until training accuracy reaches 95 %.",
        {
            "data": "ecg5000-binary",
            "alpha": 1.5,
            "sigma": 0.3,
            "width": 2000,
            "lr": 0.01,
            "batch_size": 500,
            "iterations": 3000,
            "target_accuracy": 95.0,
        },
        {"replicates": 8, "controls": BOTH},
        Claim(
            quick=False,  # its data may have to be downloaded
            parts=(
                Part(
                    measure=Steps(over="none"),
                    words="That takes {noisy} steps, {other} without noise.",
                ),
                Part(
                    measure=Gain(share=0.95, over="gaussian"),
                    words="With {share} % of the units removed it keeps {kept} % test accuracy: "
                    "{change} than with Gaussian noise",
                ),
                Part(
                    measure=Gain(share=0.95, over="none"),
                    words="and {change} than without noise.",
                ),
                Part(
                    measure=Compressible(over="gaussian"),
                    at_least=20.0,
                    words="A tenth of the squared norm is held by the smallest {noisy} % of the "
                    "units, with Gaussian noise by the smallest {other} %.",
                ),
            ),
        ),
    ),
    Preset(
        "type-one",
        "One draw per unit",
        "The digits for all 1000 steps under type I noise, which copies one stable draw to all "
        "weights of a unit. Its norm is then the square root of the number of inputs times the "
        "draw, so the same sigma means much stronger noise.",
        {"noise": "I", "sigma": 0.003},
        {"replicates": 8, "controls": BOTH},
        Claim(
            quick=False,
            parts=(
                Part(
                    measure=Gain(share=0.9, over="none"),
                    at_most=-10.0,
                    words="With {share} % of the units removed the network keeps {kept} % test "
                    "accuracy: {change} than without noise",
                ),
                Part(
                    measure=Gain(share=0.9, over="gaussian"),
                    at_most=-10.0,
                    words="and {change} than with Gaussian noise.",
                ),
            ),
        ),
    ),
    Preset(
        "mean-field",
        "As in the theory",
        "The digits for all 1000 steps in the mean-field form: outputs averaged over units, the "
        "last layer fixed, every unit's drift multiplied by n.",
        {
            "scaling": "mean_field",
            "train_output": False,
            "activation": "tanh",
            "lr": 0.05,
            "sigma": 0.05,
            "alpha": 1.8,
        },
        {"replicates": 8, "controls": BOTH},
        Claim(
            quick=False,
            parts=(
                Part(
                    measure=Gain(share=0.9, over="none"),
                    at_most=-2.0,
                    words="With {share} % of the units removed the noisy network keeps {kept} % "
                    "test accuracy: {change} than without noise",
                ),
                Part(
                    measure=Gain(share=0.9, over="gaussian"),
                    at_most=0.0,
                    words="and {change} than with Gaussian noise.",
                ),
            ),
        ),
    ),
)
