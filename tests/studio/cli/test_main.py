"""What holds for every command: an example that can be typed, a version, whole option names."""

import argparse
import shlex

import pytest

from hts.studio.cli.main import _joined, main, parser
from hts.studio.store.store import Store
from hts.version import code_version

PARSER = parser()
(_COMMANDS,) = (a for a in PARSER._actions if isinstance(a, argparse._SubParsersAction))


@pytest.mark.parametrize("name", list(_COMMANDS.choices))
def test_the_help_of_a_command_ends_with_an_example_that_it_takes(name):
    before, _, example = _COMMANDS.choices[name].format_help().partition("example: python -m hts ")
    assert before
    options = PARSER.parse_args(_joined(shlex.split(example)))
    assert options.command == name


def test_the_version_is_that_of_the_code(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{code_version()}\n"


def test_an_option_cut_short_is_refused_and_not_taken_for_another(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["sample", "--no", "5", "--out", "x.npy"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --no 5" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--data", "nope"], "data must be one of"),
        (["--device", "mps"], "device mps was asked for"),
        (["--width", "100000000"], "of memory"),
        (["--model", "cnn", "--data", "moons"], "cnn"),
    ],
)
def test_a_run_that_cannot_be_trained_leaves_none_behind(home, capsys, words, says):
    assert main(["train", "--iterations", "2", *words]) == 2
    assert says in capsys.readouterr().err
    with Store(home) as store:
        assert store.runs.list() == []


def test_a_sample_says_the_file_that_it_wrote(tmp_path, capsys):
    words = ["sample", "--units", "3", "--inputs", "2", "--out", str(tmp_path / "x")]
    assert main(words) in (0, None)
    assert capsys.readouterr().out == f"{tmp_path / 'x.npy'}: 3 x 2 float32\n"
    assert (tmp_path / "x.npy").exists()
