"""What holds for every command: an example that can be typed, a version, whole option names."""

import argparse
import shlex
from collections.abc import Iterator

import pytest

from hts.studio.cli.main import _joined, main, parser
from hts.studio.cli.options.command import PROGRAM
from hts.studio.store.store import Store
from hts.version import code_version

PARSER = parser()


def _parts(of: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield of
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from _parts(part)


COMMANDS = list(_parts(PARSER))


@pytest.mark.parametrize("command", COMMANDS, ids=[c.prog for c in COMMANDS])
def test_the_help_of_a_command_ends_with_an_example_that_it_takes(command):
    before, _, example = command.format_help().partition("example: python -m hts ")
    assert before
    options = PARSER.parse_args(_joined(shlex.split(example)))
    assert command.prog.startswith(f"{PROGRAM} {options.command}") or command is PARSER


def test_the_commands_are_all_there():
    assert len(COMMANDS) > 30
    assert {f"{PROGRAM} app", f"{PROGRAM} lab class reset"} <= {c.prog for c in COMMANDS}


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
