"""The guard at the trust boundary."""

import struct
import tokenize
import warnings
import zlib

import pytest

from hts.foreign import from_json, from_toml, guarded, text_of
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


@pytest.mark.parametrize("read", [from_json, from_toml])
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("[" * 100 + "]" * 100, "nested too deeply"),
        ("9" * 5000, "a number of thousands of digits"),
        ('"' + "a" * 2000 + '"', "characters, at most 1,000 are accepted"),
        ('"' + chr(92) + 'ud800"', ""),
        ("[", ""),
        (b"\xff\xfe\x00", "invalid start byte"),
    ],
)
def test_a_text_that_cannot_be_read_is_one_sentence(read, value, says):
    prefix = "" if read is from_json else "x = "
    text = value if isinstance(value, bytes) else prefix + value
    with pytest.raises(BadInput, match=f"^a task cannot be read as .*{says}") as caught:
        read(text, "a task", 200_000 if "deeply" in says else 1000 if "at most" in says else 10_000)
    assert len(str(caught.value)) < 300


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path):
    assert from_toml("\ufeffx = 1", "it") == {"x": 1}
    assert from_json(b"\xef\xbb\xbf[1]", "it") == [1]
    (tmp_path / "s.toml").write_bytes(b"\xef\xbb\xbfx = 1")
    assert text_of(tmp_path / "s.toml") == "x = 1"


def test_a_file_larger_than_any_text_is_not_read_to_its_end(tmp_path):
    (tmp_path / "s.toml").write_bytes(b"#" * 500)
    with pytest.raises(BadInput, match="has more than 400 bytes"):
        text_of(tmp_path / "s.toml", most=100)
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        text_of(tmp_path / "other.toml")
    with pytest.raises(BadInput, match="cannot be read: Is a directory"):
        text_of(tmp_path)
