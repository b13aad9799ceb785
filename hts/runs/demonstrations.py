"""The presets that claim nothing: something to watch, without measured figures."""

from __future__ import annotations

from hts.runs.preset import Preset

DEMONSTRATIONS = (
    Preset(
        "pure-noise",
        "Pure noise",
        "No gradient steps at all: the columns are sums of stable draws, so the tail index must "
        "come out as the alpha you set. This is the known answer the estimators are held against.",
        {"gradient": False, "sigma": 1.0, "lr": 0.01, "width": 2000, "iterations": 400},
        {"controls": "gaussian"},
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
        "example setting the authors publish. A demonstration that takes long on a CPU; single "
        "large draws throw it back, and it may use its whole budget. Needs the MNIST files.",
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
        "filter: look at it layer by layer. A demonstration: it begins to learn late and takes "
        "minutes on a CPU.",
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
        {"controls": "none"},
    ),
)
