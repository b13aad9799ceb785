"""``python -m hts theory``: words and verdicts, JSON, a file, and mistakes in one line."""

from __future__ import annotations

import shlex

import pytest

from hts.records import decode, encode
from hts.studio.cli.main import main
from hts.theory.claims import chaos_claims, emergent_claims, euler_claims, width_claims
from hts.theory.records import RESULTS, EmergentResult, Found
from hts.theory.run import command
from hts.theory.settings import (
    EXPERIMENTS,
    ChaosSettings,
    EmergentSettings,
    EulerSettings,
    WidthSettings,
    quick,
    settings_of,
)
from hts.validate import BadInput

SMALL = {
    "chaos": "--widths 4,8,16 --reference 64 --replicates 3 --pair-replicates 40 "
    "--pair-widths 2,3,4 --horizon 0.2 --inputs 2",
    "euler": "--widths 2,4,8 --grids 2,4,8 --finest 32 --replicates 3 --inputs 2",
    "width": "--widths 10,20,40 --theorem-widths 2,3,4 --replicates 3 --horizon 0.2 --inputs 2",
    "limit": "--units 1000 --widths 5,10,20 --replicates 3",
    "emergent": "--chains 1000 --burn-in 10 --fractions 0.5,1,1.5",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_writes_a_file_that_says_how_it_was_made(name, capsys, tmp_path):
    path = tmp_path / "found.json"
    code = main(["theory", name, "--seed", "3", *SMALL[name].split(), "--out", str(path)])
    said = capsys.readouterr().out.splitlines()
    assert code == int(any(line.startswith("FAIL") for line in said))
    found = decode(path.read_bytes(), Found[RESULTS[name]])
    assert len(said) == len(found.claims) + 1
    assert found.made.command.startswith(f"python -m hts theory {name} --seed 3")
    assert found.made.command in said[-1]
    assert found.made.date.endswith("+00:00")
    again = shlex.split(found.made.command)[3:]
    main([*again, "--json"])
    repeated = decode(capsys.readouterr().out, Found[RESULTS[name]])
    assert encode(repeated.result) == encode(found.result)


def test_the_command_names_what_differs_from_the_defaults():
    assert command("chaos", ChaosSettings()) == "python -m hts theory chaos"
    assert command("chaos", quick(ChaosSettings(seed=4))) == (
        "python -m hts theory chaos --quick --seed 4"
    )
    asked = WidthSettings(alphas=(1.5,), without=False)
    words = command("width", asked)
    assert words.endswith("--alphas 1.5")
    assert command("chaos", ChaosSettings(without=True)).endswith("--alphas 1.75,2,none")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_quick_is_smaller(name):
    plain, small = EXPERIMENTS[name](), settings_of(name, {"quick": True})
    assert small == quick(plain)
    assert small != plain


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("chaos --noise IV", "noise type must be one of"),
        ("chaos --noise gaussian", "noise must be one of I, II, III here"),
        ("chaos --alpha 2.5", r"alpha must be a number in \(0, 2\]"),
        ("chaos --alpha ,", "at least one alpha"),
        ("chaos --activation sine", "activation must be one of tanh, relu"),
        ("chaos --reference 4000", "reference must be a whole number from 6400"),
        ("euler --grids 8,12,16", "finest must be a multiple of every grid"),
        ("width --widths 10,30,20", "three ascending numbers"),
        ("limit --alpha 1", "the mean of a unit must exist"),
        ("emergent --batch 0", "batch must be a whole number"),
        ("emergent --batch many", "batch must be a number"),
        (
            "emergent --out /nowhere/at/all.json",
            "out must name a file in a folder that can be written to",
        ),
    ],
)
def test_mistakes_are_one_line(words, says, capsys):
    assert main(["theory", *words.split()]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    import re

    assert re.search(says, told)


def test_unknown_settings_are_refused():
    with pytest.raises(BadInput, match="setting must be one of"):
        settings_of("limit", {"colour": 1})
    with pytest.raises(BadInput, match="experiment must be one of"):
        settings_of("astrology", {})


def test_verdicts_can_fail():
    from theory_factories import chaos_result, euler_result, width_result

    def passed(claims):
        return [claim.passed for claim in claims]

    assert passed(chaos_claims(chaos_result(slope=-0.5))) == [True, True]
    assert passed(chaos_claims(chaos_result(slope=-0.35))) == [False, True]
    assert passed(chaos_claims(chaos_result(slope=-0.35, activation="relu"))) == [None, None]
    for wrong in ({"grows": 0.5}, {"grows": -0.5}, {"left": 0.05}):
        assert passed(chaos_claims(chaos_result(slope=-0.5, **wrong))) == [True, False]
    assert passed(euler_claims(euler_result(slope=1.0))) == [True, True, None]
    assert passed(euler_claims(euler_result(slope=0.6))) == [True, False, None]
    assert passed(euler_claims(euler_result(slope=-0.2)))[0] is False
    assert passed(width_claims(width_result(alpha=1.5, slope=-0.3)))[0] is True
    assert passed(width_claims(width_result(alpha=1.5, slope=0.0)))[0] is False
    assert passed(width_claims(width_result(alpha=1.9, slope=0.0)))[0] is None
    assert passed(width_claims(width_result(alpha=2.0, slope=0.0)))[0] is True
    assert passed(width_claims(width_result(alpha=2.0, slope=-0.1)))[0] is False
    blind = EmergentResult(
        settings=EmergentSettings(), critical=0.5, critical_found=0.6, critical_low=None,
        critical_high=0.7, divergence=0.9, divergence_found=None, steps=[], predicted=[],
        measured=[],
    )  # fmt: skip
    claims = emergent_claims(blind)
    assert next(claims).passed is False
    assert EulerSettings().finest % 128 == 0
