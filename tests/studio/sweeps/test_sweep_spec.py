"""Sweeps as they are written: on the command line, in TOML, in JSON."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter

import pytest

from hts.config import RunConfig
from hts.studio.sweeps.controls import controls_of
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.sweeps.values import parse_grid, parse_settings, parse_values
from hts.validate import BadInput

TOML = """
name = "alpha and width"
keep_weights = true

[base]
data = "ecg5000-binary"
lr = 0.01
target_accuracy = "none"

[grid]
alpha = [1.5, 2]
noise = "I,III"
seed = "1..3"
"""


def spec(*grid: str, **others) -> SweepSpec:
    return SweepSpec(name="test", grid=parse_grid(grid), **others)


def test_a_grid_is_every_combination_in_the_given_order() -> None:
    configs = spec("alpha=1.5,2", "seed=1..3", base=RunConfig(width=50)).configs()
    assert [(c.alpha, c.seed, c.width) for c in configs] == [
        (1.5, 1, 50), (1.5, 2, 50), (1.5, 3, 50), (2.0, 1, 50), (2.0, 2, 50), (2.0, 3, 50),
    ]  # fmt: skip


def test_settings_without_effect_make_no_second_run() -> None:
    five = "alpha=1.5,1.6,1.7,1.8,2"
    assert len(spec(five, "noise=none").configs()) == 1
    assert len(spec(five, "noise=none,gaussian,III").configs()) == 1 + 1 + 5
    assert len(spec(five, "sigma=0", "noise=I,II,III").configs()) == 1
    assert spec(five, "noise=none,III").combinations == 10


def test_listed_runs_are_crossed_with_the_grid() -> None:
    listed = ({"noise": "none"}, {"noise": "III", "alpha": 1.5})
    asked = spec("seed=1,2", runs=listed, base=RunConfig(alpha=1.9))
    assert [(c.noise, c.alpha, c.seed) for c in asked.configs()] == [
        ("none", 1.9, 1), ("none", 1.9, 2), ("III", 1.5, 1), ("III", 1.5, 2),
    ]  # fmt: skip
    assert asked.axes == {"noise": ("none", "III"), "alpha": (1.9, 1.5), "seed": (1, 2)}


def test_a_name_is_one_line() -> None:
    assert SweepSpec(name=" two\n lines\t").name == "two lines"


def test_without_grid_and_list_there_is_the_base() -> None:
    base = RunConfig(width=7)
    assert spec(base=base).configs() == [base]
    assert spec(base=base).axes == {}


def test_axes_are_what_varies_and_the_seed_comes_last() -> None:
    asked = spec("seed=1..2", "alpha=1.5,2", "width=100", "noise=I,II")
    assert asked.axes == {"alpha": (1.5, 2.0), "noise": ("I", "II"), "seed": (1, 2)}
    assert list(asked.axes) == ["alpha", "noise", "seed"]


def test_toml() -> None:
    asked = SweepSpec.from_toml(TOML)
    assert (asked.name, asked.keep_weights) == ("alpha and width", True)
    assert (asked.base.data, asked.base.lr, asked.base.target_accuracy) == (
        "ecg5000-binary", 0.01, None,
    )  # fmt: skip
    assert asked.grid == {"alpha": (1.5, 2.0), "noise": ("I", "III"), "seed": (1, 2, 3)}
    assert len(asked.configs()) == 12


def test_toml_with_listed_runs() -> None:
    asked = SweepSpec.from_toml("[[runs]]\nnoise = 'none'\n[[runs]]\nnoise = 'ii'\nwidth = 9")
    assert [(c.noise, c.width) for c in asked.configs()] == [("none", 1000), ("II", 9)]


def test_json_gives_back_an_equal_sweep() -> None:
    for asked in (
        SweepSpec.from_toml(TOML),
        spec("target_accuracy=none,95", "train_output=true,false"),
        spec(runs=({"noise": "none"}, {"width": 5})),
    ):
        assert SweepSpec.from_json(asked.to_json()) == asked
        assert SweepSpec.from_json(asked.to_json()).configs() == asked.configs()


def test_values_as_text() -> None:
    assert parse_grid(["alpha=1.5, 1.75,2", "seed=1..5", "eval-every=5"]) == {
        "alpha": (1.5, 1.75, 2.0), "seed": (1, 2, 3, 4, 5), "eval_every": (5,),
    }  # fmt: skip
    assert parse_values("seed", "7,1..3,2") == (7, 1, 2, 3)
    assert parse_values("target_accuracy", "none,95") == (None, 95.0)
    assert parse_values("gradient", "TRUE,false") == (True, False)
    assert parse_values("noise", "i,iii,III") == ("I", "III")
    assert parse_settings(["width=20", "noise=I", "width=30"]) == {"width": 30, "noise": "I"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["alpha=3"], r"alpha must be a number in \(0, 2\], got 3: stable laws exist only there"),
        (["alpha=x"], r"alpha must be a number in \(0, 2\], got 'x'"),
        (["alpha=1.5,,2"], "alpha must be a number .* got ''"),
        (["alpha"], "NAME=VALUE, for instance .*; got 'alpha'"),
        (["alpha="], "NAME=VALUE"),
        (["=1"], "NAME=VALUE"),
        (["alpah=1"], "a setting must be one of .* got 'alpah'.*Did you mean 'alpha'"),
        (["alpha=1", "alpha=2"], "alpha is given twice"),
        (["noise=IV"], "noise must be one of none, gaussian, I, II, III, got 'IV'"),
        (["seed=5..1"], "seed has the range 5..1, which ends before it begins"),
        (["seed=1..1000000"], "seed has too many values: at most 100000"),
        (["alpha=1.2..2"], "alpha has the range '1.2..2': a range is two whole numbers"),
        (["train_output=maybe"], "train_output must be true or false, got 'maybe'"),
        (["target_accuracy=never"], "target_accuracy must be a number"),
    ],
)
def test_bad_values_are_named(words, says) -> None:
    with pytest.raises(BadInput, match=says):
        parse_grid(words)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "cannot be read as TOML"),
        ("gird = 1", "a part of a sweep must be one of name, base, grid.*Did you mean 'grid'"),
        ("grid = 1", "grid must be a table of settings, got int"),
        ("runs = 1", "runs must be a list of settings, got 1"),
        ("runs = [1]", "an entry of runs must be a table of settings, got int"),
        ("name = 3", "name must be a text"),
        ("keep_weights = 'yes'", "keep_weights must be true or false, got 'yes'"),
        ("[base]\nwidht = 3", "Did you mean 'width'"),
        ("[base]\nwidth = 0", "width must be a whole number"),
        ("[grid]\nalpha = []", "alpha has no values: give at least one, for instance alpha=1.75"),
        ("[grid]\nalpha = [1.5]\n[[runs]]\nalpha = 2.0", "alpha is in the grid and in the listed"),
        ("[grid]\nseed = '1..400'\nwidth = '1..400'", r"160000 runs \(400 seed x 400 width\)"),
    ],
)
def test_bad_files_are_explained(text, says) -> None:
    with pytest.raises(BadInput, match=says):
        SweepSpec.from_toml(text)


def test_settings_that_do_not_go_together_are_found_when_the_runs_are_made() -> None:
    with pytest.raises(BadInput, match="mean_field needs depth 1, got depth 2"):
        spec("scaling=standard,mean_field", "depth=1,2").configs()


def test_a_grid_crosses_schedules_with_numbers_and_toml_keeps_them() -> None:
    sweep = spec(
        "alpha=1.5,2@0/1.5@500", "lr=0.1@0/0.01@50:linear", base=RunConfig(sigma="0@0/1@9")
    )
    assert sweep.axes == {"alpha": (1.5, "2@0/1.5@500")}
    first, second = sweep.configs()
    assert (first.alpha, first.schedules.keys()) == (1.5, {"lr", "sigma"})
    assert second.at(500).alpha == 1.5
    assert second.at(499).alpha == 2
    assert SweepSpec.from_toml(sweep.to_toml()) == sweep
    assert SweepSpec.from_json(sweep.to_json()) == sweep


def test_axes_of_listed_runs_begin_at_the_schedule_of_the_base() -> None:
    sweep = spec(base=RunConfig(alpha="2@0/1.5@9"), runs=({"noise": "II"}, {"alpha": 2}))
    assert sweep.axes["alpha"] == ("2@0/1.5@9", 2.0)


def test_replicates_of_the_base_are_seeds_of_every_combination() -> None:
    base = RunConfig(width=50, seed=5, replicates=3)
    asked = spec("alpha=1.5,2", base=base)
    assert [(c.alpha, c.seed) for c in asked.configs()] == [
        (1.5, 5), (1.5, 6), (1.5, 7), (2.0, 5), (2.0, 6), (2.0, 7),
    ]  # fmt: skip
    assert {c.replicates for c in asked.configs()} == {1}
    by_axis = spec("alpha=1.5,2", "seed=5..7", base=RunConfig(width=50))
    assert asked.configs() == by_axis.configs()
    assert asked.axes == by_axis.axes
    assert asked.combinations == 6


def test_controls_come_after_the_cells_each_once() -> None:
    """A noise-free network does not depend on alpha or sigma, a Gaussian one not on alpha."""
    base = RunConfig(replicates=2, controls="none,gaussian")
    asked = spec("alpha=1.5,1.75", "sigma=0.1,0.2", "width=20,50", base=base)
    cells, configs = asked.cells(), asked.configs()
    assert configs[:16] == cells
    counted = Counter(config.noise for config in configs[16:])
    assert counted == {"none": 2 * 2, "gaussian": 2 * 2 * 2}
    assert asked.most_runs == 3 * 16
    assert {c.controls for c in configs} == {"off"}


def test_a_control_that_is_a_cell_is_trained_once() -> None:
    asked = spec("noise=none,III", base=RunConfig(controls="none"))
    assert [c.noise for c in asked.configs()] == ["none", "III"]
    controls = controls_of(asked.to_json())
    assert (controls.cells, controls.places) == (2, {"none": {1: 0}})


def test_each_run_is_paired_with_the_control_of_its_seed_and_settings() -> None:
    base = RunConfig(replicates=3, controls="none,gaussian")
    asked = spec("alpha=1.5,1.75", "width=20,50", base=base)
    configs, controls = asked.configs(), controls_of(asked.to_json())
    assert controls.noises == ("none", "gaussian")
    for noise, places in controls.places.items():
        assert list(places) == list(range(12))
        for cell, place in places.items():
            ours, theirs = configs[cell], configs[place]
            assert theirs.noise == noise
            assert (theirs.seed, theirs.width, theirs.lr) == (ours.seed, ours.width, ours.lr)


def test_a_sweep_without_controls_has_cells_only() -> None:
    controls = controls_of(spec("alpha=1.5,2").to_json())
    assert (controls.noises, controls.in_cells(["a", "b"])) == ((), ["a", "b"])


def test_replicates_and_controls_in_toml() -> None:
    text = '[base]\nreplicates = 8\ncontrols = "none,gaussian"\n[grid]\nalpha = [1.5, 2.0]'
    asked = SweepSpec.from_toml(text)
    assert (asked.base.replicates, asked.base.control_noises) == (8, ("none", "gaussian"))
    assert SweepSpec.from_toml(asked.to_toml()) == SweepSpec.from_json(asked.to_json()) == asked
    assert len(asked.configs()) == 2 * 8 + 2 * 8


@pytest.mark.parametrize(
    ("grid", "settings", "says"),
    [
        ("seed=1..3", {"replicates": 8}, "replicates 8 and a seed axis both say which seeds"),
        ("replicates=2,4", {}, "replicates cannot vary within a sweep: give it once"),
        ("controls=none,gaussian", {}, "controls cannot vary within a sweep"),
        ("alpha=1.5", {"equal_steps": True}, "equal_steps is not possible in a sweep"),
        ("width=1..1000", {"replicates": 64, "controls": "none"},
         "128000 runs .1000 width x 64 replicates x a network and 1 controls."),
    ],
)  # fmt: skip
def test_what_cannot_be_combined_with_replicates_and_controls(grid, settings, says) -> None:
    with pytest.raises(BadInput, match=says):
        spec(grid, base=RunConfig(**settings))


def test_listed_runs_with_seeds_do_not_go_with_replicates() -> None:
    with pytest.raises(BadInput, match="replicates 2 and a seed axis"):
        spec(runs=({"seed": 1}, {"seed": 4}), base=RunConfig(replicates=2))


def test_descriptions_of_before_replicates_are_read() -> None:
    kept = spec("alpha=1.5,2", "seed=1,2").to_dict()
    for name in ("replicates", "controls", "equal_steps"):
        del kept["base"][name]
    assert SweepSpec.from_json(json.dumps(kept)) == spec("alpha=1.5,2", "seed=1,2")


@pytest.mark.parametrize(
    "text", ["seed=1..90000,90001..180000", "seed=" + ",".join(["1..70000"] * 10)]
)
def test_values_are_counted_before_ranges_are_written_out(text):
    tracemalloc.start()
    with pytest.raises(BadInput, match="seed has too many values: at most 100000"):
        parse_grid([text])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20


@pytest.mark.parametrize("value", ["1" * 5000, "1.." + "9" * 5000, "9" * 400 + "..", "1e999"])
def test_numbers_of_any_length_are_refused_in_a_short_sentence(value):
    with pytest.raises(BadInput) as caught:
        parse_grid([f"seed={value}"])
    assert len(str(caught.value)) < 500
    with pytest.raises(BadInput) as caught:
        SweepSpec.from_dict({"base": {"alpha": 10**4000}})
    assert len(str(caught.value)) < 500


def test_values_are_taken_as_they_are_typed():
    assert parse_values("width", "1e3, 2e3") == (1000, 2000)
    assert parse_values("alpha", "1,5; 1,75; 2") == (1.5, 1.75, 2.0)
    with pytest.raises(BadInput, match=r"sigma has the value '07': .* as in 0\.07"):
        parse_values("sigma", "0,07")
