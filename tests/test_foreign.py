"""The guard at the trust boundary."""

import struct
import tokenize
import warnings
import zlib

import pytest

from hts.foreign import guarded
from hts.studio.cli.main import main
from hts.validate import BadInput, printable

RAISED = (
    tokenize.TokenError("EOF in multi-line statement", (1, 0)),
    zlib.error("Error -3 while decompressing data"),
    struct.error("unpack requires a buffer of 4 bytes"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    OverflowError("Python int too large to convert to C long"),
    OSError(22, "Invalid argument"),
    UserWarning("a warning that is an error"),
    AssertionError(),
    KeyError("y"),
    IndexError(),
)


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_whatever_a_parser_raises_becomes_one_sentence_that_names_the_file(error):
    with pytest.raises(BadInput) as caught, guarded("the header of net.npy", "Save it again."):
        raise error
    said = str(caught.value)
    assert said.startswith("the header of net.npy cannot be read: ")
    assert said.endswith(". Save it again.")
    assert "\n" not in said
    assert caught.value.__cause__ is error


def test_too_deep_and_too_large_are_told_in_words():
    with pytest.raises(BadInput, match="nested too deeply"), guarded("x.json"):
        raise RecursionError("maximum recursion depth exceeded")
    with pytest.raises(BadInput, match="more memory than there is"), guarded("x.npz"):
        raise MemoryError


def test_a_sentence_of_ours_passes_as_it_is():
    with pytest.raises(BadInput) as caught, guarded("net.npy"):
        raise BadInput("net.npy is empty.")
    assert str(caught.value) == "net.npy is empty."


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_the_program_is_not_caught(ends):
    with pytest.raises(ends), guarded("net.npy"):
        raise ends


def test_a_warning_made_an_error_is_a_sentence_too():
    with pytest.raises(BadInput, match="odd header"), guarded("net.npy"):
        warnings.warn("odd header", stacklevel=1)


def test_the_text_of_a_bad_input_can_always_be_printed_and_is_never_endless():
    said = str(BadInput("tensor \ud800\x1b[31m\u202e\n of " + "a" * 10_000))
    said.encode("utf-8")
    assert said.startswith("tensor \\ud800\\x1b[31m\\u202e\\n of aaa")
    assert len(said) < 4100


def test_printable_leaves_ordinary_text_alone():
    assert printable("größe 大 é", 20) == "größe 大 é"
    assert printable("a" * 30, 20) == "a" * 17 + "..."


def test_what_the_guard_caught_can_be_seen_on_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HTS_TRACEBACK", "1")
    (tmp_path / "net.npz").write_bytes(b"PK\x03\x04 no archive")
    assert main(["inspect", str(tmp_path / "net.npz")]) == 2
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert said.splitlines()[-1].startswith("error: net.npz is no NumPy archive")
