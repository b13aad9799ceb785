"""RunConfig: what it accepts, how it is written down, how it is named."""

from __future__ import annotations

import dataclasses
import math

import pytest

from hts import RunConfig
from hts.validate import BadInput


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"alpha": 0}, r"alpha must be a number in \(0, 2\], got 0: stable laws"),
        ({"alpha": 2.5}, r"alpha .* got 2.5"),
        ({"alpha": "abc"}, r"alpha .* got 'abc'"),
        ({"alpha": math.nan}, r"alpha .* got nan"),
        ({"alpha": 0.01}, r"alpha must be at least 0.05 here, got 0.01: .*float32"),
        ({"alpha": True}, r"alpha .* got True"),
        ({"width": 0}, r"width must be a whole number from 1 .* got 0"),
        ({"width": 2.5}, r"width .* got 2.5"),
        ({"width": "many"}, r"width .* got 'many'"),
        ({"sigma": -1}, r"sigma must be a finite number of at least 0, got -1"),
        ({"sigma": math.inf}, r"sigma .* got inf"),
        ({"lr": 0}, r"lr must be a finite number above 0, got 0: .*turn gradient off"),
        ({"noise": "IV"}, r"noise must be one of none, gaussian, I, II, III, got 'IV'"),
        ({"noise": None}, r"noise must be one of .* got None"),
        ({"target_accuracy": 101}, r"target_accuracy .* got 101"),
        ({"data": "no such thing!"}, r"data must be a dataset name .* got 'no such thing!'"),
        ({"data": "../../etc/passwd"}, r"data must be a dataset name"),
        ({"scaling": "mean_field", "depth": 2}, r"mean_field needs depth 1, got depth 2"),
        ({"model": "rnn"}, r"model must be one of fcn, cnn, got 'rnn'"),
        ({"conv_noise": "layer"}, r"conv_noise must be one of filter, kernel, got 'layer'"),
        ({"model": "cnn", "width": 20}, r"multiple of 8 in a cnn, got 20: .* 16 would do"),
        ({"model": "cnn", "depth": 2}, r"depth must be 1 in a cnn, got 2"),
        ({"model": "cnn", "scaling": "mean_field"}, r"standard in a cnn, got mean_field"),
        ({"gradient": "yes"}, r"gradient must be true or false, got 'yes'"),
        ({"seed": -1}, r"seed .* got -1"),
        ({"precision": "fp8"}, r"precision must be one of float32, tf32, got 'fp8'"),
        ({"reference_scaling": "on"}, r"reference_scaling must be one of off, gpu, cpu, got 'on'"),
        (
            {"noise": "III", "alpha": 2, "reference_scaling": "gpu"},
            r"reference_scaling gpu has no type III noise at alpha 2: the released code draws NaN",
        ),
        ({"optimizer": "sdg"}, r"optimizer must be one of sgd, adam, adamw, got 'sdg'.*'sgd'\?"),
        ({"momentum": 1}, r"momentum must be below 1, got 1: it is the share"),
        ({"momentum": -0.1}, r"momentum must be a number in \[0, 1\], got -0.1"),
        ({"optimizer": "adam", "momentum": 0.9}, r"must be 0 with optimizer adam, got 0.9: .* sgd"),
        ({"nesterov": True}, r"nesterov needs a momentum above 0, got 0: .* such as 0.9"),
        ({"nesterov": True, "optimizer": "adamw"}, r"nesterov needs a momentum .* optimizer sgd"),
        ({"weight_decay": -1}, r"weight_decay must be a finite number of at least 0, got -1"),
        ({"device": "tpu"}, r"device must be one of auto, cpu, cuda, mps"),
    ],
)
def test_a_bad_value_says_what_was_got_and_what_is_accepted(settings, words):
    with pytest.raises(BadInput, match=words):
        RunConfig(**settings)


def test_an_unknown_setting_names_the_nearest_one():
    with pytest.raises(BadInput, match="Did you mean 'sigma'"):
        RunConfig.from_dict({"sigmma": 1})


@pytest.mark.parametrize("text", ["{", "[1]", "3"])
def test_text_that_describes_no_run_is_refused(text):
    with pytest.raises(BadInput, match=r"a run description (must be|cannot be read as JSON)"):
        RunConfig.from_json(text)


def test_json_round_trip_and_frozen():
    config = RunConfig(data="ecg5000", noise="ii", alpha="1.5", target_accuracy=95, width="300")
    assert RunConfig.from_json(config.to_json()) == config
    assert (config.noise, config.alpha, config.width) == ("II", 1.5, 300)
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.width = 3  # type: ignore[misc]


def test_every_setting_changes_the_hash_and_has_words():
    base = RunConfig(width=16)
    other = {
        "data": "moons", "model": "cnn", "width": 11, "depth": 2, "activation": "tanh",
        "scaling": "mean_field",
        "train_output": False, "noise": "II", "alpha": 1.6, "sigma": 0.2, "gradient": False,
        "lr": 0.2, "batch_size": 7, "iterations": 3, "target_accuracy": 90.0, "eval_every": 9,
        "seed": 2, "device": "cpu", "precision": "tf32", "reference_scaling": "cpu",
        "replicates": 2, "controls": "none", "optimizer": "adam", "momentum": 0.9,
        "weight_decay": 0.01,
    }  # fmt: skip
    more = {"conv_noise", "equal_steps", "go_on", "nesterov"}  # not by themselves
    assert {*other, *more} == {f.name for f in dataclasses.fields(RunConfig)}
    hashes = {base.replace(**{name: value}).hash for name, value in other.items()}
    assert len(hashes) == len(other)
    assert base.hash not in hashes
    rolling = base.replace(momentum=0.9)
    assert rolling.replace(nesterov=True).hash != rolling.hash
    assert all(f.metadata["title"] and f.metadata["says"] for f in dataclasses.fields(RunConfig))


def test_settings_without_effect_do_not_enter_the_hash():
    silent = RunConfig(noise="none")
    assert silent.hash == RunConfig(noise="none", alpha=1.2, sigma=5).hash
    assert silent.hash == RunConfig(noise="II", sigma=0).hash
    assert RunConfig(noise="gaussian", alpha=1.2).hash == RunConfig(noise="gaussian").hash
    assert RunConfig(noise="gaussian").hash != silent.hash


def test_what_has_no_effect_is_known():
    other = {
        "noise": "II", "alpha": 1.3, "sigma": 0.7, "conv_noise": "kernel", "lr": 0.5,
        "reference_scaling": "gpu",
    }  # fmt: skip
    for settings in (
        {}, {"noise": "none"}, {"noise": "none", "sigma": 0.0}, {"noise": "gaussian"},
        {"noise": "II"}, {"model": "cnn", "width": 8}, {"model": "cnn", "width": 8, "noise": "II"},
    ):  # fmt: skip
        config = RunConfig(**settings)
        idle = config.without_effect - {"noise", "sigma"}  # these two only while the other stays
        assert all(config.replace(**{name: other[name]}).hash == config.hash for name in idle)
        assert config.replace(lr=0.5).hash != config.hash
    assert RunConfig().without_effect == {"conv_noise"}
    silent = {"noise", "alpha", "sigma", "conv_noise", "reference_scaling"}
    assert RunConfig(noise="none").without_effect == silent
    assert "sigma" in RunConfig(reference_scaling="cpu").without_effect
    assert RunConfig(model="cnn", width=8).without_effect == set()


def test_noise_per_filter_or_kernel_counts_where_it_makes_a_difference():
    def hashes(**settings):
        config = RunConfig(width=16, **settings)
        return config.hash, config.replace(conv_noise="kernel").hash

    for noise in ("I", "III"):
        one, other = hashes(model="cnn", noise=noise)
        assert one != other
    for settings in ({"noise": "I"}, *({"model": "cnn", "noise": n} for n in ("none", "II"))):
        one, other = hashes(**settings)
        assert one == other


def test_runs_of_before_there_were_models_keep_their_names():
    """Computed by the version whose configuration had no model (commit fc4242b)."""
    assert RunConfig().hash == "c459015ad6"
    assert RunConfig(noise="none").hash == "8e3487dfb4"
    heartbeats = RunConfig(
        data="ecg5000-binary", noise="II", alpha=1.5, width=2000, depth=3, seed=5,
        target_accuracy=95,
    )  # fmt: skip
    assert heartbeats.hash == "23bd163a02"
    later = ("model", "conv_noise", "optimizer", "momentum", "nesterov", "weight_decay")
    old = {k: v for k, v in RunConfig().to_dict().items() if k not in later}
    assert RunConfig.from_dict(old) == RunConfig()


def test_noise_scale_is_the_levy_increment():
    config = RunConfig(noise="III", alpha=1.5, sigma=2.0, lr=0.01)
    assert config.noise_scale == pytest.approx(2.0 * 0.01 ** (1 / 1.5))
    assert config.replace(noise="gaussian").noise_scale == pytest.approx(2.0 * 0.1)
    assert config.replace(noise="none").noise_scale == 0


@pytest.mark.parametrize(
    ("noise", "alpha", "factor"),
    [("I", 1.75, 1), ("I", 2, 0.5), ("II", 1.75, 1), ("II", 2, 1), ("III", 1.75, 0.5),
     ("gaussian", 2, 1)],
)  # fmt: skip
def test_the_released_codes_scale(noise, alpha, factor):
    """``factor``: its variance (of type III its A) over ours."""
    config = RunConfig(noise=noise, alpha=alpha, sigma=0.3, lr=0.01)
    gpu, cpu = (config.replace(reference_scaling=where) for where in ("gpu", "cpu"))
    assert gpu.noise_scale == config.noise_scale * math.sqrt(factor)
    assert cpu.noise_scale == math.sqrt(factor)
    assert cpu.replace(sigma=7).noise_scale == cpu.noise_scale
    assert len({config.hash, gpu.hash, cpu.hash}) == 3
    assert cpu.replace(sigma=0).noise_scale == 0
