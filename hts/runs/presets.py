"""Starting points worth a look, each with the sentence that says what to look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hts.config import RunConfig


@dataclass(frozen=True)
class Preset:
    """Settings that differ from the defaults, and what to see in them."""

    name: str  # in addresses
    title: str
    sentence: str
    settings: dict[str, Any] = field(default_factory=dict)
    twin: str | None = None  # "gaussian" or "none": what to run beside it

    @property
    def config(self) -> RunConfig:
        """The whole configuration."""
        return RunConfig(**self.settings)


PRESETS = (
    Preset(
        "first-look",
        "First look",
        "Handwritten digits with isotropic heavy-tailed noise beside its Gaussian twin: the tail "
        "index drops below 2 and far more units can be removed. Try seed 1 too: there one giant "
        "draw takes over the layer.",
        {"seed": 3},
        twin="gaussian",
    ),
    Preset(
        "decision-boundary",
        "Watch the boundary",
        "Two moons in the plane: most units go at squared error 0.1, and you can see what that "
        "does to the decision boundary.",
        {
            "data": "moons",
            "noise": "II",
            "alpha": 1.6,
            "sigma": 0.1,
            "width": 500,
            "lr": 0.2,
            "batch_size": 100,
            "iterations": 2000,
        },
        twin="gaussian",
    ),
    Preset(
        "ecg-to-target",
        "Heartbeats to 95 %",
        "ECG5000, normal against the rest, in full batches until training accuracy reaches 95 %: "
        "a dozen noisy steps are enough to change what can be pruned.",
        {
            "data": "ecg5000-binary",
            "noise": "III",
            "sigma": 1.0,
            "width": 2000,
            "lr": 0.01,
            "batch_size": 500,
            "iterations": 3000,
            "target_accuracy": 95.0,
        },
        twin="none",
    ),
    Preset(
        "pure-noise",
        "Pure noise",
        "No gradient steps at all: the columns are sums of stable draws, so the tail index must "
        "come out as the alpha you set. This is the known answer the estimators are held against.",
        {"gradient": False, "sigma": 1.0, "lr": 0.01, "width": 2000, "iterations": 400},
        twin="gaussian",
    ),
    Preset(
        "type-one",
        "One draw per unit",
        "Type I copies one stable draw to all weights of a unit. It needs far less noise than the "
        "other types to keep its accuracy, because a unit's norm is sqrt(inputs) times the draw.",
        {"noise": "I", "sigma": 0.003},
        twin="gaussian",
    ),
    Preset(
        "mean-field",
        "As in the theory",
        "The mean-field form: outputs averaged over units, the last layer fixed, every unit's "
        "drift multiplied by n.",
        {
            "scaling": "mean_field",
            "train_output": False,
            "activation": "tanh",
            "lr": 0.05,
            "sigma": 0.05,
            "alpha": 1.8,
        },
        twin="gaussian",
    ),
    Preset(
        "too-hot",
        "Too hot",
        "A linear network with large steps and very heavy noise: one draw is larger than "
        "everything learned so far, and the next gradients finish the job. The page says what "
        "happened and what to change.",
        {"activation": "identity", "alpha": 1.2, "sigma": 3.0, "lr": 2.0, "iterations": 1000},
    ),
    Preset(
        "mnist-target",
        "MNIST, published setting",
        "One draw per unit (type I), sigma 0.003, 5000 units, batches of 5000, until 95 %: the "
        "example setting the authors publish. About a second a step on two CPU cores; the one run "
        "tried here reached 90 % at step 400, was thrown back by single draws, and had not reached "
        "95 % after 944 steps. Needs the MNIST files.",
        {
            "data": "mnist",
            "noise": "I",
            "alpha": 1.75,
            "sigma": 0.003,
            "width": 5000,
            "lr": 0.01,
            "batch_size": 5000,
            "iterations": 20000,
            "eval_every": 100,
            "target_accuracy": 95.0,
        },
    ),
    Preset(
        "convolutions",
        "Beyond the theory: a CNN",
        "A VGG-11-like network, 64 channels wide, on CIFAR-10 with isotropic noise on every "
        "filter: look at it layer by layer. It learns nothing for some hundred steps and takes "
        "minutes on a CPU; with all 50 000 images each of its evaluations takes a while too.",
        {
            "data": "cifar10",
            "model": "cnn",
            "width": 64,
            "noise": "III",
            "sigma": 0.0003,
            "lr": 0.2,
            "batch_size": 50,
            "iterations": 2400,
            "eval_every": 100,
        },
        twin="none",
    ),
)


def twin_of(config: RunConfig, kind: str) -> RunConfig:
    """The run beside ``config``: same seed, start and data order, with ``gaussian`` or no noise.

    The Gaussian twin keeps sigma: its noise is the alpha = 2 end of the same family.
    """
    if kind == "none":
        return config.replace(noise="none")
    return config.replace(noise="gaussian")
