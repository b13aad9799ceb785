"""Protocols trained: controls at equal target and steps, and nothing trained twice."""

import dataclasses
import re
from pathlib import Path

import pytest
from reproduce_factories import TINY

from hts.noise.mark import noise_mark
from hts.noise.strength import strength_of
from hts.reproduce import run as reproduce_run
from hts.reproduce.claim import View
from hts.reproduce.protocols import FULL, QUICK, Asked, datasets, left_out, protocol
from hts.reproduce.result import load, made, to_json
from hts.reproduce.run import Workplace
from hts.reproduce.setup import Level
from hts.reproduce.trajectory import _diverged
from hts.validate import BadInput

ROOT = Path(__file__).resolve().parents[2]


def quiet(says, share):
    assert 0 <= share <= 1
    assert says


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    file = tmp_path_factory.mktemp("kept") / "networks.jsonl"
    place = Workplace([TINY], file)
    return file, place.planned, place.run(2, quiet)


def test_every_noisy_network_has_its_controls_at_equal_target_and_at_equal_steps(trained):
    _, planned, networks = trained
    assert len(networks) == planned == 2 * 2 * 3
    found = {(network.cell, network.seed): network for network in networks}
    for width in TINY.widths:
        for seed in TINY.seed_list():
            (cell,) = TINY.heavy_cells(width)
            noisy = found[cell, seed]
            for control in TINY.controls_of(cell).values():
                for regime in TINY.regimes:
                    ended = noisy.stop(regime)
                    assert found[control, seed].stop(regime) is not None
                    assert found[control, seed].at(ended.step).step == ended.step


def test_a_result_file_gives_back_what_was_written(trained, tmp_path, monkeypatch):
    file, _, networks = trained
    monkeypatch.setattr("hts.reproduce.protocols._MODES", {"quick": (TINY,)})
    made = reproduce_run.reproduced(Asked(), file, slots=2, tell=quiet)
    assert made.complete
    assert made.noise == noise_mark()
    path = tmp_path / "out.json"
    path.write_text(to_json(made))
    back = load(path)
    assert back == made
    assert [n.looks for n in back.networks] == [n.looks for n in networks]


def test_released_scalings_share_the_network_without_noise_and_have_strengths_of_their_own():
    ours, gpu, cpu = (
        next(setup for setup in FULL if setup.name == f"mnist-published{end}")
        for end in ("", "-gpu", "-cpu")
    )
    quiet = {setup.config(setup.quiet(5000), 1).hash for setup in (ours, gpu, cpu)}
    assert len(quiet) == 1
    strong = [
        setup.strength(cell) / setup.config(cell, 1).noise_scale
        for setup in (ours, gpu, cpu)
        for cell in setup.heavy_cells(5000)
    ]
    assert strong == pytest.approx([strong[0]] * 3)
    assert cpu.strength(cpu.heavy_cells(5000)[0]) > 1000  # not multiplied by sigma lr^(1/alpha)


def test_seconds_of_a_network_that_setups_share_count_once():
    stored = load(ROOT / "results/reproduce/mnist-published.json")
    took = {network.seconds for network in stored.networks}
    assert (len(stored.networks), len(took)) == (9, 6)
    assert stored.seconds == pytest.approx(sum(took))


def test_released_scalings_share_what_they_do_not_change_with_ours_and_nothing_else():
    for of, scale, changed in (
        ("mnist-published", "gpu", {("I", 2.0)}),
        ("mnist-published", "cpu", {("I", 1.75), ("I", 2.0)}),
        ("ecg5000-paper", "gpu", {("I", 2.0), ("III", 1.75)}),
        ("ecg5000-paper", "cpu", {("I", 1.75), ("I", 2.0), ("II", 1.75), ("III", 1.75),
                                  ("gaussian", 2.0)}),
    ):  # fmt: skip
        ours = next(setup for setup in FULL if setup.name == of)
        there = ours.smaller(base={**ours.base, "reference_scaling": scale}, alphas=(1.75,))
        width = ours.widths[0]
        other = {
            (cell.noise, cell.alpha)
            for cell in there.cells(width)
            if there.config(cell, 1).hash != ours.config(cell, 1).hash
        }
        assert other == changed, (of, scale)


SMALL = {s.name: s for s in FULL if s.data in ("digits", "ecg5000-binary")}


@pytest.mark.parametrize("setup", SMALL.values(), ids=SMALL)
def test_every_level_is_the_strength_it_is_called(setup):
    for width in setup.widths[:1]:
        for cell in setup.heavy_cells(width):
            level = next(x for x in setup.levels[cell.noise] if x.name == cell.level)
            config = setup.config(cell, 1)
            assert config.noise == cell.noise
            if level.sigma is not None:
                assert config.sigma == level.sigma
                continue
            found = strength_of(
                config.sigma, noise=cell.noise, alpha=cell.alpha, inputs=config_inputs(setup),
                lr=config.lr, steps=setup.steps,
            )  # fmt: skip
            assert found == pytest.approx(level.strength, rel=1e-4)


def config_inputs(setup):
    from hts.data import info

    return info(setup.data).inputs


def test_the_quick_protocol_is_a_part_of_the_full_one_and_says_what_it_leaves_out():
    whole = {setup.name: setup for setup in FULL}
    for setup in QUICK:
        larger = whole[setup.name]
        assert dict(setup.base) == dict(larger.base)
        assert setup.regimes == larger.regimes
        assert setup.steps == larger.steps
        assert setup.seeds == larger.seeds == 20
        assert set(setup.widths) <= set(larger.widths)
        assert set(setup.alphas) <= set(larger.alphas)
        for kind, levels in setup.levels.items():
            assert set(levels) <= set(larger.levels[kind])
    said = left_out(QUICK)
    assert "n = 60, 2000, 10000" in said
    assert "MNIST: all of it" in said
    assert left_out(FULL) == ""


def test_a_part_of_a_protocol_can_be_asked_for_and_what_there_is_not_is_refused():
    (asked,) = protocol(Asked(data="ecg5000", setups=["ecg5000-paper"], widths=[60], seeds=3))
    assert (asked.widths, asked.seeds, asked.data) == ((60,), 3, "ecg5000-binary")
    assert datasets("quick") == ["digits", "ecg5000"]
    for bad in (
        Asked(data="iris"), Asked(mode="some"), Asked(setups=["x"]), Asked(widths=[7]),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            protocol(bad)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"widths": [60, 300], "alphas": [1.9]}, "widths must be some of 60, 500, 2000, got 300: "),
        ({"widths": [60], "alphas": [1.9, 1.6]}, "alphas must be some of 1.75, 1.9, got 1.6: "),
        ({"setups": ["ecg5000-paper", "digits"], "widths": [60, 500], "alphas": [1.5]},
         "ecg5000-paper has nothing of what is asked for: its widths are 60, 500, 2000, its al"),
        ({"setups": None, "widths": [60], "alphas": [1.25]}, "both a width and an alpha"),
    ],
)  # fmt: skip
def test_a_width_or_alpha_that_is_not_there_is_named_beside_those_that_are(asked, says):
    with pytest.raises(BadInput, match=re.escape(says)):
        protocol(Asked(**{"setups": ["ecg5000-paper"], **asked}))
    assert protocol(Asked(setups=["ecg5000-paper", "digits"], widths=[60, 500], alphas=[1.9]))


def test_types_two_and_three_share_their_gaussian_control_and_type_one_has_its_own():
    setup = TINY.smaller(levels=dict.fromkeys(("I", "II", "III"), TINY.levels["III"]))
    names = [(cell.noise, cell.alpha) for cell in setup.control_cells(20)]
    assert names == [("none", None), ("I", 2.0), ("gaussian", 2.0)]
    sigma = Level(name="s", sigma=0.3)
    given = dataclasses.replace(setup, levels={"II": (sigma,)})
    assert {given.config(cell, 1).sigma for cell in given.heavy_cells(20)} == {0.3}


def test_controls_are_looked_at_where_a_noisy_network_diverged(tmp_path, monkeypatch):
    real = reproduce_run.follow

    def broken(config, dataset, examples, regimes, steps, *rest):
        if config.noise != "III":
            return real(config, dataset, examples, regimes, steps, *rest)
        return [_diverged(3, regimes)], 0.0

    monkeypatch.setattr(reproduce_run, "follow", broken)
    setup = TINY.smaller(widths=(20,), seeds=1)
    place = Workplace([setup], tmp_path / "x.jsonl")
    result = made([setup], place.run(1, quiet), sources={}, noise="", planned=3, command="")
    (cell,) = setup.heavy_cells(20)
    for control in setup.controls_of(cell).values():
        ((ours, theirs),) = View(result, setup, "full").pairs(cell, control, steps=True)
        assert (ours.diverged, theirs.step, theirs.diverged) == (True, 3, False)
